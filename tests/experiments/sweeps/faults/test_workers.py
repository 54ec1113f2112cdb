"""Whatever happens to workers, what was done stays done and is done once."""

from __future__ import annotations

from collections import deque
from concurrent.futures import CancelledError, Future

import pytest
from sweep_processes import contents, leftovers

from simulation.errors import RunError
from simulation.experiments.executors import WorkerKilledError
from simulation.experiments.sweeps import open_sweep, run_sweep, running, sweeping, working
from simulation.experiments.sweeps.running import STRIKES


class SlowPool:
    """Two workers that do their oldest call whenever somebody looks after them, and die where ``kills`` says so."""

    name = "slow"
    killed = (WorkerKilledError,)
    lost = (CancelledError,)
    workers = 2

    def __init__(self, kills=lambda chunk, beside: False):
        self.kills = kills
        self.queue = deque()
        self.deaths = []

    def submit(self, call, chunk):
        self.queue.append((Future(), call, chunk))
        return self.queue[-1][0]

    def look_after(self):
        if not self.queue:
            return
        future, call, chunk = self.queue.popleft()
        beside = [other for _, _, other in self.queue][:1]
        if self.kills(chunk, beside):
            self.deaths.append((chunk, beside))
            future.set_exception(WorkerKilledError("SIGKILL"))
            return
        try:
            future.set_result(call(chunk))
        except Exception as error:  # noqa: BLE001 - as a worker would hand it back
            future.set_exception(error)


@pytest.fixture
def with_pool(monkeypatch):
    """Return a function that lets a pool do the work of all sweeps."""
    monkeypatch.setattr(running, "_GLANCE", 0.0)

    def use(pool):
        class Opened:
            def __init__(self, *arguments, **options):
                pass

            def __enter__(self):
                return pool

            def __exit__(self, *error):
                pass

        monkeypatch.setattr(sweeping, "open_pool", Opened)
        return pool

    return use


def holds(chunk, point, seed, scenario):
    return any((job.point, job.seed) == (point, seed) and scenario in job.scenarios for job in chunk.jobs)


def test_a_run_that_kills_its_worker_fails_alone(study, expected, tmp_path, with_pool, monkeypatch):
    monkeypatch.setattr(running, "_AHEAD", 1)  # larger chunks
    seed = study.seeds(3)[1]
    pool = with_pool(SlowPool(lambda chunk, beside: holds(chunk, 3, seed, "grant")))
    told = []
    found = run_sweep(study, tmp_path, on_progress=lambda now: told.append((now.done, now.failed)))
    runs = found.runs()
    failed = runs[runs["status"] == "failed"]
    assert [tuple(row) for row in failed[["point", "seed", "scenario"]].to_numpy()] == [(3, seed, "grant")]
    assert set(failed["error"]) == {f"its worker was killed {STRIKES} times (SIGKILL), perhaps for want of memory"}
    assert len(runs) == study.runs
    assert told[-1] == (16, 1)
    done = contents(found)
    assert {key: row for key, row in done.items() if row[4] == "done"} == {
        key: row for key, row in expected.items() if key not in set(failed["request"])
    }
    sizes = [chunk.runs for chunk, _ in pool.deaths]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2  # a chunk was divided until the run was found
    assert sizes.count(1) == STRIKES
    assert pool.deaths[-1][1] == []  # the last time with nothing beside it
    with_pool(SlowPool())
    assert contents(run_sweep(study, tmp_path, has_failed_again=True)) == expected


def test_a_run_that_dies_of_what_is_beside_it_does_not_fail(study, expected, tmp_path, with_pool):
    """Two runs that do not fit into memory together: the one that is killed is not the one to blame."""
    with_pool(SlowPool(lambda chunk, beside: any(holds(other, 3, study.seeds(3)[1], "grant") for other in beside)))
    assert contents(run_sweep(study, tmp_path)) == expected


def test_workers_that_die_at_random_lose_nothing(study, expected, tmp_path, with_pool):
    deaths = iter(number % 3 == 0 for number in range(10_000))
    pool = with_pool(SlowPool(lambda chunk, beside: bool(beside) and next(deaths)))
    assert contents(run_sweep(study, tmp_path)) == expected
    assert len(pool.deaths) > 3


def test_workers_that_are_gone_are_told_and_what_they_finished_counts(study, expected, tmp_path, with_pool):
    pool = with_pool(SlowPool())
    look_after = pool.look_after

    def lose():
        look_after()
        if len(list((tmp_path / "parts").glob("runs-*"))) >= 2:
            for future, _, _ in pool.queue:
                future.cancel()
                future.set_running_or_notify_cancel()
            pool.queue.clear()

    pool.look_after = lose
    with pytest.raises(RunError, match=r"^the slow workers are gone \(CancelledError\); what they finished is kept"):
        run_sweep(study, tmp_path)
    status = open_sweep(tmp_path).status()
    assert status.done >= 2
    assert status.left == study.runs - status.done
    with_pool(SlowPool())
    assert contents(run_sweep(study, tmp_path)) == expected
    assert leftovers(tmp_path) == []


def test_a_worker_that_sees_another_folder_ends_the_sweep(study, tmp_path, with_pool):
    pool = with_pool(SlowPool())
    other = tmp_path / "other"
    other.mkdir()
    pool.submit_here = pool.submit
    pool.submit = lambda call, chunk: pool.submit_here(
        lambda asked: call(working.Chunk(asked.study, asked.jobs, str(other), asked.session, asked.source)), chunk
    )
    with pytest.raises(RunError, match=r"a worker does not find this session in .*results: the folder was moved, or"):
        run_sweep(study, tmp_path / "results")
    assert list(other.rglob("*.parquet")) == []


def test_a_worker_of_another_version_or_without_the_package_ends_the_sweep(study, tmp_path, with_pool):
    pool = with_pool(SlowPool())
    pool.submit_here = pool.submit
    pool.submit = lambda call, chunk: pool.submit_here(
        lambda asked: call(working.Chunk(asked.study, asked.jobs, asked.folder, asked.session, "0" * 16)), chunk
    )
    with pytest.raises(RunError, match="another version of the model"):
        run_sweep(study, tmp_path)

    def without(asked):
        raise ModuleNotFoundError("No module named 'simulation'")

    pool.submit = lambda call, chunk: pool.submit_here(without, chunk)
    with pytest.raises(RunError, match=r"a worker cannot import what it needs .*No module named"):
        run_sweep(study, tmp_path)
