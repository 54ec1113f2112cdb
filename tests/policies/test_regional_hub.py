"""The regional hub: what its places cost, whom it serves, when, and its two effects."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.policies.regional_hub import RegionalHub
from simulation.world.build import build

CAPITAL, ELSEWHERE = 4, 5
"""Groups of small manufacturers."""


def started(scenario_with, world_of, **lever: object) -> CompiledEngine:
    """Return a firm of the capital and five elsewhere, of capacity 0.5, which learn from the hub alone."""
    hub = {"first": 2, "last": 5, "award_months": 3, "annual_cost": 6000.0, "places": 3, "dose": 0.02, "bonus": 0.3}
    scenario = scenario_with(
        {
            "capacity": {"learning": 0.0, "forgetting": 0.1},
            "budget": {"strength": "fixed", "per_worker": 1000.0},
            "adoption.hazard": {"maximum": 0.1, "level": -2.0},
            "policy.regional_hub": hub | lever,
        },
        firms=6,
    )
    world = world_of({}, scenario, firms=6, group=[CAPITAL] + [ELSEWHERE] * 5)
    return CompiledEngine(world, scenario, 1, has_deliveries=False)


def test_the_places_of_a_hub_cost_what_the_hub_costs(scenario_with):
    world = build(scenario_with(firms=100), 1)
    row = RegionalHub(annual_cost=6000.0, places=100, dose=0.01, bonus=0.4).row(world.firms, world.groups)
    assert row.monthly.sum() * 12.0 == pytest.approx(6000.0, rel=1e-12)
    assert set(row.training) == {0.01}
    assert set(row.pressure) == {0.4}


def test_a_hub_takes_adopters_and_brings_nothing_else(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=3), firms=3)
    row = RegionalHub(award_months=9).row(world.firms, world.groups)
    assert row.takes_adopters
    assert row.duration == 9
    for name in ("grant", "adoption_subsidy", "access_subsidy", "reinvestment", "overdue", "development"):
        assert not getattr(row, name).any()


def test_a_hub_serves_the_small_manufacturers_of_one_region(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=8), firms=8, group=list(range(8)))
    assert RegionalHub().who.members(world.firms, world.groups).tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    capital = {"size": ("sme",), "region": ("capital",)}
    assert RegionalHub(who=capital).who.members(world.firms, world.groups).tolist() == [0, 0, 0, 0, 1, 0, 1, 0]


def test_places_are_paid_and_act_from_the_first_month_until_the_last_award_ends(scenario_with, world_of):
    """Promised in months 2 and 5, each for three months: months 2 to 7, five places at 6,000 / 12 / 3."""
    engine = started(scenario_with, world_of)
    for month in range(12):
        engine.advance(1)
        is_on = float(2 <= month <= 7)
        members = np.array([0.0] + [is_on] * 5)
        assert engine.channels.training.tolist() == (0.02 * members).tolist()
        assert engine.channels.pressure.tolist() == (0.3 * members).tolist()
        assert engine.awards.spent[0, month] == pytest.approx(is_on * 5 * 500.0 / 3.0, rel=1e-12)


@pytest.mark.parametrize(("money", "served"), [(6000.0, 3), (3999.0, 1), (2000.0, 1), (1999.0, 0)])
def test_a_hub_of_less_money_has_fewer_places(scenario_with, world_of, money, served):
    """A place for a year costs 2,000 of the hub's 6,000."""
    engine = started(scenario_with, world_of, annual_budget=money + 1e-6, award_months=12)
    engine.advance(4)
    assert engine.awards.served.sum() == served
    assert np.count_nonzero(engine.channels.training) == served


def test_a_place_teaches_its_dose_of_what_is_left_to_learn(scenario_with, world_of):
    """k' = k + 0.02 (1 - k) - 0.1 (k - 0.5): 0.51, then 0.51 + 0.0098 - 0.001 = 0.5188."""
    engine = started(scenario_with, world_of)
    engine.advance(2)
    for taught in (0.51, 0.5188):
        engine.advance(1)
        assert engine.state.capacity == pytest.approx([0.5] + [taught] * 5, rel=1e-14)


def test_the_peer_bonus_is_added_to_the_index_of_adopting(scenario_with, world_of):
    """In the first month the bonus is all that differs: the log-odds of hazard / h_max are 0.3 apart."""
    odds = []
    for bonus in (0.0, 0.3):
        engine = started(scenario_with, world_of, bonus=bonus, first=0)
        engine.advance(1)
        share = -np.log1p(-engine.work.chance) / 0.1
        odds.append(np.log(share / (1.0 - share)))
    assert odds[1] - odds[0] == pytest.approx([0.0] + [0.3] * 5, abs=1e-12)
