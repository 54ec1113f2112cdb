"""No scenario file leads out of its project folder, whichever key names the file and however the path is written."""

from __future__ import annotations

import os

import pytest

from simulation.commands.validate import checked
from simulation.errors import InputError
from simulation.scenario.shipped import shipped_folder

SECRET = "member,supplier,buyer\nsecret-one,secret-two,secret-three\n"
KEYS = {
    "extends": "extends: {}\n",
    "firms": "population: {{data: {{firms: {}}}}}\n",
    "links": "population: {{data: {{links: {}}}}}\n",
    "input_output": "network: {{input_output: {{file: {}}}}}\n",
}
ENDING = {"extends": "yaml", "firms": "csv", "links": "csv", "input_output": "csv"}
WAYS = {
    "above": "../../outside.{}",
    "far above": "../" * 40 + "{outside}",
    "absolute": "{outside}",
    "through a folder": "folder/../../../outside.{}",
    "through what is no folder": "scenario.yaml/../../../outside.{}",
    "link": "link.{}",
    "link to a folder": "linked/outside.{}",
    "link of a link": "chain.{}",
    "dots and slashes": ".//.././/../outside.{}",
    "home": "~/outside.{}",
    "backslashes": "..\\..\\outside.{}",
    "percent": "%2e%2e/%2e%2e/outside.{}",
    "zero byte": '"../../outside.{}\\0"',
    "address": "file://{outside}",
    "shipped name": "tierwise:../../outside",
    "loop": "loop.{}",
    "memory": "/proc/self/environ",
    "endless": "/dev/zero",
    "standard input": "/dev/stdin",
    "very long": "a/" * 3000 + "x.{}",
    "folder": "folder",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder inside a project, with links of every kind that lead out of it."""
    project = tmp_path / "project"
    folder = project / "own"
    (project / "scenarios").mkdir(parents=True)
    (folder / "folder").mkdir(parents=True)
    for ending in ("csv", "yaml"):
        outside = tmp_path / f"outside.{ending}"
        outside.write_text(SECRET if ending == "csv" else "title: secret-title\nsecret-key: 1\n", encoding="utf-8")
        (folder / f"link.{ending}").symlink_to(outside)
        (folder / f"chain.{ending}").symlink_to(folder / f"link.{ending}")
        (folder / f"loop.{ending}").symlink_to(folder / f"loop.{ending}")
    (folder / "linked").symlink_to(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", KEYS)
def test_a_path_that_leads_out_is_refused_with_its_place(project, key, way):
    outside = project.parents[1] / f"outside.{ENDING[key]}"
    path = WAYS[way].replace("{outside}", str(outside)).format(ENDING[key])
    written = path if path.startswith('"') else f"'{path}'"
    (project / "scenario.yaml").write_text(KEYS[key].format(written), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        checked("scenario.yaml")
    assert "secret" not in str(caught.value)
    assert all(problem.place.startswith("scenario.yaml:1:") for problem in caught.value.problems)


@pytest.mark.parametrize("key", KEYS)
def test_what_lies_in_the_project_may_be_named_even_through_a_link(project, key):
    """Were every path refused, the tests above would prove nothing."""
    inside = {"extends": shipped_folder() / "baseline.yaml", "firms": shipped_folder() / "data" / "small" / "firms.csv"}
    inside["links"] = shipped_folder() / "data" / "small" / "links.csv"
    inside["input_output"] = shipped_folder() / "data" / "input_output" / "germany_2009.csv"
    kept = project.parent / f"kept.{ENDING[key]}"
    kept.write_bytes(inside[key].read_bytes())
    (project / f"inside.{ENDING[key]}").symlink_to(kept)
    for path in (f"../kept.{ENDING[key]}", f"inside.{ENDING[key]}", f"folder/../inside.{ENDING[key]}"):
        text = KEYS[key].format(path)
        if key == "input_output":
            text = text.replace("csv}", "csv, sectors: {industry: manufacturing, business services: services}}")
        (project / "scenario.yaml").write_text(text, encoding="utf-8")
        checked("scenario.yaml")


def test_the_file_itself_may_be_a_link_and_then_its_project_is_where_it_really_lies(project):
    real = project.parents[1] / "elsewhere"
    real.mkdir()
    (real / "beside.yaml").write_text("title: beside\n")
    (real / "scenario.yaml").write_text("extends: beside.yaml\n")
    (project / "named.yaml").symlink_to(real / "scenario.yaml")
    assert checked("named.yaml").title == ""
    (real / "scenario.yaml").write_text(f"extends: {os.path.relpath(project / 'scenario.yaml', real)}\n")
    (project / "scenario.yaml").write_text("title: x\n")
    with pytest.raises(InputError, match="leaves the project folder"):
        checked("named.yaml")
