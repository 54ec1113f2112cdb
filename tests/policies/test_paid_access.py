"""Paid access: what subscriptions cost, whom they serve, when, and how far they move the user share."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.policies.paid_access import PaidAccess


def started(scenario_with, world_of, **lever: object) -> CompiledEngine:
    """Return a large and a small manufacturer of 10 workers each, whose use moves through subscriptions alone."""
    scenario = scenario_with(
        {
            "adoption.hazard.maximum": 0.0,
            "capacity.learning": 0.0,
            "use": {"growth": 0.0, "partners": 0.0, "speed": 0.25, "access": 0.33, "ceiling": 0.9},
            "budget": {"strength": "fixed", "per_worker": 1000.0},
            "policy.paid_access": {"first": 2, "last": 5, "award_months": 3, "share": 0.5, "price": 0.04} | lever,
        },
        firms=2,
    )
    return CompiledEngine(
        world_of({}, scenario, firms=2, group=[0, 4]), scenario, 1, has_deliveries=False, real=np.float64
    )


def test_a_firm_gets_subscriptions_for_its_share_of_workers(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=3), firms=3, workers=[10.0, 40.0, 5.0])
    row = PaidAccess(share=0.5, price=0.04, award_months=7).row(world.firms, world.groups)
    assert row.monthly == pytest.approx([0.2, 0.8, 0.1], rel=1e-15)
    assert row.access_subsidy.tolist() == [0.5] * 3
    assert row.duration == 7
    assert row.takes_adopters


def test_subscriptions_bring_nothing_else(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=3), firms=3)
    row = PaidAccess().row(world.firms, world.groups)
    for name in ("grant", "adoption_subsidy", "training", "reinvestment", "pressure", "overdue", "development"):
        assert not getattr(row, name).any()


def test_small_manufacturers_are_served(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=8), firms=8, group=list(range(8)))
    assert PaidAccess().who.members(world.firms, world.groups).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_awards_are_paid_and_act_from_the_first_month_until_the_last_award_ends(scenario_with, world_of):
    """Promised in months 2 and 5, each for three months: months 2 to 7, half of ten workers at 0.04."""
    engine = started(scenario_with, world_of)
    for month in range(12):
        engine.advance(1)
        is_on = 2 <= month <= 7
        assert engine.channels.access_subsidy.tolist() == [0.0, 0.5 if is_on else 0.0]
        assert engine.awards.spent[0, month] == pytest.approx(0.2 if is_on else 0.0, rel=1e-12)
    assert engine.awards.private_cost.sum() == 0.0


def test_subscriptions_raise_the_target_of_use_by_their_effect(scenario_with, world_of):
    """The target rises by 0.33 x 0.5 = 0.165, a quarter of the way a month: 0.04125, then 0.0721875."""
    engine = started(scenario_with, world_of)
    engine.advance(2)
    before = engine.state.log_odds.copy()
    for gained in (0.04125, 0.0721875):
        engine.advance(1)
        assert engine.state.log_odds - before == pytest.approx([0.0, gained], abs=1e-14)
    assert engine.state.user_share[1] == pytest.approx(0.9 / (1.0 + exp(-before[1] - 0.0721875)), rel=1e-14)


def test_what_the_firm_pays_itself_lowers_what_the_state_pays(scenario_with, world_of):
    """Of 0.2 a month the firm pays a quarter; the effect stays."""
    engine = started(scenario_with, world_of, own_share=0.25)
    engine.advance(3)
    assert engine.awards.spent[0, 2] == pytest.approx(0.15, rel=1e-12)
    assert engine.awards.private_cost[2] == pytest.approx(0.05, rel=1e-12)
    assert engine.channels.access_subsidy.tolist() == [0.0, 0.5]
