"""Two recorded runs in one small world: without a policy, and with a grant."""

from __future__ import annotations

import pytest

from simulation.page.writing import record_runs
from simulation.scenario.scenario import Scenario

SMALL = {
    "name": "base",
    "population.firms": 150,
    "time.months": 20,
    "time.survey_month": 6,
    "time.origin_months": 2,
    "time.start_rounds": 8,
    "adoption.hazard.level": -1.5,
    "lateness.buffer": 4.0,
    "review.base": 0.03,
}


@pytest.fixture(scope="session")
def base():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="session")
def recordings(base):
    grant = {"name": "grant", "policy.subsidy": {"first": 8, "last": 19, "strength": 1.0}, "budget.strength": "fixed"}
    return record_runs([base, base.with_(grant)], 3)
