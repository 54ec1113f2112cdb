"""Programs and workers killed at 60 random moments, disks that are full, memory that runs out: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys

import psutil
import pytest
from sweep_processes import (
    ENVIRONMENT,
    MOST_SECONDS,
    contents,
    leftovers,
    moment,
    run_to_the_end,
    sweeping,
    write_sweep,
)

from simulation.experiments.sweeps import load_sweep, open_sweep, run_sweep

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="other signals there")]

POINTS = 3
"""Moments in each folder."""

SIZE, FIRMS = 200, 60
"""Points of the design, each with four runs: a sweep of ten seconds and more."""

LATEST = 12.0
"""Seconds after the start until which something is killed."""


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    return contents(run_sweep(load_sweep(write_sweep(folder, SIZE, FIRMS)), folder / "results", on="serial"))


def strike(what, chance, program):
    """Kill something; say whether there was anything to kill."""
    if what == "worker":
        workers = program.workers()
        if not workers:
            return False
        chance.choice(workers).kill()
        return True
    if program.popen.poll() is not None:
        return False
    number, is_group = {
        "parent": (signal.SIGKILL, False),
        "ctrl_c": (signal.SIGINT, False),
        "ctrl_c_in_a_terminal": (signal.SIGINT, True),
        "sigterm": (signal.SIGTERM, False),
    }[what]
    program.signal(number, is_group=is_group)
    return True


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("what", ["worker", "parent", "ctrl_c", "ctrl_c_in_a_terminal", "sigterm"])
def test_whatever_is_killed_at_any_moment_nothing_is_lost_and_nothing_is_there_twice(tmp_path, expected, what, seed):
    chance = random.Random(f"{what} {seed}")
    write_sweep(tmp_path, SIZE, FIRMS)
    results, struck = tmp_path / "results", 0
    for _ in range(10 * POINTS):
        with sweeping(tmp_path, "small.yaml", "-o", "results", "--workers", "2") as program:
            times = POINTS - struck if what == "worker" else 1
            is_struck = 0
            for _ in range(times):
                moment(chance, program, tmp_path, LATEST / times)
                is_struck += strike(what, chance, program)
            code, _, err = program.finish()  # which fails where a process is left alive
        if "Traceback" in err and "simulation/__main__.py" not in err:  # Python had not come to the first line of ours
            assert what.startswith("ctrl_c"), err
            assert err.endswith("KeyboardInterrupt\n"), err
            assert "executors" not in err
            continue
        struck += is_struck
        assert "Traceback" not in err, err
        if is_struck and what == "worker":
            assert code == 0
        elif is_struck:
            assert code in ((-signal.SIGKILL,) if what == "parent" else (130, -signal.SIGTERM, 0)), (code, err)
        if struck == POINTS:
            break
        if (results / "manifest.json").exists() and open_sweep(results).status().left == 0:
            assert contents(open_sweep(results)) == expected
            for path in sorted(results.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
    assert struck == POINTS
    code, out, err = run_to_the_end(tmp_path, "--workers", "2")
    assert code == 0, err
    assert f"{len(expected)} of {len(expected)} runs done" in out
    assert contents(open_sweep(results)) == expected
    assert leftovers(results) == []


MEMORY = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
sys.argv = ["tierwise", "sweep", "run", "memory.yaml", "-o", "results", "--workers", "2"]
from simulation.__main__ import main
main()
"""


def test_runs_that_need_more_memory_than_there_is_fail_and_the_others_go_on(tmp_path):
    (tmp_path / "memory.yaml").write_text(
        "scenarios: [baseline]\ndesign: grid\nset: {time.months: 12, time.survey_month: 6, time.start_rounds: 8,"
        " time.origin_months: 2}\nfactors: {population.firms: [200, 300, 5000000]}\n",
        encoding="ascii",
    )
    done = subprocess.run(
        [sys.executable, "-c", MEMORY],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=2 * MOST_SECONDS,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    runs = open_sweep(tmp_path / "results").table()
    assert set(runs.loc[runs["status"] == "done", "population.firms"]) == {200, 300}
    failed = runs[runs["status"] == "failed"]
    assert list(failed["population.firms"]) == [5_000_000]
    assert failed["error"].str.contains("emory").all(), list(failed["error"])
    assert psutil.Process().children(recursive=True) == []
