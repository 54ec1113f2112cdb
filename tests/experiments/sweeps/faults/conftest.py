"""A sweep to be disturbed, and its results where nothing disturbs it."""

from __future__ import annotations

import pytest
from sweep_processes import contents

from simulation.experiments.sweeps import run_sweep, sweep_of

VALUES = {
    "design": "latin_hypercube",
    "size": 4,
    "replications": 2,
    "factors": {"lateness.lean": {}},
    "outcomes": ["adopter_gap", "sme_late_days"],
    "series": ["late_days"],
}


@pytest.fixture(scope="session")
def study(base, grant):
    return sweep_of(VALUES, [base, grant])


@pytest.fixture(scope="session")
def expected(study, tmp_path_factory):
    return contents(run_sweep(study, tmp_path_factory.mktemp("undisturbed"), on="serial"))
