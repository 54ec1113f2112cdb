"""Fixtures for scenario files: a project folder to write them into, and what loading them says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.shipped import shipped_folder


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return an empty project folder, which is also the current folder."""
    folder = tmp_path / "project"
    (folder / "scenarios").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory):
    """Return a project folder with the shipped files, for tests with many examples."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(shipped_folder(), folder / "scenarios")
    return folder


@pytest.fixture
def write(project):
    """Return a function that writes a scenario file of the project, as text or bytes, and returns its path."""

    def write_file(content: str | bytes, name: str = "scenarios/x.yaml") -> str:
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write_file


@pytest.fixture
def refusal(write):
    """Return a function that loads a content that is refused, and returns the problems as text."""

    def refuse(content: str | bytes, name: str = "scenarios/x.yaml", sets: tuple[str, ...] = ()) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(write(content, name), sets)
        return [str(problem) for problem in caught.value.problems]

    return refuse


@pytest.fixture(scope="session")
def lines_of():
    """Return a function that gives the lines of a file."""

    def lines(file: Path) -> list[str]:
        return file.read_text(encoding="utf-8").splitlines()

    return lines
