from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest

from simulation.errors import InputError
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build, groups_of

FIRMS = 1_000


@pytest.fixture(scope="module")
def world() -> World:
    return build(Scenario().with_({"population.firms": FIRMS}), 1)


@pytest.fixture(scope="module")
def graph(world) -> nx.DiGraph:
    """Return the world as a graph whose edges go from supplier to buyer."""
    links = world.links
    graph = nx.DiGraph()
    graph.add_nodes_from(range(FIRMS))
    graph.add_weighted_edges_from(
        zip(links.supplier.tolist(), links.buyer.tolist(), links.weight.tolist(), strict=True)
    )
    return graph


def bytes_of(world: World) -> list[bytes]:
    return [array.tobytes() for part in (world.firms, world.links) for array in part]


def test_every_link_is_one_edge_and_none_is_a_loop(world, graph):
    assert graph.number_of_edges() == world.links.supplier.size
    assert nx.number_of_selfloops(graph) == 0


def test_input_shares_of_every_buyer_sum_to_1(graph):
    totals = [weight for _, weight in graph.in_degree(weight="weight")]
    np.testing.assert_allclose(totals, 1.0, rtol=0.0, atol=1e-12)


def test_few_pairs_of_firms_supply_each_other(graph):
    # 5,000 links among 1,000 firms chosen evenly would make 0.5 % reciprocal; preference for large firms makes more.
    assert 0.0 < nx.overall_reciprocity(graph) < 0.15


def test_nearly_all_firms_hang_together(graph):
    largest = max(nx.weakly_connected_components(graph), key=len)
    assert len(largest) > 0.99 * FIRMS


def test_degrees_have_heavy_tails(graph):
    # In an even random graph of mean 5 the largest of 1,000 degrees is about 13 and their variance 5.
    for degrees in (graph.in_degree(), graph.out_degree()):
        numbers = np.array([degree for _, degree in degrees])
        assert numbers.max() > 50
        assert numbers.var() > 25.0


def test_tiers_are_shortest_paths_to_large_manufacturers(world, graph):
    members = [world.groups.members()[group] for group in world.firms.group]
    first = {firm for firm, member in enumerate(members) if member[:2] == ("large", "manufacturing")}
    lengths = nx.multi_source_dijkstra_path_length(graph.reverse(copy=False), first, weight=None)
    assert world.firms.tier.tolist() == [lengths.get(firm, -1) for firm in range(FIRMS)]


def test_a_world_is_a_pure_function_of_scenario_and_seed(world):
    scenario = Scenario().with_({"population.firms": FIRMS})
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda seed: build(scenario, seed), [1, 2, 1]))
    assert bytes_of(again[0]) == bytes_of(again[2]) == bytes_of(world)
    assert bytes_of(again[1]) != bytes_of(world)


def test_levers_rules_and_time_leave_the_world_alone(world):
    changes = {"population.firms": FIRMS, "time.months": 40, "influence.customers": 0.0, "lateness.tolerance": 2.0}
    assert bytes_of(build(Scenario().with_(changes), 1)) == bytes_of(world)


def test_a_generated_world_has_no_names_and_nothing_filled(world):
    assert world.names is None
    assert world.fills == ()
    assert world.groups == groups_of(Scenario())


def test_the_network_seed_takes_the_place_of_the_seed_for_own_tables_too(monkeypatch):
    monkeypatch.chdir(os.path.dirname(__file__))  # noqa: PTH120 - anywhere but the project's folder
    scenario = load("tierwise:own_data")
    fixed = scenario.with_({"network.seed": 5})
    assert bytes_of(build(fixed, 1)) == bytes_of(build(fixed, 2)) == bytes_of(build(scenario, 5))
    assert bytes_of(build(scenario, 1)) != bytes_of(build(scenario, 2))


def test_ten_thousand_million_firms_are_refused_with_the_memory_they_need():
    with pytest.raises(InputError, match=r"10,000,000,000 firms would need about 6,800 GB"):
        Scenario().with_({"population.firms": 10_000_000_000})


def test_more_firms_than_this_machine_holds_are_refused_before_anything_is_made(monkeypatch):
    scenario = Scenario().with_({"population.firms": 1_000_000, "time.origin_months": 0})
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 50_000, "SC_PAGE_SIZE": 4_096}.__getitem__)
    with pytest.raises(InputError) as caught:
        build(scenario, 1)
    assert str(caught.value) == (
        "population.firms: 1,000,000 firms would need about 0.7 GB of memory and this machine has 0.2 GB; "
        "use fewer firms"
    )


def test_tables_of_origins_among_many_groups_count_as_memory(monkeypatch):
    """A firm holds, before and after a round, 12 numbers of 8 bytes for each of 136 groups: 26 kB."""
    scenario = load("tierwise:provinces").with_({"population.firms": 100_000})
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 500_000, "SC_PAGE_SIZE": 4_096}.__getitem__)
    with pytest.raises(InputError) as caught:
        build(scenario, 1)
    assert str(caught.value) == (
        "population.firms: 100,000 firms would need about 2.9 GB of memory and this machine has 2.0 GB; "
        "most of it follows origins among 136 groups: set time.origin_months to 0, or use fewer firms"
    )


def test_a_machine_that_does_not_say_how_much_memory_it_has_builds_all_the_same(monkeypatch, world):
    def unknown(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", unknown)
    assert bytes_of(build(Scenario().with_({"population.firms": FIRMS}), 1)) == bytes_of(world)
