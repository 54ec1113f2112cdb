"""The command line, called inside the process of the tests, or as a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from simulation.commands.app import application


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Return a function that runs the command line in an empty folder; the result has output, stderr and exit_code."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str):
        return CliRunner().invoke(application(), list(arguments), prog_name="tierwise")

    return run


@pytest.fixture
def process(tmp_path):
    """Return a function that runs Python in a process of its own, in an empty folder."""

    def run(*arguments: str, **environment: str):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment or None,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
