"""The application: commands, errors as messages, exit codes."""

from __future__ import annotations

import errno
import json
from importlib.metadata import PackageNotFoundError, version

import pytest
from typer.testing import CliRunner

from simulation.commands.app import application
from simulation.errors import InputError, Problem, RunError


def failing(error):
    """Run a command that raises an error, with further arguments before and after its name."""

    def run(*before, after=()):
        app = application()

        @app.command()
        def fail():
            raise error

        return CliRunner().invoke(app, [*before, "fail", *after], prog_name="tierwise")

    return run


def test_help_lists_the_commands_in_the_order_of_the_work(cli):
    result = cli("--help")
    assert result.exit_code == 0
    found = [result.stdout.index(f" {name} ") for name in ("validate", "show")]
    assert found == sorted(found)
    assert cli("-h").stdout == result.stdout


@pytest.mark.parametrize("group", [[], ["network"], ["sweep"]])
def test_the_help_says_what_each_command_does_without_cutting_it_short(cli, group):
    said = cli(*group, "--help").stdout
    assert "Commands:" in said
    assert "..." not in said.split("Commands:")[1]


def test_without_a_command_the_help_is_shown(cli):
    result = cli()
    assert result.exit_code == 2
    assert "Usage: tierwise" in result.output


def test_the_version_is_that_of_the_package(cli):
    result = cli("--version")
    assert (result.exit_code, result.stdout) == (0, f"tierwise {version('tierwise')}\n")


def test_a_checkout_that_is_not_installed_has_no_version(cli, monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", absent)
    result = cli("--version")
    assert result.exit_code == 0
    assert "the version is not known" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("validat",), "Did you mean 'validate'"),
        (("validate",), "Missing argument"),
        (("validate", "--jso", "baseline"), "No such option"),
        (("show", "baseline", "--set"), "requires an argument"),
    ],
)
def test_wrong_usage_ends_with_code_2(cli, arguments, message):
    result = cli(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InputError(Problem("it is wrong", "x.yaml:1:2", "use.ceiling")), 2, "x.yaml:1:2: use.ceiling: it is wrong\n"),
        (InputError([Problem("first"), Problem("second")]), 2, "first\nsecond\n"),
        (RunError("the run failed"), 1, "the run failed\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (MemoryError(), 1, "There is not enough memory for this."),
        (OSError(errno.ENOSPC, "No space left on device", "out/x"), 1, "out/x: No space left on device."),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "No space left on device."),
        (ModuleNotFoundError("x", name="duckdb"), 1, "The Python package 'duckdb' is not installed."),
        (
            ModuleNotFoundError("x", name="simulation.x"),
            1,
            "This is a fault in Tierwise, not in your input (ModuleNotF",
        ),
        (
            ZeroDivisionError("division by zero"),
            1,
            "This is a fault in Tierwise, not in your input (ZeroDivisionError:",
        ),
        (RecursionError(), 1, "This is a fault in Tierwise, not in your input (RecursionError). Please report it;"),
    ],
)
def test_an_error_is_one_message_on_standard_error_with_its_code(error, code, message):
    result = failing(error)()
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly():
    result = failing(BrokenPipeError(errno.EPIPE, "Broken pipe"))()
    assert result.exit_code == 1
    assert result.output == ""


@pytest.mark.parametrize(("before", "after"), [(["--debug"], []), ([], ["--debug"])])
def test_debug_shows_the_traceback_from_wherever_it_stands(before, after, capfd):
    result = failing(ZeroDivisionError("x"))(*before, after=after)
    assert result.exit_code == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert "in fail" in result.stderr
    assert "This is a fault in Tierwise" in result.stderr


def test_every_command_has_a_help_that_begins_with_a_sentence(cli):
    app = application()
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert {"validate", "show"} <= set(names)
    for name in names:
        result = cli(name, "--help")
        assert result.exit_code == 0
        assert f"Usage: tierwise {name}" in result.stdout


LIGHT = """
import json, sys
heavy = ("numpy", "numba", "pandas", "mesa", "matplotlib", "networkx", "scipy", "pyarrow", "rich")
seen = {}
def look(when):
    seen[when] = [name for name in heavy if name in sys.modules]
import simulation
look("import simulation")
from simulation.__main__ import main
for arguments in ["--help"], ["validate", "baseline"], ["show", "baseline", "--json"], ["show", "--register"]:
    sys.argv = ["tierwise", *arguments]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
    look(" ".join(arguments))
print(json.dumps(seen), file=sys.stderr)
"""


def test_help_and_the_reading_of_scenarios_load_nothing_heavy(process):
    result = process("-c", LIGHT)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stderr.splitlines()[-1])
    assert len(seen) == 5
    assert not any(seen.values()), seen


INTERRUPTED = """
import os, signal, sys
import simulation.scenario.reading as reading
reading.load = lambda *arguments: os.kill(os.getpid(), signal.SIGINT)
from simulation.__main__ import main
sys.argv = ["tierwise", "validate", "baseline"]
main()
"""


def test_a_process_that_is_interrupted_says_so_and_ends_with_code_130(process):
    result = process("-c", INTERRUPTED)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


def test_a_process_with_bad_input_ends_with_code_2(process, tmp_path):
    (tmp_path / "x.yaml").write_text("use:\n\tceiling: 1\n")
    result = process("-m", "simulation", "validate", "x.yaml", "tierwise:baseline")
    assert (result.returncode, result.stdout) == (2, "ok tierwise:baseline\n")
    assert result.stderr == "x.yaml:2:1: there is a tab here; YAML takes spaces\n"


def test_a_terminal_that_lacks_a_character_shows_its_code(process):
    """What is shown is still YAML that means the same."""
    result = process(
        "-m",
        "simulation",
        "show",
        "tierwise:baseline",
        "--set",
        "title=기업 😀",
        PYTHONIOENCODING="latin-1",
    )
    assert result.returncode == 0, result.stderr
    assert r'title: "\uae30\uc5c5 \U0001f600"' in result.stdout
