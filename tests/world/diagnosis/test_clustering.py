"""Triangles of small graphs, and networkx as a second opinion."""

from __future__ import annotations

from math import isnan

import networkx as nx
import numpy as np
import pytest
from graphs import graph_of, random_links, world_from
from hypothesis import given

from simulation.world.diagnosis.clustering import clustering_of, triangles_of
from simulation.world.diagnosis.pairs import pairs_of


def clustering(links, firms):
    return clustering_of(firms, pairs_of(world_from(links, firms)))


def test_a_triangle_is_closed_whatever_the_directions():
    for links in ([(0, 1), (1, 2), (2, 0)], [(0, 1), (0, 2), (1, 2), (2, 1)]):
        assert clustering(links, 3)[:2] == (1.0, 1.0)


def test_a_star_has_no_triangles():
    found = clustering([(0, 1), (0, 2), (0, 3)], 4)
    assert found[:3] == (0.0, 0.0, 0.5)


def test_expected_clustering_of_equal_numbers_of_partners():
    """A ring of 10: <k> = 2, <k^2> = 4, so (4 - 2)^2 / (10 x 8)."""
    ring = [(firm, (firm + 1) % 10) for firm in range(10)]
    assert clustering(ring, 10) == (0.0, 0.0, pytest.approx(20 / 90), pytest.approx(4 / 80))


def test_pairs_alone_have_no_clustering():
    assert isnan(clustering([(0, 1)], 2).whole)
    assert clustering([(0, 1)], 2).average == 0.0


@given(random_links())
def test_networkx_finds_the_same(case):
    firms, links = case
    graph, found = graph_of(links, firms).to_undirected(), clustering(links, firms)
    pairs = pairs_of(world_from(links, firms))
    partners = np.bincount(pairs.ravel(), minlength=firms)
    assert triangles_of(pairs, partners).tolist() == [nx.triangles(graph)[firm] for firm in range(firms)]
    assert found.average == pytest.approx(nx.average_clustering(graph))
    assert (0.0 if isnan(found.whole) else found.whole) == pytest.approx(nx.transitivity(graph))
    assert found.by_density == pytest.approx(nx.density(graph))


@pytest.mark.statistical
def test_the_formulas_expect_what_random_graphs_have():
    """Mean of 40 graphs of 300 firms, 5 standard errors: false alarm below 1e-6 each, under a normal law."""
    drawn = [nx.gnm_random_graph(300, 1500, seed=seed) for seed in range(40)]
    values = np.array([nx.transitivity(graph) for graph in drawn])
    expected = clustering_of(300, np.array(list(drawn[0].edges), np.int64).T)
    assert abs(values.mean() - expected.by_density) < 5.0 * values.std(ddof=1) / np.sqrt(40)
    degrees = [4] * 150 + [12] * 150
    drawn = [nx.Graph(nx.configuration_model(degrees, seed=seed)) for seed in range(40)]
    for graph in drawn:
        graph.remove_edges_from(nx.selfloop_edges(graph))
    values = np.array([nx.transitivity(graph) for graph in drawn])
    square, mean = (16 + 144) / 2, 8.0
    law = (square - mean) ** 2 / (300 * mean**3)
    # loops and repeated links, which the graphs lose, take away a part of the order of 1/n
    assert abs(values.mean() - law) < 5.0 * values.std(ddof=1) / np.sqrt(40) + 0.1 * law
