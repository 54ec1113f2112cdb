"""Run the examples of README and docs: Python, commands, and the files that they use."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser
from typer.testing import CliRunner

from simulation.compiled import is_compilation_on

SOURCES = Path(__file__).parent


_WARM = """
import numpy
from simulation.engines.engine import CompiledEngine
from simulation.scenario.reading import load
from simulation.world.build import build

scenario = load("tierwise:baseline", ["population.firms=200", "budget.strength=fixed"])
CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True, real=numpy.{real})
"""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Translate the engine once in each precision, side by side, before several processes begin to test with it."""
    is_first = not hasattr(session.config, "workerinput")
    if is_first and session.config.getoption("numprocesses", None) and is_compilation_on():
        # Measuring coverage would prolong it, and nothing of it is of interest.
        unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        makers = [
            subprocess.Popen([sys.executable, "-c", _WARM.format(real=real)], cwd=SOURCES, env=unmeasured)
            for real in ("float32", "float64")
        ]
        for maker in makers:
            maker.wait()


class _Shell(CodeBlockParser):
    """Run each line of a bash block; a line that fails, fails the example.

    The README's commands are those of the environment, as a newcomer's are. Those of other pages are called here: it is
    the same code, and imports and machine code are loaded once instead of at every line. Programs of a page
    (`python FILE`) have a process of their own.
    """

    def evaluate(self, example: Example) -> str | None:
        if Path(example.path).name != "README.md":
            return self._call(example.parsed.strip().splitlines())
        scripts = str(Path(sys.executable).parent)
        environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
        for line in example.parsed.strip().splitlines():
            done = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                return f"{line!r} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return None

    def _call(self, lines: list[str]) -> str | None:
        from simulation.commands.app import application

        for line in lines:
            command, *arguments = shlex.split(line)
            if command == "python":
                environment = os.environ | {"PYTHONPATH": str(SOURCES)}
                ended = subprocess.run(
                    [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
                )
                if ended.returncode != 0:
                    return f"{line!r} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
                continue
            if command != "tierwise":
                return f"{line!r} is no command of tierwise"
            done = CliRunner().invoke(application(), arguments, prog_name=command)
            if done.exit_code != 0:
                return f"{line!r} ended with {done.exit_code}:\n{done.output}{done.stderr}"
        return None


class _File(CodeBlockParser):
    """Write a block whose first line names a file into the working folder."""

    def evaluate(self, example: Example) -> None:
        first = example.parsed.splitlines()[0]
        if first.startswith("# ") and first.endswith(f".{self.language}"):
            file = Path(first.removeprefix("# "))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(example.parsed, encoding="utf-8")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run a page's examples in an empty folder."""
    folder = tmp_path_factory.mktemp("page")
    with contextlib.chdir(folder):
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


pytest_collect_file = Sybil(
    parsers=[CodeBlockParser("python", PythonEvaluator()), _Shell("bash"), _File("yaml"), _File("py")],
    patterns=["README.md", "docs/*.md"],
    fixtures=["elsewhere"],
).pytest()
