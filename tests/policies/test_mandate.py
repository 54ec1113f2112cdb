"""The mandate: who is covered, who is overdue, and what happens to suppliers that do not follow."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.measures import Record, all_measures
from simulation.state import COLUMNS

LARGE = 0
SMALL = 4


def started(scenario_with, world_of, others_demand: float = 10.0, **mandate: object) -> CompiledEngine:
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
    demand = np.array([1e4, 0.0, others_demand, others_demand])
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


def test_what_becomes_of_those_who_do_not_follow_is_counted(scenario_with, world_of):
    """Firm 1 stands for two firms and loses its only customer to one so large that no customer has 30 % of its sales.

    It is covered from month 2 on, overdue from month 5 until it loses the link, and then sells nothing.
    """
    engine = started(scenario_with, world_of, others_demand=1e6)
    engine.world.firms.weight[:] = [0.5, 2.0, 1.0, 1.0]
    sales = float(engine.state.sales[1])
    months = engine.scenario.time.months
    lost = next(month for month in range(months) if not engine.advance(1) and engine.links.supplier[0] != 1)
    engine.advance()
    record = Record(engine.world.groups, engine.tallies, engine.awards, 0.9)
    values = {name: measure.of(record, np.arange(8) == SMALL) for name, measure in all_measures().items()}
    since = np.arange(months)
    is_overdue = (since >= 5) & (since <= lost)
    assert 5 <= lost <= 9
    assert values["covered"].tolist() == (2.0 * ((since >= 2) & (since <= lost))).tolist()
    assert values["overdue"].tolist() == (2.0 * is_overdue).tolist()
    assert values["overdue_sales"] == pytest.approx(2.0 * sales * is_overdue, rel=1e-12)
    assert values["lost_slots"].tolist() == (2.0 * (since == lost)).tolist()
    assert values["excluded"].tolist() == (2.0 * (since > lost)).tolist()
    others = np.arange(8) != SMALL
    for name in ("covered", "overdue", "overdue_sales", "lost_slots", "excluded"):
        assert not all_measures()[name].of(record, others).any()


def test_without_a_mandate_nobody_is_covered(scenario_with, world_of):
    engine = started(scenario_with, world_of, last=2)
    engine.advance()
    assert engine.tallies.groups[:, :, COLUMNS.index("covered")].sum(axis=1).tolist() == [0.0] * 2 + [1.0] + [0.0] * 9
    assert not engine.tallies.groups[:, :, COLUMNS.index("overdue")].any()


def test_a_mandate_that_is_switched_off_covers_nobody(scenario_with, world_of):
    engine = started(scenario_with, world_of, pressure=0.0, replacement=0.0)
    engine.advance()
    assert not engine.tallies.groups[:, :, COLUMNS.index("covered")].any()


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
