"""Whatever happens to workers, folders and programs, what was done stays done and is done once."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from sweep_processes import contents, leftovers

from simulation.errors import RunError
from simulation.experiments.executors import WorkerKilledError
from simulation.experiments.sweeps import ledger, open_sweep, run_sweep, running, sweep_of, sweeping, working
from simulation.experiments.sweeps.interruption import heard
from simulation.experiments.sweeps.running import STRIKES

resource = pytest.importorskip("resource", reason="not on this system")

VALUES = {
    "design": "latin_hypercube",
    "size": 4,
    "replications": 2,
    "factors": {"lateness.lean": {}},
    "outcomes": ["adopter_gap", "sme_late_days"],
    "series": ["late_days"],
}


@pytest.fixture(scope="module")
def study(base, grant):
    return sweep_of(VALUES, [base, grant])


@pytest.fixture(scope="module")
def expected(study, tmp_path_factory):
    return contents(run_sweep(study, tmp_path_factory.mktemp("undisturbed"), on="serial"))


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


# --- requests to end ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="other signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_request_to_end_is_heard_when_it_suits_and_the_second_at_once(number):
    before = signal.getsignal(number)
    stops = []
    with heard(lambda: stops.append(1)) as asked:
        assert asked == []
        signal.raise_signal(number)
        assert (asked, stops) == ([number], [1])
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_signals_that_are_ignored_or_taken_stay_as_they_are():
    def own(number, frame):
        raise AssertionError

    for handler in (signal.SIG_IGN, own):
        before = signal.signal(signal.SIGINT, handler)
        try:
            with heard(lambda: None):
                assert signal.getsignal(signal.SIGINT) == handler
        finally:
            signal.signal(signal.SIGINT, before)


def test_outside_the_main_thread_no_signal_is_touched():
    seen = []

    def look():
        with heard(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("interrupted", [1, 5, 16])
def test_an_interruption_finishes_the_present_run_and_nothing_more(study, expected, tmp_path, monkeypatch, interrupted):
    proper, made = working.run_in_world, []

    def counted(*arguments, **options):
        made.append(1)
        if len(made) == interrupted:
            signal.raise_signal(signal.SIGINT)
        return proper(*arguments, **options)

    monkeypatch.setattr(working, "run_in_world", counted)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path, on="serial")
    assert len(made) == interrupted
    found = open_sweep(tmp_path)
    assert found.status().done == interrupted
    assert found.manifest["sessions"][-1]["done"] == interrupted
    assert leftovers(tmp_path) == []
    again = run_sweep(study, tmp_path, on="serial")
    assert contents(again) == expected
    assert len(made) == 16


def test_a_second_interruption_ends_the_run_too_and_keeps_those_before_it(study, tmp_path, monkeypatch):
    proper, made = working.run_in_world, []

    def counted(*arguments, **options):
        made.append(1)
        if len(made) == 6:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return proper(*arguments, **options)

    monkeypatch.setattr(working, "run_in_world", counted)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path, on="serial")
    assert open_sweep(tmp_path).status().done == 5
    assert leftovers(tmp_path) == []


def test_an_error_while_progress_is_shown_loses_nothing(study, expected, tmp_path):
    def show(now):
        if now.done > 3:
            raise BrokenPipeError(errno.EPIPE, "nobody reads")

    with pytest.raises(BrokenPipeError):
        run_sweep(study, tmp_path, on="serial", on_progress=show)
    assert open_sweep(tmp_path).status().done > 3
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected


# --- what the dead leave behind -------------------------------------------------------------------------------------


def test_half_files_and_parts_that_do_not_count_are_cleared_away(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    parts = tmp_path / "parts"
    runs, series = min(parts.glob("runs-*")), min(parts.glob("series-*"))
    (parts / ".runs-0123456789abcdef.parquet.x1y2").write_bytes(runs.read_bytes()[:100])
    (parts / "series-0123456789abcdef.parquet").write_bytes(series.read_bytes())
    (parts / "points-0123456789abcdef.parquet").write_bytes(min(parts.glob("points-*")).read_bytes())
    (tmp_path / ".session").write_text("dead", encoding="ascii")
    (tmp_path / ".manifest.json.x1y2").write_text("{", encoding="ascii")
    (tmp_path / "notes.txt").write_text("mine", encoding="ascii")
    assert len(leftovers(tmp_path)) == 6
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected
    assert leftovers(tmp_path) == ["notes.txt"]


def test_runs_whose_series_are_gone_are_made_again(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    max((tmp_path / "parts").glob("series-*"), key=lambda path: path.stat().st_size).unlink()
    left = open_sweep(tmp_path).status().left
    assert left > 0
    again = run_sweep(study, tmp_path, on="serial")
    assert again.manifest["sessions"][-1]["before"] == study.runs - left
    assert contents(again) == expected
    assert leftovers(tmp_path) == []


def test_a_worker_that_outlives_its_program_does_no_harm(study, expected, tmp_path, monkeypatch):
    """It writes its series, then its program is followed by another that clears them away, then it writes its runs."""
    proper, orphan = working.write_part, []

    def write(folder, kind, table):
        if kind == "runs" and not orphan:
            orphan.append((folder, table))
            raise SystemExit  # the program is killed here; its worker goes on below
        return proper(folder, kind, table)

    monkeypatch.setattr(working, "write_part", write)
    with pytest.raises(SystemExit):
        run_sweep(study, tmp_path, on="serial")
    monkeypatch.setattr(ledger, "clean", lambda results: None)
    clean = sweeping.clean

    def clean_before_the_orphan(results):
        clean(results)
        proper(orphan[0][0], "runs", orphan[0][1])

    monkeypatch.setattr(sweeping, "clean", clean_before_the_orphan)
    run_sweep(study, tmp_path, on="serial")
    monkeypatch.setattr(sweeping, "clean", clean)
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected
    assert leftovers(tmp_path) == []


def test_a_worker_of_a_session_that_is_over_ends_after_its_run(study, tmp_path):
    chunks = []
    jobs = tuple(running.missing_jobs(study, set()))
    with working.session_in(tmp_path, "first"):
        chunks.append(working.Chunk(study, jobs, str(tmp_path), "first", working.source_digest()))
        working.stop(tmp_path)
        assert working.work(chunks[0])[:2] == (0, 0)
    assert working.work(chunks[0])[:2] == (0, 0)
    with working.session_in(tmp_path, "second"):
        assert working.work(chunks[0])[:2] == (0, 0)
        assert list(tmp_path.rglob("*.parquet")) == []
        own = working.Chunk(study.cut({0}), jobs[:1], str(tmp_path), "second", working.source_digest())
        assert working.work(own)[:2] == (2, 0)
    assert not (tmp_path / ".session").exists()


def test_a_worker_whose_program_was_followed_by_another_writes_nothing(study, tmp_path, monkeypatch):
    proper = working.run_in_world

    def followed(*arguments, **options):
        (tmp_path / ".session").write_text("second", encoding="ascii")
        return proper(*arguments, **options)

    monkeypatch.setattr(working, "run_in_world", followed)
    jobs = tuple(running.missing_jobs(study, set()))
    with working.session_in(tmp_path, "first"):
        assert working.work(working.Chunk(study, jobs, str(tmp_path), "first", working.source_digest()))[:2] == (0, 0)
    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_run_that_was_made_twice_counts_once(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    jobs = tuple(running.missing_jobs(study, set()))[:3]
    part = study.cut({job.point for job in jobs})
    working.work(working.Chunk(part, jobs, str(tmp_path), "", working.source_digest()))
    found = open_sweep(tmp_path)
    assert len(found._frame("runs")) == study.runs + 6
    assert found.status().done == study.runs
    assert len(found.runs()) == study.runs
    assert len(found._frame("series")) > len(found.series())
    assert contents(found) == expected


# --- folders --------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_one_sentence_and_what_was_written_counts(study, expected, tmp_path, monkeypatch):
    proper, written = pq.write_table, []

    def full(table, path, **options):
        if "runs-" in Path(path).name:
            written.append(1)
        if len(written) > 3:
            Path(path).write_bytes(b"PAR1 half a file")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return proper(table, path, **options)

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(RunError, match=f"^cannot write {tmp_path}/parts/.*: No space left on device$"):
        run_sweep(study, tmp_path, on="serial")
    found = open_sweep(tmp_path)
    assert 0 < found.status().done < study.runs
    assert leftovers(tmp_path) == []
    monkeypatch.setattr(pq, "write_table", proper)
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a file system of its own, half a megabyte large; only the administrator can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode != 0:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # tracebacks of failed writes hold their files


@pytest.mark.parametrize("on", ["serial", pytest.param("processes", marks=pytest.mark.slow)])
def test_on_a_disk_that_is_really_full_nothing_is_lost(study, expected, small_disk, on):
    ballast = small_disk / "ballast"

    def fill(now):
        if now.done and not ballast.exists():
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))

    with pytest.raises(RunError, match=f"^cannot write .*{small_disk}.*: No space left on device$"):
        run_sweep(study, small_disk / "results", on=on, workers=2, on_progress=fill)
    found = open_sweep(small_disk / "results")
    assert 0 < found.status().done < study.runs
    assert leftovers(found.folder) == []
    with pytest.raises(RunError, match=r"^cannot write .*: No space left on device$"):
        run_sweep(study, small_disk / "results", on=on, workers=2)  # still full
    ballast.unlink()
    assert contents(run_sweep(study, small_disk / "results", on=on, workers=2)) == expected
    assert leftovers(found.folder) == []


def test_a_disk_that_has_become_read_only_is_named(study, expected, small_disk):
    def mount(how):
        subprocess.run(["mount", "-o", f"remount,{how}", str(small_disk)], check=True)

    def end(now):
        if now.done == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, small_disk / "results", on="serial", on_progress=end)
    done = open_sweep(small_disk / "results").status().done
    mount("ro")
    with pytest.raises(RunError, match=f"^cannot write to {small_disk}/results: Read-only file system$"):
        run_sweep(study, small_disk / "results", on="serial")
    status = open_sweep(small_disk / "results").status()
    assert 0 < status.done == done < study.runs
    assert not status.is_running
    mount("rw")
    assert contents(run_sweep(study, small_disk / "results", on="serial")) == expected
    assert leftovers(small_disk / "results") == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_where_nothing_may_be_written_is_named(study, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match=f"^cannot write to {tmp_path}"):
        run_sweep(study, tmp_path / "results", on="serial")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of other processes cannot be set here")
def test_workers_that_may_not_write_more_end_the_sweep_with_one_sentence(study, expected, tmp_path):
    def limit(now):
        for worker in psutil.Process().children(recursive=True):
            resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (100, 100))

    with pytest.raises(RunError, match=f"^cannot write {tmp_path}/parts/.*: File too large$"):
        run_sweep(study, tmp_path, workers=2, on_progress=limit)
    assert leftovers(tmp_path) == []
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected


def test_a_file_system_that_cannot_lock_is_named(study, tmp_path, monkeypatch):
    import filelock

    def refuse(self, *arguments, **options):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(RunError, match=f"cannot lock {tmp_path}: .*No locks available.* that can lock files"):
        run_sweep(study, tmp_path, on="serial")


def test_looking_whether_a_folder_is_locked_keeps_nobody_from_it(tmp_path):
    over = threading.Event()

    def look():
        while not over.is_set():
            ledger.is_locked(tmp_path)

    with ledger.locked(tmp_path):
        assert ledger.is_locked(tmp_path)
    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(50):
            with ledger.locked(tmp_path):
                pass
    finally:
        over.set()
        thread.join()
    assert not ledger.is_locked(tmp_path)
