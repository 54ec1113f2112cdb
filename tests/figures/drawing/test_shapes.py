"""Networks of textbooks look like themselves."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from networks_to_draw import network_of

from simulation.figures.drawing import draw
from simulation.figures.drawing.content import of_world
from simulation.figures.drawing.shapes import places, shape_of
from simulation.scenario.reading import load
from simulation.world.build import build

CHAIN = [(i + 1, i) for i in range(11)]
STAR = [(i, 0) for i in range(1, 30)]
TREE = [(i, (i - 1) // 3) for i in range(1, 40)]


def shaped(pairs, count, kind=None):
    links = network_of(pairs, count).links
    shape = shape_of(links, count, kind)
    return shape, places(shape, links, count)


def test_a_chain_is_a_line_in_the_direction_of_goods():
    shape, position = shaped(CHAIN, 12)
    assert shape == "chain"
    assert np.ptp(position[:, 1]) == 0.0
    assert (np.diff(position[:, 0]) < 0.0).all()


def test_a_star_has_its_hub_in_the_middle_and_the_others_around_it():
    shape, position = shaped(STAR, 30)
    away = np.linalg.norm(position - position[0], axis=1)
    assert shape == "star"
    np.testing.assert_allclose(away[1:], away[1])


def test_the_links_of_a_tree_do_not_cross_and_lead_to_the_right():
    shape, position = shaped(TREE, 40)
    assert shape == "tree"
    for (a, b), (c, d) in ((one, other) for one in TREE for other in TREE if one < other):
        assert position[a, 0] < position[b, 0]
        if position[a, 0] == position[c, 0] and len({a, b, c, d}) == 4:
            assert (position[a, 1] - position[c, 1]) * (position[b, 1] - position[d, 1]) > 0.0


def test_everybody_with_everybody_and_neighbours_with_neighbours_stand_on_a_circle():
    complete = [(i, j) for i in range(9) for j in range(9) if i != j]
    for pairs, count, expected in (
        (complete, 9, "circle"),
        (nx.watts_strogatz_graph(30, 4, 0.1, seed=2).edges(), 30, "ring"),
    ):
        shape, position = shaped(list(pairs), count)
        assert shape == expected
        np.testing.assert_allclose(np.linalg.norm(position - 0.5, axis=1), 0.5, atol=0.03)


def test_a_random_network_is_drawn_by_springs_where_the_scenario_names_it():
    pairs = list(nx.gnm_random_graph(30, 40, seed=4, directed=True).edges())
    shape, position = shaped(pairs, 30, "random")
    assert shape == "springs"
    assert (position >= -1e-9).all()
    assert (position <= 1.0 + 1e-9).all()
    assert len(np.unique(position.round(6), axis=0)) == 30
    np.testing.assert_array_equal(position, shaped(pairs, 30, "random")[1])


def test_supply_networks_and_large_ones_have_no_shape():
    base = network_of([], 20)
    pairs = list(nx.gnm_random_graph(20, 60, seed=4, directed=True).edges())
    assert shape_of(network_of(pairs, 20).links, 20) is None
    assert shape_of(base.links, 20) is None
    assert shape_of(base.links, 1) is None
    assert shape_of(network_of(STAR, 30).links, 5000, "star") is None


@pytest.mark.parametrize("kind", ["chain", "star", "tree", "complete", "random", "small_world"])
def test_the_kinds_of_scenarios_are_drawn_in_their_shape(kind):
    scenario = load("tierwise:baseline", ["population.firms=20", f"network.kind={kind}"])
    content = of_world(build(scenario, 1), scenario, 1)
    assert shape_of(content.links, 20, content.kind) is not None
    assert f"Kind of network: {kind.replace('_', ' ')}" in " ".join(draw(content).get_supxlabel().split())
