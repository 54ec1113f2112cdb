"""A sweep that is ended, by whatever means: it ends at once, leaves nobody behind, and the same command goes on."""

from __future__ import annotations

import os
import signal
import time

import pytest
from sweep_processes import contents, leftovers, parts, run_to_the_end, sweeping, wait_for, write_sweep

from simulation.experiments.sweeps import load_sweep, open_sweep, run_sweep
from simulation.experiments.sweeps.ledger import locked

pytestmark = [pytest.mark.app, pytest.mark.skipif(os.name == "nt", reason="other signals there")]

PROMPT = 20.0
"""Seconds in which a program ends whose runs take a few hundredths of a second, on a busy machine."""


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    return contents(run_sweep(load_sweep(write_sweep(folder, 30)), folder / "results", on="serial"))


def ended(folder, number, *arguments, is_group=False, times=1):
    """Start the sweep, end it once it has finished some more runs, and return exit code, output and errors."""
    before = len(parts(folder))
    with sweeping(folder, "small.yaml", "-o", "results", "--workers", "2", *arguments) as program:
        wait_for(lambda: len(parts(folder)) > before, program)
        begun = time.monotonic()
        for _ in range(times):
            program.signal(number, is_group=is_group)
        found = program.finish()
        assert time.monotonic() - begun < PROMPT
    return found


@pytest.mark.parametrize(
    ("number", "is_group"),
    [
        (signal.SIGINT, True),  # as a terminal does
        pytest.param(signal.SIGINT, False, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, False, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, False, marks=pytest.mark.slow),
    ],
)
def test_a_sweep_that_is_asked_to_end_ends_at_once_and_can_be_finished(tmp_path, expected, number, is_group):
    study = load_sweep(write_sweep(tmp_path, 30))
    code, out, err = ended(tmp_path, number, is_group=is_group)
    assert (code, out) == (130, "")
    assert err.endswith("What was finished is kept: tierwise sweep status results says how much.\nInterrupted.\n")
    assert "Traceback" not in err
    status = open_sweep(tmp_path / "results").status()
    assert 0 < status.done < len(expected)
    assert (status.failed, status.is_running) == (0, False)
    assert leftovers(tmp_path / "results") == []
    assert contents(run_sweep(study, tmp_path / "results", on="serial")) == expected


def test_a_sweep_whose_program_is_killed_leaves_nobody_behind_and_is_finished_by_the_same_command(tmp_path, expected):
    write_sweep(tmp_path, 30)
    assert ended(tmp_path, signal.SIGKILL)[0] == -signal.SIGKILL
    assert 0 < open_sweep(tmp_path / "results").status().done < len(expected)
    code, out, err = run_to_the_end(tmp_path, "--workers", "2")
    assert (code, "Traceback" in err) == (0, False)
    assert f"{len(expected)} of {len(expected)} runs done" in out
    results = open_sweep(tmp_path / "results")
    assert contents(results) == expected
    assert leftovers(results.folder) == []


def test_the_second_program_in_one_folder_is_refused(tmp_path):
    write_sweep(tmp_path)
    (tmp_path / "results").mkdir()
    with locked(tmp_path / "results"):
        code, out, err = run_to_the_end(tmp_path)
    assert (code, out) == (1, "")
    assert err == "another program is running the sweep in results; wait for it or end it first\n"


@pytest.mark.slow
@pytest.mark.parametrize("on", ["processes", "dask", "serial"])
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_on_every_engine_ends_with_one_message(tmp_path, expected, on, times):
    write_sweep(tmp_path, 30)
    code, out, err = ended(tmp_path, signal.SIGINT, "--on", on, is_group=True, times=times)
    assert (code, out) == (130, "")
    assert "Traceback" not in err
    assert err.endswith("Interrupted.\n")
    assert run_to_the_end(tmp_path, "--workers", "2")[0] == 0
    assert contents(open_sweep(tmp_path / "results")) == expected
    assert leftovers(tmp_path / "results") == []
