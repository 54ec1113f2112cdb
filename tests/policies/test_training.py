"""Training: what a course costs, whom it serves, when, and how much capacity it adds."""

from __future__ import annotations

import pytest

from simulation.engines.engine import CompiledEngine
from simulation.policies.training import Training


@pytest.fixture
def world(scenario_with, world_of):
    return world_of({}, scenario_with(firms=3), firms=3)


@pytest.fixture
def engine(scenario_with, world_of):
    """Return a large and a small manufacturer of capacity 0.5, which learn from courses alone."""
    scenario = scenario_with(
        {
            "adoption.hazard.maximum": 0.0,
            "capacity": {"learning": 0.0, "forgetting": 0.1},
            "budget": {"strength": "fixed", "per_worker": 1000.0},
            "policy.training": {"first": 2, "last": 5, "course_months": 3, "dose": 0.02, "price": 3.0},
        },
        firms=2,
    )
    return CompiledEngine(world_of({}, scenario, firms=2, group=[0, 4]), scenario, 1, has_deliveries=False)


def test_a_course_costs_its_price_per_hundredth_of_capacity_every_month(world):
    row = Training(dose=0.02, price=3.0, course_months=8).row(world.firms, world.groups)
    assert row.training.tolist() == [0.02] * 3
    assert row.monthly.tolist() == pytest.approx([6.0] * 3, rel=1e-15)
    assert row.duration == 8


def test_training_takes_adopters_and_brings_nothing_else(world):
    row = Training().row(world.firms, world.groups)
    assert row.takes_adopters
    for name in ("grant", "adoption_subsidy", "access_subsidy", "reinvestment", "pressure", "overdue", "development"):
        assert not getattr(row, name).any()


def test_small_manufacturers_are_served(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=8), firms=8, group=list(range(8)))
    assert Training().who.members(world.firms, world.groups).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_courses_are_paid_and_act_from_the_first_month_until_the_last_course_ends(engine):
    """Promised in months 2 and 5, each for three months: months 2 to 7, two hundredths at 3 million won."""
    for month in range(12):
        engine.advance(1)
        is_on = 2 <= month <= 7
        assert engine.channels.training.tolist() == [0.0, 0.02 if is_on else 0.0]
        assert engine.awards.spent[0, month] == pytest.approx(6.0 if is_on else 0.0, rel=1e-12)


def test_a_course_teaches_its_dose_of_what_is_left_to_learn(engine):
    """k' = k + 0.02 (1 - k) - 0.1 (k - 0.5): 0.51, then 0.51 + 0.0098 - 0.001 = 0.5188."""
    engine.advance(2)
    assert engine.state.capacity.tolist() == [0.5, 0.5]
    for taught in (0.51, 0.5188):
        engine.advance(1)
        assert engine.state.capacity == pytest.approx([0.5, taught], rel=1e-14)
