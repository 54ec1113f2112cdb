"""A small sweep, what a serial run of it gives, and Dask schedulers and workers that are processes of their own."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading

import pytest
from sweep_processes import ENVIRONMENT, contents

from simulation.experiments.sweeps import run_sweep, sweep_of
from simulation.scenario.scenario import Scenario

SMALL = {
    "name": "base",
    "population.firms": 200,
    "time.months": 24,
    "time.survey_month": 20,
    "time.origin_months": 2,
    "time.start_rounds": 8,
    "adoption.hazard.level": -3.0,
}


def sweep_with(**values):
    base = Scenario().with_(SMALL)
    grant = base.with_(
        {"name": "grant", "policy.subsidy": {"first": 6, "last": 20}, "budget.per_worker": 0.6, "budget.seeds": 2}
    )
    usual = {
        "design": "latin_hypercube",
        "size": 4,
        "replications": 2,
        "solve_seeds": 2,
        "factors": {"lateness.lean": {}, "influence.peers": {"low": 0.0, "high": 3.0}},
        "outcomes": ["adopter_gap", "sme_late_days"],
        "series": ["adopter_share", "late_days"],
    }
    return sweep_of(usual | values, [base, grant])


@pytest.fixture(scope="session")
def study():
    """Return a sweep of 16 runs; strengths are solved at every point."""
    return sweep_with()


@pytest.fixture(scope="session")
def study_with():
    """Return the function that makes such a sweep with changes."""
    return sweep_with


@pytest.fixture(scope="session")
def serial(study, tmp_path_factory):
    """Return the results of the sweep without any workers."""
    return run_sweep(study, tmp_path_factory.mktemp("serial"), on="serial")


@pytest.fixture(scope="session")
def expected(serial):
    return contents(serial)


@pytest.fixture
def dask_process(tmp_path):
    """Return a function that starts a Dask program; all of them are killed at the end."""
    started = []

    def start(*arguments: str, environment=None):
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=tmp_path,
            env={**ENVIRONMENT, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait(30)
        process.stderr.close()


@pytest.fixture
def dask_scheduler(dask_process):
    """Return a function that starts a scheduler on this machine; it returns its process and address."""

    def start():
        process = dask_process("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        for line in process.stderr:
            if found := re.search(r"tcp://127\.0\.0\.1:\d+", line):
                _drain(process)
                return process, found.group()
        raise AssertionError("the scheduler has ended")

    return start


@pytest.fixture
def dask_worker(dask_process):
    """Return a function that starts a worker at an address."""

    def start(address: str, *options: str, environment=None):
        process = dask_process(
            "worker", address, "--nthreads", "1", "--no-dashboard", "--memory-limit", "0", *options,
            environment=environment,
        )  # fmt: skip
        _drain(process)
        return process

    return start


def _drain(process) -> None:
    """Read what a process says, so that it never waits for a reader."""
    threading.Thread(target=process.stderr.read, daemon=True).start()
