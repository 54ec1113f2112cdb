"""``tierwise network export``."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation.experiments.comparison import compare
from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import open_experiment
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs

TINY = {
    "name": "base",
    "population.firms": 60,
    "time.months": 14,
    "time.survey_month": 6,
    "time.start_rounds": 8,
    "time.origin_months": 2,
    "adoption.hazard.level": -2.5,
    "review.base": 0.05,
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    base = Scenario().with_(TINY)
    compare([base, base.with_({"name": "alone", "influence.peers": 0.0})], [4, 5], folder=folder)
    return str(folder)


@pytest.fixture(scope="module")
def done():
    return run(Scenario().with_(TINY), 4)


def tables(folder="out"):
    return (pd.read_csv(Path(folder) / f"{name}.csv", dtype={"firm": str, "root": str}) for name in ("firms", "links"))


def test_the_last_month_is_the_end_of_the_run(cli, kept, done):
    told = cli("network", "export", kept, "-o", "out", "--format", "csv")
    assert told.exit_code == 0
    assert told.stdout == "base, seed 4, month 13: written to out: firms.csv, links.csv\n"
    firms, links = tables()
    expected = done.firms
    assert list(firms) == ["month", *list(expected)[3:]]
    assert firms["firm"].tolist() == expected["firm"].tolist()
    for name in ("adopted", "months_adopted", "user_share", "capacity", "effective", "defects", "late", "travelled"):
        same = firms[name].to_numpy(expected[name].dtype)
        np.testing.assert_array_equal(same, expected[name].to_numpy(), err_msg=name)
    np.testing.assert_array_equal(firms["late_days"].astype(np.float32), expected["late_days"].astype(np.float32))
    assert firms["root"].tolist() == expected["firm"].iloc[expected["root"]].tolist()
    assert len(links) == len(done.links)
    np.testing.assert_array_equal(links["weight"], done.world.links.weight)
    bought = links.groupby("supplier")["value"].sum().reindex(firms["firm"].astype(int)).fillna(0.0).to_numpy()
    np.testing.assert_allclose(firms["sales"], done.world.firms.final_demand + bought, rtol=1e-6)


def test_tables_hold_all_months_and_links_change(cli, kept, done):
    assert cli("network", "export", kept, "-o", "out", "--format", "csv", "--months", "13, 0,6,6").exit_code == 0
    firms, links = tables()
    assert firms["month"].tolist() == [0] * 60 + [6] * 60 + [13] * 60
    first, last = (links[links["month"] == month] for month in (0, 13))
    names = done.firms["firm"].astype(int).to_numpy()
    np.testing.assert_array_equal(first["supplier"], names[done.world.links.supplier])
    assert (first["supplier"].to_numpy() != last["supplier"].to_numpy()).any()
    np.testing.assert_array_equal(first["buyer"], last["buyer"])


@pytest.mark.parametrize(("kind", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_a_graph_is_written_for_each_month(cli, kept, kind, read):
    told = cli("network", "export", kept, "-o", "out", "--format", kind, "--months", "6,0", "--seed", "5", "--json")
    assert json.loads(told.stdout) == {
        "folder": "out",
        "files": [f"month-000.{kind}", f"month-006.{kind}"],
        "scenario": "base",
        "seed": 5,
        "months": [0, 6],
    }
    assert cli("network", "export", kept, "-o", "out", "--format", "csv", "--months", "6", "--seed", "5").exit_code == 0
    firms, links = tables()
    graph = read(f"out/month-006.{kind}")
    assert graph.is_directed()
    assert list(graph) == firms["firm"].tolist()
    assert [graph.nodes[firm]["user_share"] for firm in graph] == pytest.approx(firms["user_share"], rel=1e-6)
    assert [graph.nodes[firm]["root"] for firm in graph] == firms["root"].tolist()
    assert {(int(j), int(i)) for j, i in graph.edges} == set(zip(links["supplier"], links["buyer"], strict=True))
    assert {type(carried["critical"]) for *_, carried in graph.edges(data=True)} == {bool}


def test_a_scenario_and_a_seed_of_a_comparison_can_be_chosen(cli, kept):
    choice = ("--scenario", "alone", "--seed", "5", "--format", "csv")
    told = cli("network", "export", kept, "-o", "out", *choice)
    assert told.stdout.startswith("alone, seed 5, month 13: ")
    firms, _ = tables()
    other = run(Scenario().with_(TINY | {"influence.peers": 0.0}), 5).firms
    np.testing.assert_array_equal(firms["capacity"].to_numpy(np.float32), other["capacity"].to_numpy())


def test_files_that_are_there_are_replaced_only_when_asked_for(cli, kept):
    command = ("network", "export", kept, "-o", "out", "--months", "0,3")
    assert cli(*command).exit_code == 0
    refused = cli("network", "export", kept, "-o", "out", "--months", "3,5")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "out/month-003.graphml: this file is already there; choose another folder, or say --replace\n"
    )
    assert not Path("out/month-005.graphml").exists()
    before = Path("out/month-003.graphml").read_bytes()
    assert cli(*command, "--replace").exit_code == 0
    assert Path("out/month-003.graphml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--months", "14"), "month 14 is not among the months 0 to 13 of this run"),
        (("--months", "1,x"), "--months: 'x' is not a month; give numbers such as 0,33,95"),
        (("--months", ""), "--months: '' is not a month"),
        (("--months", "-1"), "--months: '-1' is not a month"),
        (("--scenario", "x"), "holds no scenario 'x', but base, alone"),
        (("--seed", "1"), "seed 1 was not run here; seeds are 4, 5"),
    ],
)
def test_what_is_not_there_is_named(cli, kept, arguments, message):
    told = cli("network", "export", kept, "-o", "out", *arguments)
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr
    assert not Path("out").exists()


def test_a_folder_without_results_is_refused(cli):
    told = cli("network", "export", "nowhere", "-o", "out")
    assert told.exit_code == 2
    assert "nowhere holds no results" in told.stderr


def test_results_of_another_version_are_said_to_be_so(cli, kept, monkeypatch):
    monkeypatch.setattr("simulation.replays.source_digest", lambda: "another")
    told = cli("network", "export", kept, "-o", "out", "--months", "0")
    assert told.exit_code == 0
    assert "made by another version of the model" in told.stderr


def test_a_run_of_tables_that_have_changed_is_not_lived_again(cli, tmp_path):
    assert cli("network", "build", "baseline", "-o", "world", "--firms", "60").exit_code == 0
    short = ["time.months=3", "time.survey_month=2", "time.start_rounds=2"]
    from simulation.experiments.provenance import what_was_run
    from simulation.scenario.reading import load

    scenario = load("world/scenario.yaml", short)
    parts = save_runs(tmp_path / "kept", [run(scenario, 1)])
    write_manifest(tmp_path / "kept", {"kind": "run", **what_was_run([scenario], [1], {})}, parts)
    assert cli("network", "export", "kept", "-o", "out").exit_code == 0
    with open("world/firms.csv", "a") as file:  # noqa: PTH123
        file.write("\n")
    told = cli("network", "export", "kept", "-o", "again")
    assert told.exit_code == 2
    assert told.stderr == (
        "population.data: the tables of baseline have changed since it was run, so that it cannot be lived again\n"
    )
    assert open_experiment("kept").manifest["kind"] == "run"
