"""A real comparison, small enough to run in a test: two hundred firms, sixty months, three seeds."""

from __future__ import annotations

import pytest

from simulation.experiments.comparison import Comparison, compare
from simulation.scenario.scenario import Scenario

SMALL = {"population.firms": 200, "time.months": 60, "budget.seeds": 4}
CASH = {"name": "cash", "title": "Cash <for> $adopters$", "policy.subsidy.first": 36, "policy.subsidy.last": 58}
NO_INFLUENCE = {"name": "alone", "influence": {"customers": 0.0, "suppliers": 0.0, "peers": 0.0}}


@pytest.fixture(scope="session")
def base() -> Scenario:
    return Scenario().with_(SMALL | {"name": "baseline"})


@pytest.fixture(scope="session")
def comparison(base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(
        [base, base.with_(CASH), base.with_(NO_INFLUENCE)], [1, 2, 3], folder=tmp_path_factory.mktemp("runs")
    )


@pytest.fixture(scope="session")
def single(base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """One scenario with one seed: nothing to compare, and no interval."""
    return compare([base], [7], folder=tmp_path_factory.mktemp("single"))
