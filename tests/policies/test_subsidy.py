from __future__ import annotations

import pytest

from simulation.policies.subsidy import Subsidy


@pytest.fixture
def world(scenario_with, world_of):
    return world_of({}, scenario_with(firms=4), firms=4, install_cost=[100.0, 400.0, 1000.0, 0.0])


def test_a_share_of_the_install_cost_is_granted_up_to_the_cap(world):
    row = Subsidy(share=0.5, cap=200.0).row(world.firms, world.groups)
    assert row.grant.tolist() == [50.0, 200.0, 200.0, 0.0]
    assert row.adoption_subsidy.tolist() == [0.5, 0.5, 0.2, 0.0]


def test_a_subsidy_pays_on_adoption_only_and_teaches_nothing(world):
    row = Subsidy().row(world.firms, world.groups)
    assert not row.monthly.any()
    assert not row.training.any()
    assert not row.access_subsidy.any()
    assert not row.takes_adopters


def test_an_award_stands_for_its_months(world):
    assert Subsidy().row(world.firms, world.groups).duration == 6
    assert Subsidy(award_months=9).row(world.firms, world.groups).duration == 9


def test_small_manufacturers_are_served_unless_the_scenario_says_otherwise(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=8), firms=8, group=list(range(8)))
    assert Subsidy().who.members(world.firms, world.groups).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]
