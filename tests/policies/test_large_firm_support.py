from __future__ import annotations

import pytest

from simulation.policies.large_firm_support import LargeFirmSupport


def test_large_firms_get_a_grant_and_a_course(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=2), firms=2, group=[0, 2], install_cost=[1000.0, 4000.0])
    lever = LargeFirmSupport(share=0.3, cap=400.0, dose=0.02, price=3.0, price_factor=5.0, course_months=7)
    row = lever.row(world.firms, world.groups)
    assert row.grant.tolist() == pytest.approx([300.0, 400.0], rel=1e-15)
    assert row.adoption_subsidy.tolist() == pytest.approx([0.3, 0.1], rel=1e-15)
    assert row.monthly.tolist() == pytest.approx([30.0, 30.0], rel=1e-15)
    assert row.training.tolist() == [0.02, 0.02]
    assert (row.duration, row.grant_months, row.takes_adopters) == (7, 6, True)


def test_only_large_firms_are_served(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=8), firms=8, group=list(range(8)))
    assert LargeFirmSupport().who.members(world.firms, world.groups).tolist() == [1, 1, 1, 1, 0, 0, 0, 0]


def test_a_firm_weighs_only_a_grant_that_it_was_promised(scenario_with, world_of, engine_of):
    """The firm adopts in month 0, gets a course without a grant in month 1, quits, and is free again in month 2."""
    scenario = scenario_with(
        {
            "adoption.hazard": {"maximum": 1000.0, "level": 50.0},
            "adoption.quitting": {"level": 1000.0, "protection": 0.0, "readopt_months": 1},
            "budget": {"strength": "fixed", "per_worker": 1e6},
            "policy.large_firm_support": {"first": 1, "last": 11, "who": {"size": ["sme"]}},
        },
        firms=2,
    )
    engine = engine_of(world_of({}, scenario, firms=2), scenario, 1, has_deliveries=False)
    engine.advance(3)
    assert engine.state.adopted.tolist() == [1, 1]
    assert engine.awards.private_cost[2] == engine.world.firms.install_cost.sum()
    assert engine.channels.adoption_subsidy.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("grant_months", "stands"), [(2, 2), (5, 5), (9, 5)])
def test_an_unused_grant_lapses_and_its_money_returns_while_the_course_goes_on(
    scenario_with, world_of, engine_of, grant_months, stands
):
    """Grants of 300 and courses of 5 months at 10; nobody adopts."""
    lever = {"share": 0.3, "dose": 0.01, "price": 10.0, "price_factor": 1.0, "course_months": 5, "cap": 1000.0}
    scenario = scenario_with(
        {
            "adoption.hazard.maximum": 0.0,
            "budget": {"strength": "fixed", "per_worker": 1e6},
            "policy.large_firm_support": {"first": 1, "last": 1, "grant_months": grant_months} | lever,
        },
        firms=2,
    )
    engine = engine_of(world_of({}, scenario, firms=2, group=0, install_cost=1000.0), scenario, 1, has_deliveries=False)
    engine.programmes.annual_budget[:] = 1e6
    engine.advance(1)
    for month in range(1, 8):
        engine.advance(1)
        has_grant, has_course = month < 1 + stands, month < 6
        assert engine.channels.adoption_subsidy.tolist() == [0.3 * has_grant] * 2
        assert engine.channels.training.tolist() == [0.01 * has_course] * 2
        left = max(0, 5 - month)
        assert engine.awards.reserved[0] == pytest.approx(2 * (300.0 * has_grant + 10.0 * left))
    assert engine.awards.spent.sum() == pytest.approx(2 * 50.0)
