"""``tierwise show``."""

from __future__ import annotations

import json

from simulation.scenario.document import parse
from simulation.scenario.reading import load
from simulation.scenario.register import register
from simulation.scenario.scenario import Scenario


def test_all_values_are_shown_as_a_scenario_file(cli, tmp_path):
    result = cli("show", "cash_subsidy")
    assert result.exit_code == 0
    (tmp_path / "again.yaml").write_text(result.stdout, encoding="utf-8")
    assert load("again.yaml") == load("tierwise:cash_subsidy")
    assert "#" not in result.stdout


def test_values_of_the_command_line_are_shown(cli):
    result = cli("show", "baseline", "--set", "use.ceiling=0.85", "--set", "title=한국")
    assert parse(result.stdout, "x").values["use"]["ceiling"] == 0.85
    assert 'title: "한국"' in result.stdout


def test_origin_says_which_line_set_each_value(cli, tmp_path):
    (tmp_path / "base.yaml").write_text("use:\n  speed: 0.5\n")
    (tmp_path / "x.yaml").write_text("extends: base.yaml\nuse:\n  ceiling: 0.8\n")
    result = cli("show", "x.yaml", "--origin", "--set", "time.months=60")
    assert result.exit_code == 0
    lines = {line.split("#")[0].strip(): line.partition("# ")[2] for line in result.stdout.splitlines()}
    assert lines["ceiling: 0.8"] == "x.yaml:3:12"
    assert lines["speed: 0.5"] == "base.yaml:2:10"
    assert lines["months: 60"] == "--set"
    assert lines["name: x"] == "x.yaml"
    assert lines["start_year: 2023"] == "declared default"
    assert parse(result.stdout, "x").values == load("x.yaml", ["time.months=60"]).resolved()


def test_json_has_values_and_digest_and_on_request_origins(cli):
    scenario = load("tierwise:balanced")
    plain = json.loads(cli("show", "balanced", "--json").stdout)
    assert plain == {"digest": scenario.digest(), "values": scenario.resolved()}
    with_origins = json.loads(cli("show", "balanced", "--json", "--origin").stdout)
    assert with_origins["origins"] == scenario.origins()
    assert with_origins["digest"] == plain["digest"]


def test_a_scenario_with_problems_is_not_shown(cli):
    for options in ([], ["--json"], ["--origin"]):
        result = cli("show", "baseline", "--set", "use.ceiling=2", *options)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("--set: use.ceiling: 2 is above the largest allowed value 1")


def test_the_register_is_a_table_with_a_line_for_each_parameter(cli):
    result = cli("show", "--register")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["path", "symbol", "default", "low", "high", "unit", "status", "label", "source"]
    assert all(line.startswith(f"{entry.path} ") for line, entry in zip(lines[1:], register(), strict=True))
    (line,) = [line for line in lines if line.startswith("network.seed ")]
    assert line.split()[1:4] == ["-", "-", "-"]


def test_the_register_in_json_has_all_that_is_declared(cli):
    entries = json.loads(cli("show", "--register", "--json").stdout)
    assert [tuple(entry.values()) for entry in entries] == [tuple(entry) for entry in register()]


def test_one_of_file_and_register_is_needed_and_not_both(cli):
    for arguments, message in (((), "name a scenario file"), (("--register", "baseline"), "takes no file")):
        result = cli("show", *arguments)
        assert result.exit_code == 2
        assert message in " ".join(result.stderr.split())


def test_the_default_scenario_is_what_the_shown_baseline_says(cli):
    shown = parse(cli("show", "baseline").stdout, "x").values
    assert {name: value for name, value in shown.items() if name not in {"name", "title", "description"}} == {
        name: value for name, value in Scenario().resolved().items() if name not in {"name", "title", "description"}
    }
