"""Components and bow tie of small graphs, and networkx as a second opinion."""

from __future__ import annotations

from math import isnan

import networkx as nx
import numpy as np
import pytest
from graphs import graph_of, random_links, world_from
from hypothesis import given

from simulation.world.diagnosis.components import components_of

CORE = [(0, 1), (1, 2), (2, 0)]


def test_a_cycle_is_all_core():
    found = components_of(world_from(CORE, 3).links)
    assert found == (1, 1.0, 1, 1.0, 0.0, 0.0, 0.0, 0.0, True)


def test_a_bow_tie_is_taken_apart_along_the_flow_of_goods():
    """3 sells to the core, the core sells to 4, 3 also sells to 5 past the core; 6 and 7 trade apart, 8 with nobody."""
    found = components_of(world_from([*CORE, (3, 0), (1, 4), (3, 5), (6, 7)], 9).links)
    assert (found.weak, found.strong) == (3, 7)
    assert found.weak_largest == pytest.approx(6 / 9)
    assert [found.core, found.inward, found.outward, found.beside, found.apart] == pytest.approx(
        [3 / 9, 1 / 9, 1 / 9, 1 / 9, 3 / 9]
    )
    assert found.has_loops


def test_a_chain_has_no_core():
    found = components_of(world_from([(0, 1), (1, 2), (2, 3)], 4).links)
    assert (found.weak, found.strong, found.core, found.has_loops) == (1, 4, 0.25, False)
    assert all(isnan(share) for share in (found.inward, found.outward, found.beside, found.apart))


def test_firms_without_links_are_components_of_their_own():
    found = components_of(world_from([], 5).links)
    assert (found.weak, found.weak_largest, found.strong) == (5, 0.2, 5)


@given(random_links())
def test_networkx_finds_the_same_components(case):
    firms, links = case
    graph, found = graph_of(links, firms), components_of(world_from(links, firms).links)
    strong = sorted(nx.strongly_connected_components(graph), key=lambda part: (-len(part), min(part)))
    assert found.weak == nx.number_weakly_connected_components(graph)
    assert found.weak_largest * firms == pytest.approx(max(map(len, nx.weakly_connected_components(graph))))
    assert found.strong == len(strong)
    assert found.core * firms == pytest.approx(len(strong[0]))
    if len(strong[0]) == 1:
        assert not found.has_loops
        return
    parts = [part for part in strong if len(part) == len(strong[0])]
    bow_ties = []
    for part in parts:  # of equally large ones any may be the core
        inside = min(part)
        before, after = nx.ancestors(graph, inside) - part, nx.descendants(graph, inside) - part
        around = nx.node_connected_component(graph.to_undirected(), inside)
        bow_ties.append([len(before), len(after), len(around - part - before - after), firms - len(around)])
    counted = np.array([found.inward, found.outward, found.beside, found.apart]) * firms
    assert np.rint(counted).astype(int).tolist() in bow_ties
    assert found.core + found.inward + found.outward + found.beside + found.apart == pytest.approx(1.0)
