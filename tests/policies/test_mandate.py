"""The mandate: who is covered, who is overdue, and what happens to suppliers that do not follow."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine

LARGE = 0
SMALL = 4


def started(scenario_with, world_of, **mandate: object) -> CompiledEngine:
    """Return firm 0, large, an adopter, with one slot that firm 1 serves; firms 2 and 3 sell only to final demand."""
    scenario = scenario_with(
        {
            "adoption.hazard.maximum": 0.0,
            "adoption.quitting.level": 0.0,
            "budget.strength": "fixed",
            "policy.mandate": {"first": 2, "last": 9, "grace": 3, "replacement": 1.0} | mandate,
        },
        firms=4,
    )
    world = world_of({0: [1]}, scenario, firms=4, group=[LARGE, SMALL, SMALL, SMALL])
    demand = np.array([1e4, 0.0, 10.0, 10.0])
    links = world.links._replace(sales_share=np.array([1.0]))
    world = world._replace(firms=world.firms._replace(final_demand=demand), links=links)
    engine = CompiledEngine(world, scenario, 1)
    engine.state.adopted[0] = 1
    engine.state.months_adopted[0] = 60
    return engine


def test_covered_suppliers_feel_the_pressure_from_the_first_month_to_the_last(scenario_with, world_of):
    engine = started(scenario_with, world_of, replacement=0.0, pressure=0.7)
    felt = []
    for _ in range(12):
        engine.advance(1)
        felt.append(engine.channels.pressure.tolist())
    assert felt == [[0.0, 0.7 if 2 <= month <= 9 else 0.0, 0.0, 0.0] for month in range(12)]


def test_who_has_not_followed_in_time_is_overdue_and_loses_the_customer(scenario_with, world_of):
    """Hazard 1 a month from month 5 on: the slot is kept until month 9 with chance exp(-5), and lost with seed 1."""
    engine = started(scenario_with, world_of)
    engine.advance(5)
    assert not engine.channels.overdue.any()
    assert engine.links.supplier[0] == 1
    engine.advance(1)
    assert engine.channels.overdue.tolist() == [0.0, 1.0, 0.0, 0.0]
    engine.advance()
    assert engine.links.supplier[0] in (2, 3)
    assert engine.state.sales[1] == 0.0


def test_who_adopts_in_time_stays(scenario_with, world_of):
    engine = started(scenario_with, world_of)
    engine.advance(4)
    engine.state.adopted[1] = 1
    engine.advance()
    assert engine.links.supplier[0] == 1


def test_without_a_large_adopter_among_the_customers_nobody_is_covered(scenario_with, world_of):
    engine = started(scenario_with, world_of)
    engine.state.adopted[0] = 0
    engine.advance()
    assert (engine.awards.until == -1).all()
    assert engine.links.supplier[0] == 1


def test_a_mandate_costs_no_public_money(scenario_with, world_of):
    engine = started(scenario_with, world_of)
    engine.advance()
    assert engine.awards.spent.sum() == 0.0
    assert engine.awards.served.sum() == 0
    assert engine.awards.reserved == pytest.approx([0.0])
