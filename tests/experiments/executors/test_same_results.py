"""Who does the work changes nothing: the same keys and the same bytes, here, in processes and on Dask."""

from __future__ import annotations

import pytest
from sweep_processes import contents, leftovers

import simulation as tw
from simulation.experiments.sweeps import run_sweep


def test_every_run_of_the_reference_is_that_of_its_scenario_and_seed(serial):
    runs, scenarios = serial.runs(), {scenario.name: scenario for scenario in serial.study.scenarios}
    assert len(runs) == 16
    for row in runs.to_dict("records"):
        alone = tw.run(serial.study.at(row["point"], scenarios[row["scenario"]]), row["seed"], has_origins=False)
        assert (alone.key, alone.digest) == (row["key"], row["digest"])
    assert runs["strengths"].nunique() > 1  # solved at each point


def test_a_change_of_one_seed_would_be_seen(serial, study_with, expected, tmp_path):
    other = run_sweep(study_with(first_seed=2), tmp_path, on="serial")
    assert not expected.keys() & contents(other).keys()
    assert not {row[5] for row in expected.values()} & {row[5] for row in contents(other).values()}


@pytest.mark.parametrize("options", [{"on": "processes"}, {"on": "dask"}], ids=["processes", "dask"])
def test_workers_of_this_machine_give_the_same_bytes(options, study, expected, tmp_path):
    assert contents(run_sweep(study, tmp_path, workers=2, **options)) == expected
    assert leftovers(tmp_path) == []


def test_workers_of_a_running_scheduler_give_the_same_bytes(study, expected, tmp_path, dask_scheduler, dask_worker):
    _, address = dask_scheduler()
    for _ in range(2):
        dask_worker(address)
    assert contents(run_sweep(study, tmp_path / "results", on="dask", scheduler=address)) == expected
    assert leftovers(tmp_path / "results") == []


@pytest.mark.slow
def test_a_sweep_that_was_begun_on_one_engine_is_finished_on_another(study, study_with, expected, tmp_path):
    begun = run_sweep(study_with(replications=1), tmp_path, on="serial")
    assert len(begun.runs()) == 8
    whole = run_sweep(study, tmp_path, on="processes", workers=2)
    assert contents(whole) == expected
    assert [session["on"] for session in whole.manifest["sessions"]] == ["serial", "processes"]
