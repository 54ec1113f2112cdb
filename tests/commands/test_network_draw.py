"""``tierwise network draw``."""

from __future__ import annotations

import json

import pytest

from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs

SMALL = {"name": "base", "population.firms": 60, "time.months": 6, "time.survey_month": 3, "time.start_rounds": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("run")
    scenario = Scenario().with_(SMALL)
    parts = save_runs(path, [run(scenario, 5)], has_firms=True)
    content = {"scenarios": {"base": {"resolved": scenario.model_dump(mode="json")}}, "seeds": [5]}
    write_manifest(path, {"kind": "run", **content}, parts)
    return path


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("b/a.png", b"\x89PNG"), ("a.pdf", b"%PDF")])
def test_a_scenario_is_drawn_before_its_first_month(cli, tmp_path, name, start):
    result = cli("network", "draw", "baseline", "--firms", "40", "-o", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Picture of 40 firms and ")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_equal_commands_give_equal_bytes_and_another_seed_another_network(cli, tmp_path):
    for name, seed in (("a.svg", "1"), ("b.svg", "1"), ("c.svg", "2")):
        assert cli("network", "draw", "baseline", "--firms", "40", "--seed", seed, "-o", name).exit_code == 0
    first, second, other = ((tmp_path / f"{name}.svg").read_bytes() for name in "abc")
    assert first == second
    assert first != other


def test_json_tells_the_scale_and_who_is_late(cli, folder):
    result = cli("network", "draw", str(folder), "-o", "a.svg", "--scale", "medium", "--json")
    told = json.loads(result.stdout)
    assert (told["scale"], told["firms"]) == ("medium", 60)
    assert 0 <= told["late_because_of_another"] <= told["late"] <= 60
    before = json.loads(cli("network", "draw", "baseline", "--firms", "40", "-o", "a.svg", "--json").stdout)
    assert before["late"] is None


def test_the_last_month_lived_again_is_the_stored_end(cli, folder, tmp_path):
    assert cli("network", "draw", str(folder), "-o", "end.svg").exit_code == 0
    assert cli("network", "draw", str(folder), "-o", "again.svg", "--month", "5").exit_code == 0
    assert (tmp_path / "end.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    assert cli("network", "draw", str(folder), "-o", "before.svg", "--month", "2").exit_code == 0
    assert (tmp_path / "before.svg").read_bytes() != (tmp_path / "end.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("baseline", "-o", "a.gif"), "figures are written as .svg, .png or .pdf"),
        (("baseline", "-o", "a.svg", "--month", "96"), "month 96 is not among the months 0 to 95"),
        (("nowhere", "-o", "a.svg"), "nowhere"),
        (("FOLDER", "-o", "a.svg", "--firms", "50"), "holds results"),
        (("FOLDER", "-o", "a.svg", "--seed", "6"), "seed 6 was not run here; seeds are 5"),
        (("FOLDER", "-o", "a.svg", "--seed", "6", "--month", "2"), "seed 6 was not run here"),
        (("FOLDER", "-o", "a.svg", "--scenario", "other"), "holds no scenario 'other', but base"),
        ((".", "-o", "a.svg"), "holds no results"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(cli, folder, arguments, words):
    chosen = [str(folder) if part == "FOLDER" else part for part in arguments]
    result = cli("network", "draw", *chosen)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
