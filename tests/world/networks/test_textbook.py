"""Textbook graphs against their definitions and the formulas for them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from simulation.scenario.scenario import Scenario
from simulation.world.network import generate_network
from simulation.world.networks import choose_suppliers
from simulation.world.population import generate_population, groups_of
from simulation.world.suppliers import in_order_of_size


def graph_of(kind: str, firms: int, seed: int = 1, **changes: float) -> nx.DiGraph:
    """Return a network whose edges lead from supplier to buyer; nodes are ranks, 0 the largest manufacturer."""
    scenario = Scenario().with_(
        {"population.firms": firms, "network.kind": kind}
        | {f"network.{name}": value for name, value in changes.items()}
    )
    groups = groups_of(scenario)
    population = generate_population(scenario, seed)
    network = generate_network(population, groups, scenario, seed)
    rank = np.empty(firms, np.int64)
    rank[in_order_of_size(population, groups)] = np.arange(firms)
    buyer = np.repeat(np.arange(firms), np.diff(network.start))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(firms))
    graph.add_edges_from(zip(rank[network.supplier].tolist(), rank[buyer].tolist(), strict=True))
    return graph


def edges(graph: nx.DiGraph) -> set[tuple[int, int]]:
    return set(graph.edges)


def test_rank_0_is_a_large_manufacturer_and_sizes_fall():
    scenario = Scenario().with_({"population.firms": 500})
    population = generate_population(scenario, 1)
    order = in_order_of_size(population, groups_of(scenario))
    assert groups_of(scenario).members()[population.group[order[0]]][:2] == ("large", "manufacturing")
    makers = (population.group[order] < 2).sum()
    assert (np.diff(population.workers[order][:makers]) <= 0).all()
    assert (np.diff(population.workers[order][makers:]) <= 0).all()


def test_a_chain_is_a_path_to_the_largest():
    assert edges(graph_of("chain", 40)) == {(rank + 1, rank) for rank in range(39)}


def test_in_a_star_all_supply_the_largest():
    assert edges(graph_of("star", 40)) == {(rank, 0) for rank in range(1, 40)}


@pytest.mark.parametrize("branches", [1, 2, 3, 60])
def test_a_tree_is_balanced(branches):
    graph = graph_of("tree", 40, branches=branches)
    assert edges(graph) == {(rank, (rank - 1) // branches) for rank in range(1, 40)}
    if branches == 3:
        expected = nx.balanced_tree(3, 3, create_using=nx.DiGraph).reverse()
        assert nx.is_isomorphic(graph, expected)


def test_in_a_complete_network_all_supply_all():
    assert edges(graph_of("complete", 25)) == edges(nx.complete_graph(25, nx.DiGraph))


def test_a_random_graph_has_binomial_degrees_and_neither_loops_nor_clusters():
    # 20,000 firms of mean 5, seed 1. Degrees of both kinds have variance 5 (1 - p); the standard error of a variance
    # of n Poisson-like numbers is sqrt((3 x 25 + 5 - 25) / n) = 0.052, of the reciprocity sqrt(2 p / m) < 0.0001 and of
    # the transitivity, from about 167 triangles expected, 8 %. Five of each: below one false alarm in 300,000.
    graph = graph_of("random", 20_000)
    density = 5.0 / 19_999
    for degrees in (graph.in_degree(), graph.out_degree()):
        numbers = np.array([degree for _, degree in degrees])
        assert numbers.mean() == pytest.approx(5.0, abs=5 * 0.0158)
        assert numbers.var() == pytest.approx(5.0 * (1 - density), abs=5 * 0.052)
    assert nx.overall_reciprocity(graph) == pytest.approx(density, abs=5 * 7.1e-5)
    assert nx.transitivity(graph.to_undirected()) == pytest.approx(2 * density, rel=0.4)


def test_all_sets_of_suppliers_are_alike_likely():
    # 2,000 seeds of 4 firms: each ordered pair is linked with chance 1/3, and pairs of one buyer are both linked with
    # chance 1/9. Standard errors 0.0105 and 0.0070; five of each over 24 numbers: one false alarm in 70,000.
    scenario = Scenario().with_({"population.firms": 4, "network.kind": "random", "network.mean_suppliers": 1.0})
    population, groups = generate_population(scenario, 0), groups_of(scenario)
    counts = np.zeros((4, 4))
    both = np.zeros((4, 4, 4))
    for seed in range(2_000):
        chosen = choose_suppliers(population, groups, scenario, seed)
        matrix = np.zeros((4, 4))
        matrix[chosen.supplier, np.repeat(np.arange(4), np.diff(chosen.start))] = 1.0
        counts += matrix
        both += matrix[:, np.newaxis, :] * matrix[np.newaxis, :, :]
    for buyer in range(4):
        others = [supplier for supplier in range(4) if supplier != buyer]
        for supplier in others:
            assert counts[supplier, buyer] / 2_000 == pytest.approx(1 / 3, abs=5 * 0.0105)
        first, second = others[:2]
        assert both[first, second, buyer] / 2_000 == pytest.approx(1 / 9, abs=5 * 0.0070)


@pytest.mark.parametrize("suppliers", [1, 2, 5])
def test_a_small_world_without_rewiring_is_a_ring_lattice(suppliers):
    # Every firm has 2 K partners; the clustering of the ring is 3 (k - 2) / (4 (k - 1)) with k = 2 K.
    graph = graph_of("small_world", 200, mean_suppliers=suppliers, rewired=0.0)
    degree = 2 * suppliers
    assert {count for _, count in graph.in_degree()} == {suppliers} == {count for _, count in graph.out_degree()}
    expected = 3 * (degree - 2) / (4 * (degree - 1))
    assert nx.average_clustering(graph.to_undirected()) == pytest.approx(expected, rel=1e-12)


def test_a_few_rewired_links_shorten_ways_and_keep_clusters():
    # Watts and Strogatz: at 5 % the mean way has fallen to a fraction, clustering by (1 - p)^3 alone.
    ring, small, random = (
        graph_of("small_world", 500, mean_suppliers=4, rewired=chance).to_undirected() for chance in (0.0, 0.05, 1.0)
    )
    ways = [nx.average_shortest_path_length(graph) for graph in (ring, small, random)]
    clusters = [nx.average_clustering(graph) for graph in (ring, small, random)]
    assert ways[1] < 0.25 * ways[0]
    assert ways[2] < ways[1]
    assert clusters[1] == pytest.approx(clusters[0] * 0.95**3, rel=0.1)
    assert clusters[2] < 0.1 * clusters[0]


def test_rewiring_touches_the_declared_share_of_links():
    # 2,000 x 5 links, seed 1: standard error sqrt(0.3 x 0.7 / 10,000) = 0.0046, five of them. A rewired link falls on a
    # place of the ring again with chance 5 / 2,000.
    scenario = Scenario().with_({"population.firms": 2_000, "network.kind": "small_world", "network.rewired": 0.3})
    population = generate_population(scenario, 1)
    network = generate_network(population, groups_of(scenario), scenario, 1)
    place = np.argsort(np.argsort(population.key))
    buyer = np.repeat(np.arange(2_000), 5)
    distance = (place[network.supplier] - place[buyer]) % 2_000
    assert ((distance == 0) | (distance > 5)).mean() == pytest.approx(0.3, abs=5 * 0.0046 + 0.001)


@pytest.mark.parametrize("mean", [1.0, 2.0, 5.0])
def test_a_scale_free_network_has_no_loops_and_the_tail_of_cumulative_advantage(mean):
    # Price (1976): the number of suppliers has a cumulative tail k^-(1 + 1/K). Hill's estimate of the largest 500 of
    # 50,000 has a standard error of 1 / sqrt(500) = 4.5 % and, as degrees are whole and the tail is a power law only
    # for large k, a bias of some per cent more: 20 % in all.
    scenario = Scenario().with_(
        {"population.firms": 50_000, "network.kind": "scale_free", "network.mean_suppliers": mean}
    )
    population = generate_population(scenario, 1)
    network = generate_network(population, groups_of(scenario), scenario, 1)
    numbers = np.sort(np.diff(network.start))[::-1].astype(np.float64)
    tail = 1.0 / np.log(numbers[:500] / (numbers[500] + 0.5)).mean()
    assert tail == pytest.approx(1.0 + 1.0 / mean, rel=0.2)
    rank = np.empty(50_000, np.int64)
    rank[in_order_of_size(population, groups_of(scenario))] = np.arange(50_000)
    buyer = np.repeat(np.arange(50_000), np.diff(network.start))
    assert (rank[network.supplier] > rank[buyer]).all()
