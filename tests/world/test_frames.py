"""Frames of firms and links say what the arrays hold."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.verification.worlds import make_world
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.frames import firm_frame, firm_names, link_frame, with_names, world_frames


@pytest.fixture(scope="module")
def world():
    return build(Scenario().with_({"population.firms": 200}), 2)


def test_firms_stand_in_the_order_of_the_arrays(world):
    frame, members = firm_frame(world), world.groups.members()
    assert list(frame) == ["firm", "size", "sector", "region", "tier", "workers", "weight"]
    classes = list(zip(frame["size"], frame["sector"], frame["region"], strict=True))
    assert classes == [members[group] for group in world.firms.group]
    assert frame["firm"].tolist() == [world.name(i) for i in range(200)] == list(firm_names(world))
    np.testing.assert_array_equal(frame["tier"], world.firms.tier)
    assert list(frame["size"].cat.categories) == list(world.groups.sizes)


def test_tables_of_a_world_have_the_columns_that_own_tables_have(world):
    firms, links = world_frames(world)
    assert list(firms) == [
        "id", "size", "sector", "region", "workers", "capacity", "weight", "final_demand", "input_share",
    ]  # fmt: skip
    assert list(links) == ["supplier", "buyer", "weight", "value", "critical"]
    assert links["buyer"].tolist() == [world.name(i) for i in world.links.buyer]
    assert links["supplier"].tolist() == [world.name(j) for j in world.links.supplier]
    np.testing.assert_array_equal(links["weight"], world.links.weight)
    np.testing.assert_array_equal(firms["capacity"], world.firms.capacity_start)


def test_columns_that_name_firms_get_their_ids(scenario_with):
    world = make_world({0: [1, 2]}, scenario_with(), firms=3, key=[7, 5, 9])
    named = with_names(world, link_frame(world.links))
    assert named["supplier"].tolist() == ["5", "9"]
    assert named["buyer"].tolist() == ["7", "7"]
    texts = with_names(world._replace(names=("가", "b", "c")), link_frame(world.links))
    assert texts["buyer"].tolist() == ["가", "가"]
