"""``tierwise export``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.experiments.provenance import what_was_run
from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.store.experiment import open_experiment
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs

TINY = {
    "name": "=tiny",
    "population.firms": 60,
    "time.months": 14,
    "time.survey_month": 6,
    "time.start_rounds": 8,
    "time.origin_months": 2,
    "firms.late_chance": {"large": {"manufacturing": 0.3}, "sme": {"manufacturing": 0.3, "services": 0.3}},
    "lateness.buffer": 2.0,
}
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def runs():
    scenario = Scenario().with_(TINY)
    return [run(scenario, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def kept(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    parts = save_runs(folder, runs, has_firms=True)
    write_manifest(folder, {"kind": "run", **what_was_run([runs[0].scenario], SEEDS, {})}, parts)
    return str(folder)


def read(name, folder="out"):
    return pd.read_csv(Path(folder) / f"{name}.csv", dtype=dict.fromkeys(("firm", "root", "supplier", "buyer"), str))


def test_everything_that_is_kept_is_written(cli, kept, runs):
    told = cli("export", kept, "-o", "out")
    assert told.exit_code == 0
    rows = {
        "runs": 2,
        "series": sum(len(one.series) for one in runs),
        "firms": 120,
        "links": sum(len(one.links) for one in runs),
    }
    assert (
        told.stdout == f"Written to out: {', '.join(f'{name}.csv ({count:,} rows)' for name, count in rows.items())}\n"
    )
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(f"{name}.csv" for name in rows)
    series, stored = read("series"), open_experiment(kept).series()
    np.testing.assert_array_equal(series["value"], stored["value"])
    assert set(series["scenario"]) == {"'=tiny"}


def test_firms_are_named_by_their_ids(cli, kept, runs):
    assert cli("export", kept, "-o", "out").exit_code == 0
    firms, links = read("firms"), read("links")
    for one in runs:
        names = one.firms["firm"].to_numpy()
        own, tied = firms[firms["seed"] == one.seed], links[links["seed"] == one.seed]
        assert own["firm"].tolist() == names.tolist()
        assert own["root"].tolist() == names[one.firms["root"]].tolist()
        assert tied["supplier"].tolist() == names[one.links["supplier"]].tolist()
        assert tied["buyer"].tolist() == names[one.links["buyer"]].tolist()


def test_late_deliveries_are_those_of_the_run_that_is_asked_for(cli, kept, runs):
    told = cli("export", kept, "-o", "out", "--events", "--seed", "2", "--months", "3,7", "--json")
    events, expected, names = read("events"), runs[1].events(months=[3, 7]), runs[1].firms["firm"].to_numpy()
    assert json.loads(told.stdout)["rows"]["events.csv"] == len(events) == len(expected) > 50
    assert set(events["seed"]) == {2}
    for name in ("buyer", "supplier", "root"):
        assert events[name].tolist() == names[expected[name]].tolist()
    assert (events["buyer"] != events["supplier"]).any()
    for name in ("month", "round", "links"):
        np.testing.assert_array_equal(events[name], expected[name])
    pd.testing.assert_frame_equal(open_experiment(kept).events(seed=2, months=[3, 7]), expected)


def test_parquet_holds_the_same(cli, kept):
    assert cli("export", kept, "-o", "out").exit_code == 0
    assert cli("export", kept, "-o", "out", "--parquet").exit_code == 0
    for name in ("firms", "links", "runs"):
        text, binary = read(name), pd.read_parquet(f"out/{name}.parquet")
        assert list(text) == list(binary)
        assert len(text) == len(binary)
    assert set(pd.read_parquet("out/runs.parquet")["scenario"]) == {"=tiny"}


def test_files_that_are_there_are_replaced_only_when_asked_for(cli, kept):
    Path("out").mkdir()
    Path("out/links.csv").write_text("mine")
    refused = cli("export", kept, "-o", "out")
    assert refused.exit_code == 2
    assert refused.stderr == "out/links.csv: this file is already there; choose another folder, or say --replace\n"
    assert [path.name for path in Path("out").iterdir()] == ["links.csv"]
    assert cli("export", kept, "-o", "out", "--replace").exit_code == 0
    assert Path("out/links.csv").read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--months", "3"), "need --events"),
        (("--events", "--months", "14"), "month 14 is not among the months 0 to 13"),
        (("--events", "--seed", "9"), "seed 9 was not run here; seeds are 1, 2"),
    ],
)
def test_what_does_not_fit_is_said(cli, kept, arguments, message):
    told = cli("export", kept, "-o", "out", *arguments)
    assert told.exit_code == 2
    assert message in told.stderr.replace("\n", " ").replace("│", "")
    assert not Path("out").exists()


def test_a_sweep_leaves_with_its_points(cli, kept_sweep):
    told = cli("export", str(kept_sweep), "-o", "out")
    assert told.exit_code == 0
    names = ("points", "results", "runs", "series")
    assert sorted(path.name for path in Path("out").iterdir()) == [f"{name}.csv" for name in names]
    results = pd.read_csv("out/results.csv")
    assert len(results) == 12
    assert {"lateness.lean", "scenario", "seed", "public_cost"} <= set(results)


def test_arrays_and_archives_are_single_files(cli, kept_sweep):
    told = cli("export", str(kept_sweep), "--xarray", "found.nc", "--ema", "found.tar.gz")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "Written to found.nc: 5 variables"
    assert told.stdout.splitlines()[1].startswith("Written to found.tar.gz: ")
    assert sorted(path.name for path in Path().iterdir()) == ["found.nc", "found.tar.gz"]
    assert cli("export", str(kept_sweep), "--ema", "found.tar.gz").exit_code == 2
    told = json.loads(cli("export", str(kept_sweep), "--ema", "found.tar.gz", "--replace", "--json").stdout)
    assert told["ema"]["experiments"] == 6


@pytest.mark.parametrize("arguments", [(), ("--xarray", "found.zarr"), ("--ema", "found.zip"), ("--events",)])
def test_where_to_is_to_be_said(cli, kept_sweep, arguments):
    assert cli("export", str(kept_sweep), *arguments).exit_code == 2
    assert not list(Path().iterdir())
