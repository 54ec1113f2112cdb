"""The race for slots: the luckiest first for many slots at once, as if each slot looked at all of its candidates."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.mesa_model import SupplyChainModel
from simulation.scenario.scenario import Scenario

MONTHS = 3
SOME = {"time.months": MONTHS, "time.survey_month": 0, "time.origin_months": 0, "time.start_rounds": 4}


@pytest.mark.parametrize(
    "changes",
    [
        {"population.firms": 300, "review.base": 1.5},  # most slots of every buyer, several chunks a block
        {"population.firms": 300, "review.base": 0.2, "review.sensitivity": 0.5},  # records decide many races
        {"population.firms": 24, "review.base": 1.5},  # hardly anybody is free: old suppliers keep their slots
        {"population.firms": 300, "review.base": 0.3, "review.proximity": 0.1},
    ],
)
def test_winners_are_those_of_firms_that_look_at_one_candidate_after_the_other(changes):
    """An agent goes through its sixteen candidates in the order in which they are drawn."""
    scenario = Scenario().with_(SOME | changes)
    fast, plain = (SupplyChainModel(scenario, 7, engine, has_origins=False) for engine in ("compiled", "agents"))
    old = fast.world.links.supplier
    for _ in range(MONTHS):
        fast.step()
        plain.step()
        np.testing.assert_array_equal(fast.links.supplier, plain.links.supplier)
    assert (fast.links.supplier != old).mean() > 0.3
    assert np.count_nonzero(fast.links.supplier == old) > 0
