"""Run the examples of README and docs: Python, commands, and the files that they use."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

SOURCES = Path(__file__).parent


class _Shell(CodeBlockParser):
    """Run each line of a bash block; a line that fails, fails the example."""

    language = "bash"

    def evaluate(self, example: Example) -> str | None:
        scripts = str(Path(sys.executable).parent)
        environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
        for line in example.parsed.strip().splitlines():
            done = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                return f"{line!r} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return None


class _File(CodeBlockParser):
    """Write a YAML block whose first line names a file into the working folder."""

    language = "yaml"

    def evaluate(self, example: Example) -> None:
        first = example.parsed.splitlines()[0]
        if first.startswith("# ") and first.endswith(".yaml"):
            Path(first.removeprefix("# ")).write_text(example.parsed, encoding="utf-8")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run a page's examples in an empty folder."""
    folder = tmp_path_factory.mktemp("page")
    with contextlib.chdir(folder):
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


pytest_collect_file = Sybil(
    parsers=[CodeBlockParser("python", PythonEvaluator()), _Shell(), _File()],
    patterns=["README.md", "docs/*.md"],
    fixtures=["elsewhere"],
).pytest()
