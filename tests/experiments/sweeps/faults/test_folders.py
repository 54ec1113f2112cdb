"""Disks that are full, read only or cannot lock: one sentence, and what was written counts."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from sweep_processes import contents, leftovers

from simulation.errors import RunError
from simulation.experiments.sweeps import ledger, open_sweep, run_sweep

resource = pytest.importorskip("resource", reason="not on this system")


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
