"""Coaching: who is coached by whom, how much, and who pays."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine

LARGE = 0
SMALL = 4


@pytest.fixture
def engine(scenario_with, world_of):
    """Return firm 0, large, an adopter, buying from 1 to 3 of which 3 depends on it little, after a month."""
    scenario = scenario_with(
        {
            "adoption.hazard.maximum": 0.0,
            "adoption.quitting.level": 0.0,
            "budget": {"per_worker": 1000.0, "strength": "fixed"},
            "policy.supplier_development": {"first": 0, "last": 11, "coaching": 0.1, "price": 10.0},
        },
        firms=4,
    )
    world = world_of(
        {0: [1, 2, 3]}, scenario, firms=4, group=[LARGE, SMALL, SMALL, SMALL], capacity=[0.8, 0.3, 0.9, 0.3]
    )
    demand = np.array([1e4, 0.0, 0.0, 1e5])
    links = world.links._replace(sales_share=np.array([1.0, 1.0, 0.01]))
    world = world._replace(firms=world.firms._replace(final_demand=demand), links=links)
    made = CompiledEngine(world, scenario, 1)
    made.state.adopted[0] = 1
    made.state.months_adopted[0] = 60
    made.advance(1)
    return made


def test_only_dependent_suppliers_of_a_large_adopter_are_coached(engine):
    assert engine.awards.served.tolist() == [0, 1, 1, 0]


def test_the_lead_customers_advance_is_what_can_be_learnt(engine):
    assert engine.channels.training == pytest.approx([0.0, 0.1 * (0.8 - 0.3), 0.0, 0.0], rel=1e-12)


def test_state_lead_customer_and_supplier_pay_30_30_40(engine):
    assert engine.awards.spent.sum() == pytest.approx(2 * 3.0, rel=1e-12)
    assert engine.awards.lead_cost.sum() == pytest.approx(2 * 3.0, rel=1e-12)
    assert engine.awards.private_cost.sum() == pytest.approx(2 * 4.0, rel=1e-12)
    assert engine.work.own_cost == pytest.approx([6.0, 4.0, 4.0, 0.0], rel=1e-12)


def test_a_month_without_lead_customer_costs_and_teaches_nothing(engine):
    engine.state.adopted[0] = 0
    reserved = engine.awards.reserved[0]
    engine.advance(1)
    assert engine.awards.spent[0, 1] == 0.0
    assert not engine.channels.training.any()
    assert engine.awards.reserved[0] == pytest.approx(reserved - 6.0, rel=1e-12)
