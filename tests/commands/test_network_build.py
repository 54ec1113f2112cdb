"""``tierwise network build``."""

from __future__ import annotations

import json

import pytest

from simulation.scenario.reading import load
from simulation.world.build import build

FILES = ["firms.csv", "links.csv", "scenario.yaml"]


def test_a_world_is_written_and_the_way_to_run_it_is_said(cli, tmp_path):
    told = cli("network", "build", "baseline", "-o", "world", "--firms", "150", "--seed", "6")
    assert told.exit_code == 0
    world = build(load("tierwise:baseline", ["population.firms=150"]), 6)
    links = world.links.supplier.size
    assert told.stdout.splitlines() == [
        f"150 firms and {links:,} links written to world: firms.csv, links.csv, scenario.yaml",
        "Run them with: tierwise run world/scenario.yaml",
    ]
    assert sorted(path.name for path in (tmp_path / "world").iterdir()) == FILES
    assert len((tmp_path / "world" / "links.csv").read_text().splitlines()) == links + 1
    assert cli("validate", "world/scenario.yaml").exit_code == 0


def test_json_says_what_was_written(cli):
    told = cli("network", "build", "own_data", "-o", "world", "--format", "parquet", "--json")
    said = json.loads(told.stdout)
    assert said["files"] == ["firms.parquet", "links.parquet", "scenario.yaml"]
    assert (said["folder"], said["firms"]) == ("world", 60)
    assert any(line.startswith("capacity was missing") for line in said["fills"])


def test_files_that_are_there_are_replaced_only_when_asked_for(cli, tmp_path):
    command = ("network", "build", "baseline", "-o", "world", "--firms", "150")
    assert cli(*command).exit_code == 0
    before = {name: (tmp_path / "world" / name).read_bytes() for name in FILES}
    refused = cli(*command, "--seed", "2")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        f"world/{name}: this file is already there; choose another folder, or say --replace" for name in FILES
    ]
    assert {name: (tmp_path / "world" / name).read_bytes() for name in FILES} == before
    assert cli(*command, "--seed", "2", "--replace").exit_code == 0
    assert (tmp_path / "world" / "links.csv").read_bytes() != before["links.csv"]
    assert cli(*command, "--replace").exit_code == 0
    assert {name: (tmp_path / "world" / name).read_bytes() for name in FILES} == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nothing", "-o", "x"), 2, "there is no such file"),
        (("baseline",), 2, "Missing option '-o'"),
        (("baseline", "-o", "x", "--format", "xlsx"), 2, "'xlsx' is not one of"),
        (("baseline", "-o", "x", "--set", "network.sed=1"), 2, "did you mean"),
        (("baseline", "-o", "taken/x", "--firms", "100"), 1, "cannot write to"),
        (
            ("baseline", "-o", "x", "--firms", "3", "--set", "network.mean_suppliers=0.5"),
            2,
            "this world cannot be read as own data: there is no large manufacturer",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(cli, tmp_path, arguments, code, message):
    (tmp_path / "taken").write_text("")
    told = cli("network", "build", *arguments)
    assert told.exit_code == code
    assert message in told.stderr.replace("\n", " ")
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "x").exists() or list((tmp_path / "x").iterdir()) == []
