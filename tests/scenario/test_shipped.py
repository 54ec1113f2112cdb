"""Where scenario files are, and how they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.scenario import shipped
from simulation.scenario.shipped import (
    called,
    displayed,
    leaves_folder,
    project_folder,
    shipped_file,
    shipped_folder,
    shipped_names,
)


def test_shipped_names_are_the_files_of_the_folder_in_order():
    assert shipped_names() == sorted(file.stem for file in shipped_folder().glob("*.yaml"))
    assert "baseline" in shipped_names()


def test_an_installed_package_has_the_scenarios_inside(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "simulation")
    assert shipped_folder() == tmp_path / "scenarios"
    (tmp_path / "simulation" / "_shipped").mkdir(parents=True)
    assert shipped_folder() == tmp_path / "simulation" / "_shipped"


@pytest.mark.parametrize("name", ["baseline", "tierwise:baseline"])
def test_a_shipped_file_is_found_by_its_name(name):
    assert shipped_file(name) == shipped_folder() / "baseline.yaml"


@pytest.mark.parametrize(
    "name", ["", "nothing", "baseline.yaml", "../scenarios/baseline", "tierwise:targets/calibration"]
)
def test_nothing_else_is_a_shipped_name(name):
    assert shipped_file(name) is None


def test_the_project_is_the_nearest_folder_above_that_holds_scenarios(tmp_path):
    file = tmp_path / "a" / "b" / "x.yaml"
    file.parent.mkdir(parents=True)
    assert project_folder(file) == tmp_path / "a" / "b"
    (tmp_path / "scenarios").mkdir()
    assert project_folder(file) == tmp_path
    (tmp_path / "a" / "scenarios").mkdir()
    assert project_folder(file) == tmp_path / "a"


def test_a_path_leaves_a_folder_with_its_links_followed(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(tmp_path)
    assert not leaves_folder(inside / "x", inside)
    assert not leaves_folder(inside / "a" / ".." / "x", inside)
    assert leaves_folder(inside / ".." / "x", inside)
    assert leaves_folder(inside / "out" / "x", inside)
    assert leaves_folder(Path("/etc/passwd"), inside)


def test_paths_are_shown_relative_to_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert displayed(tmp_path / "a" / "x.yaml") == str(Path("a") / "x.yaml")
    assert displayed(tmp_path) == str(tmp_path)
    assert displayed(tmp_path.parent / "x.yaml") == str(tmp_path.parent / "x.yaml")


def test_characters_that_a_terminal_would_obey_are_escaped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert displayed(tmp_path / "\x1b[31mred") == r"'\x1b[31mred'"


def test_a_shipped_file_far_away_is_called_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert called(shipped_folder() / "baseline.yaml") == "tierwise:baseline"
    assert called(tmp_path / "baseline.yaml") == "baseline.yaml"
    monkeypatch.chdir(shipped_folder())
    assert called(shipped_folder() / "baseline.yaml") == "baseline.yaml"
