from __future__ import annotations

import pytest

from simulation.policies.training import Training


@pytest.fixture
def world(scenario_with, world_of):
    return world_of({}, scenario_with(firms=3), firms=3)


def test_a_course_costs_its_price_per_hundredth_of_capacity_every_month(world):
    row = Training(dose=0.02, price=3.0, course_months=8).row(world.firms, world.groups)
    assert row.training.tolist() == [0.02] * 3
    assert row.monthly.tolist() == pytest.approx([6.0] * 3, rel=1e-15)
    assert row.duration == 8


def test_training_grants_nothing_on_adoption_and_takes_adopters(world):
    row = Training().row(world.firms, world.groups)
    assert not row.grant.any()
    assert not row.adoption_subsidy.any()
    assert row.takes_adopters
