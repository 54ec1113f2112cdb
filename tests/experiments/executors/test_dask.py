"""Sweeps on Dask when workers and schedulers die, are of another version, or were never there."""

from __future__ import annotations

import os
import shutil
import signal
import time

import psutil
import pytest
import worker_calls
from sweep_processes import SOURCES, contents, leftovers

from simulation.errors import InputError, RunError
from simulation.experiments.executors import dask as pools
from simulation.experiments.sweeps import open_sweep, run_sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="other signals there")


def once(act):
    """Return a listener to progress that acts when the first runs are done."""
    acted = []

    def listen(now):
        if now.done and not acted:
            acted.append(1)
            act()

    return listen


def own_workers():
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "distributed.cli.dask_worker" in " ".join(process.cmdline())
    ]


@pytest.mark.slow
def test_a_worker_of_this_machine_that_is_killed_is_replaced(study, expected, tmp_path):
    killed = []

    def kill():
        killed.append(own_workers()[0].pid)
        own_workers()[0].kill()

    found = run_sweep(study, tmp_path, on="dask", workers=2, on_progress=once(kill))
    assert len(killed) == 1
    assert contents(found) == expected
    assert leftovers(tmp_path) == []
    assert own_workers() == []


@pytest.mark.slow  # a dozen workers are killed and started again
def test_a_run_that_kills_every_worker_fails_and_the_others_go_on(study, expected, tmp_path, monkeypatch):
    proper = pools.DaskPool.submit
    seed = study.seeds(1)[0]

    def submit(pool, call, chunk):
        kills = any((job.point, job.seed) == (1, seed) and "grant" in job.scenarios for job in chunk.jobs)
        return proper(pool, *((worker_calls.fall,) if kills else (call, chunk)))

    monkeypatch.setattr(pools.DaskPool, "submit", submit)
    runs = run_sweep(study, tmp_path, on="dask", workers=2).runs()
    failed = runs[runs["status"] == "failed"]
    assert [tuple(row) for row in failed[["point", "seed", "scenario"]].to_numpy()] == [(1, seed, "grant")]
    assert "its worker was killed 3 times" in failed["error"].iloc[0]
    assert set(runs.loc[runs["status"] == "done", "digest"]) == {
        row[5] for request, row in expected.items() if request not in set(failed["request"])
    }


def test_a_killed_worker_of_a_scheduler_is_replaced_by_others_and_when_all_are_gone_it_is_said(
    study, expected, tmp_path, dask_scheduler, dask_worker, monkeypatch
):
    scheduler, address = dask_scheduler()
    workers = [dask_worker(address, "--no-nanny"), dask_worker(address, "--no-nanny")]
    folder = tmp_path / "results"
    killed = run_sweep(study, folder, on="dask", scheduler=address, on_progress=once(workers[0].kill))
    assert contents(killed) == expected
    workers[1].kill()
    monkeypatch.setattr(pools, "PATIENCE", 3.0)
    begun = time.monotonic()
    with pytest.raises(RunError, match=r"^no worker has been there for 3 seconds; what was finished is kept, and the"):
        run_sweep(study, tmp_path / "again", on="dask", scheduler=address)
    assert time.monotonic() - begun < 20.0
    assert scheduler.poll() is None
    assert leftovers(tmp_path / "again") == []


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGSTOP, marks=pytest.mark.slow)], ids=["ends", "hangs"]
)
def test_a_scheduler_that_is_gone_is_told_and_processes_finish_the_sweep(
    study, expected, tmp_path, dask_scheduler, dask_worker, monkeypatch, number
):
    scheduler, address = dask_scheduler()
    worker = dask_worker(address, "--no-nanny")
    folder = tmp_path / "results"

    def act():
        monkeypatch.setattr(pools, "_ANSWER", 3.0)
        scheduler.send_signal(number)

    begun = time.monotonic()
    with pytest.raises(RunError, match=r"(are gone|does not answer|takes no work).*what .* finished is kept, and the"):
        run_sweep(study, folder, on="dask", scheduler=address, on_progress=once(act))
    assert time.monotonic() - begun < 60.0
    assert 0 < open_sweep(folder).status().done < study.runs
    if number == signal.SIGKILL:
        worker.wait(60.0)  # it does not go on for nobody
    assert contents(run_sweep(study, folder, workers=2)) == expected
    assert leftovers(folder) == []


def test_workers_with_another_version_of_the_model_are_refused(study, tmp_path, dask_scheduler, dask_worker):
    other = tmp_path / "other"
    shutil.copytree(SOURCES / "simulation", other / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "simulation" / "rules" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    shutil.copytree(SOURCES / "scenarios", other / "scenarios")
    _, address = dask_scheduler()
    dask_worker(address, "--no-nanny", environment={"PYTHONPATH": str(other)})
    with pytest.raises(RunError, match=r"^a worker has another version of the model than the program that gave it"):
        run_sweep(study, tmp_path / "results", on="dask", scheduler=address)
    assert open_sweep(tmp_path / "results").status().done == 0


def test_workers_without_the_package_are_told(study, tmp_path, dask_scheduler, dask_worker):
    (tmp_path / "bare" / "simulation").mkdir(parents=True)
    missing = "raise ModuleNotFoundError(\"No module named 'simulation'\", name='simulation')"
    (tmp_path / "bare" / "simulation" / "__init__.py").write_text(missing, encoding="ascii")
    _, address = dask_scheduler()
    dask_worker(address, "--no-nanny", environment={"PYTHONPATH": str(tmp_path / "bare")})
    with pytest.raises(RunError, match="a worker cannot import what it needs"):
        run_sweep(study, tmp_path / "results", on="dask", scheduler=address)


@pytest.mark.parametrize(
    ("address", "kind", "part"),
    [
        ("tcp://127.0.0.1:9", RunError, "no Dask scheduler answers at tcp://127.0.0.1:9"),
        ("tcp://no.such.machine.invalid:8786", RunError, "no Dask scheduler answers at tcp://no.such"),
        ("nonsense://x", InputError, "'nonsense://x' is no address of a Dask scheduler"),
    ],
)
def test_an_address_where_nobody_answers_is_told(study, tmp_path, monkeypatch, address, kind, part):
    monkeypatch.setattr(pools, "_ANSWER", 1.0)
    with pytest.raises(kind, match=part):
        run_sweep(study, tmp_path, on="dask", scheduler=address)


def test_an_address_and_a_cluster_do_not_go_together(study, tmp_path):
    with pytest.raises(InputError, match="not both"):
        run_sweep(study, tmp_path, on="dask", scheduler="tcp://127.0.0.1:9", cluster="slurm.yaml")
