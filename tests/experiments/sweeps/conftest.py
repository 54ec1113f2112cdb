"""Small scenarios that a sweep runs in a second."""

from __future__ import annotations

import pytest

from simulation.scenario.scenario import Scenario

SMALL = {
    "name": "base",
    "population.firms": 60,
    "time.months": 12,
    "time.survey_month": 6,
    "time.origin_months": 2,
    "time.start_rounds": 8,
}


@pytest.fixture(scope="session")
def base():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="session")
def grant(base):
    return base.with_(
        {"name": "grant", "policy.subsidy": {"first": 4, "last": 8, "strength": 1.0}, "budget.strength": "fixed"}
    )
