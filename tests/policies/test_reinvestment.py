from __future__ import annotations

import numpy as np
import pytest

from simulation.policies.reinvestment import Reinvestment
from simulation.rules.capacity import learning


def test_advice_costs_its_price_and_raises_what_is_reinvested(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=2), firms=2)
    row = Reinvestment(gain=0.2, price=3.0, award_months=5).row(world.firms, world.groups)
    assert row.monthly.tolist() == [3.0, 3.0]
    assert row.reinvestment.tolist() == [0.2, 0.2]
    assert row.duration == 5


def test_nobody_reinvests_more_than_all_the_time_saved(scenario_with, world_of, engine_of):
    """A gain of 0.9 on 0.73 makes 1, not 1.63: capacity follows the rule with rho = 1, step by step."""
    scenario = scenario_with(
        {
            "budget": {"per_worker": 100.0, "strength": "fixed"},
            "policy.reinvestment": {"first": 0, "last": 11, "gain": 0.9},
        },
        firms=2,
    )
    world = world_of({}, scenario, firms=2)
    engine = engine_of(world, scenario, 1)
    before = engine.state.capacity.copy()
    engine.advance(1)
    assert engine.channels.reinvestment.tolist() == [0.9, 0.9]
    gain = [learning(u, 0, 1.0, 0.0, scenario.capacity) for u in engine.state.user_share]
    assert engine.state.capacity == pytest.approx(before + np.array(gain) * (1.0 - before), rel=1e-14)
