from __future__ import annotations

import pytest

from simulation.policies.regional_hub import RegionalHub
from simulation.world.build import build


def test_the_places_of_a_hub_cost_what_the_hub_costs(scenario_with):
    world = build(scenario_with(firms=100), 1)
    row = RegionalHub(annual_cost=6000.0, places=100, dose=0.01, bonus=0.4).row(world.firms, world.groups)
    assert row.monthly.sum() * 12.0 == pytest.approx(6000.0, rel=1e-12)
    assert set(row.training) == {0.01}
    assert set(row.pressure) == {0.4}


def test_a_hub_serves_one_region(scenario_with):
    world = build(scenario_with(firms=100), 1)
    members = RegionalHub().who.members(world.firms, world.groups)
    regions = {world.groups.members()[g][2] for g in world.firms.group[members == 1]}
    assert regions == {"elsewhere"}
