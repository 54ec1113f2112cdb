"""The pool of processes: a death costs one call, nobody is left behind, and the caller's program is not run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
import worker_calls
from sweep_processes import ENVIRONMENT, wait_for

from simulation.errors import RunError
from simulation.experiments.executors import WorkerKilledError, child, open_pool, processes, processors

PATIENCE = 120.0


@pytest.fixture(scope="module")
def pool():
    with open_pool("processes", 1) as opened:
        yield opened


def test_calls_are_answered_whatever_is_printed_meanwhile(pool, capfd):
    answers = [pool.submit(worker_calls.double, number) for number in range(20)]
    assert [future.result(PATIENCE) for future in answers] == list(range(0, 40, 2))
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("by a worker") == 40


def test_an_error_comes_back_as_it_was(pool):
    with pytest.raises(RunError, match=r"^this went wrong$"):
        pool.submit(worker_calls.fail).result(PATIENCE)
    with pytest.raises(RunError, match="cannot send back <function"):
        pool.submit(worker_calls.function_inside).result(PATIENCE)
    assert pool.submit(worker_calls.double, 1).result(PATIENCE) == 2


def test_a_function_that_the_worker_does_not_have_is_an_error(pool, monkeypatch):
    def other():
        return None

    other.__module__, other.__qualname__ = "worker_calls", "other"
    monkeypatch.setattr(worker_calls, "other", other, raising=False)
    with pytest.raises(AttributeError, match="other"):
        pool.submit(other).result(PATIENCE)
    assert pool.submit(worker_calls.double, 1).result(PATIENCE) == 2


@pytest.mark.skipif(os.name == "nt", reason="other signals there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_worker_that_is_killed_is_replaced(pool, number):
    before = pool.submit(worker_calls.process_id).result(PATIENCE)
    with pytest.raises(WorkerKilledError, match=f"^{number.name}$"):
        pool.submit(worker_calls.fall, number).result(PATIENCE)
    after = pool.submit(worker_calls.process_id).result(PATIENCE)
    assert before != after
    assert not psutil.pid_exists(before)  # no zombie either


@pytest.mark.skipif(os.name == "nt", reason="other signals there")
def test_a_worker_leaves_interruptions_to_whoever_gave_it_work(pool):
    first = pool.submit(worker_calls.process_id).result(PATIENCE)
    assert os.getpgid(first) != os.getpgid(0)  # a terminal sends Ctrl-C to the group that is in front
    os.kill(first, signal.SIGINT)
    assert pool.submit(worker_calls.process_id).result(PATIENCE) == first


def test_a_worker_that_dies_while_it_starts_is_started_again_and_if_that_never_helps_it_is_said(monkeypatch):
    started = []

    class Dying(child.Child):
        deaths = 2

        def __init__(self, module):
            super().__init__(module)
            started.append(self)
            if len(started) <= self.deaths:
                self._process.kill()

    monkeypatch.setattr(processes, "Child", Dying)
    with open_pool("processes", 1) as pool:
        assert pool.submit(worker_calls.double, 4).result(PATIENCE) == 8
    assert len(started) == 3
    started.clear()
    Dying.deaths = 99
    how = "exit code" if os.name == "nt" else "SIGKILL"
    with open_pool("processes", 1) as pool, pytest.raises(RunError, match=f"no worker process can be started .*{how}"):
        pool.submit(worker_calls.double, 4).result(PATIENCE)
    assert len(started) == 3


def test_closing_ends_a_call_that_nobody_waits_for(tmp_path):
    mark = tmp_path / "mark"
    with open_pool("processes", 2) as pool:
        pool.submit(worker_calls.sleep_and_mark, str(mark))
        queued = [pool.submit(worker_calls.sleep_and_mark, str(mark)) for _ in range(5)]
        worker = int(wait_for(lambda: mark.exists() and mark.read_text(encoding="ascii")))
        begun = time.monotonic()
    assert time.monotonic() - begun < 4.0  # of the 5 seconds that the call takes
    assert not psutil.pid_exists(worker)
    assert any(future.cancelled() for future in queued)


@pytest.mark.skipif(os.name == "nt", reason="other signals there")
def test_a_worker_ends_with_a_parent_that_is_killed(tmp_path):
    mark = tmp_path / "mark"
    code = f"import worker_calls; worker_calls.parent_of_a_pool({str(mark)!r})"
    with subprocess.Popen([sys.executable, "-c", code], env=ENVIRONMENT) as parent:
        worker = int(wait_for(lambda: mark.exists() and mark.read_text(encoding="ascii")))
        parent.kill()
    wait_for(lambda: not psutil.pid_exists(worker), seconds=3.0)
    assert not mark.with_name("mark.late").exists()


def test_a_pool_works_outside_the_main_thread():
    found = []

    def use():
        with open_pool("processes", 1) as pool:
            found.append(pool.submit(worker_calls.double, 3).result(PATIENCE))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(PATIENCE)
    assert found == [6]


PROGRAM = """
import sys
import worker_calls
from simulation.experiments.executors import open_pool
with open_pool({kind!r}, 1) as pool:
    sys.stdout.write(str(pool.submit(worker_calls.process_id).result() > 0))
"""


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_a_program_without_a_guard_may_be_a_script_or_typed_in(kind, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM.format(kind=kind), encoding="ascii")
    options = {"env": ENVIRONMENT, "capture_output": True, "text": True, "timeout": PATIENCE, "check": True}
    typed = subprocess.run([sys.executable, "-"], input=PROGRAM.format(kind=kind), **options)
    assert (typed.stdout, typed.stderr) == ("True", "")
    run = subprocess.run([sys.executable, str(script)], **options)
    assert (run.stdout, run.stderr) == ("True", "")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="not on this system")
def test_only_processors_that_this_program_may_use_are_counted():
    own = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(own)})
        assert processors() == 1
    finally:
        os.sched_setaffinity(0, own)
    assert processors() == len(own)
