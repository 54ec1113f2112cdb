"""Reciprocity and assortativity of small graphs, and networkx as a second opinion."""

from __future__ import annotations

import warnings
from math import isnan

import networkx as nx
import pytest
from graphs import graph_of, random_links, world_from
from hypothesis import given

from simulation.world.diagnosis.mixing import mixing_by
from simulation.world.diagnosis.pairs import assortativity_of, pairs_of, reciprocity_of


def reciprocity(links, firms):
    world = world_from(links, firms)
    return reciprocity_of(world, pairs_of(world))


def assortativity(links, firms):
    world = world_from(links, firms)
    return assortativity_of(world, pairs_of(world))


def test_two_of_three_links_run_both_ways():
    found = reciprocity([(0, 1), (1, 0), (1, 2)], 4)
    assert found == (pytest.approx(2 / 3), pytest.approx(3 / 12))


def test_a_complete_graph_runs_both_ways_and_that_is_expected():
    links = [(j, i) for j in range(4) for i in range(4) if i != j]
    assert reciprocity(links, 4) == (1.0, 1.0)


def test_without_links_nothing_runs_both_ways():
    assert isnan(reciprocity([], 3).share)
    assert all(isnan(value) for value in assortativity([], 3))


def test_a_star_is_as_disassortative_as_can_be():
    """The hub has four partners, each of the others one."""
    assert assortativity([(0, 1), (0, 2), (3, 0), (4, 0)], 5).partners == pytest.approx(-1.0)


def test_a_cycle_has_no_assortativity_because_all_are_alike():
    assert all(isnan(value) for value in assortativity([(0, 1), (1, 2), (2, 0)], 3))


def agrees(own, others):
    """Say whether both are the same number or both are not defined."""
    return isnan(own) == isnan(others) and (isnan(own) or own == pytest.approx(others, abs=1e-9))


@given(random_links())
def test_networkx_finds_the_same(case):
    firms, links = case
    if len(links) < 2:
        return  # networkx refuses to correlate a single link
    graph = graph_of(links, firms)
    assert reciprocity(links, firms).share == pytest.approx(nx.overall_reciprocity(graph))
    found = assortativity(links, firms)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # networkx divides by 0 where all are alike
        for name, x, y in (
            ("buyers_buyers", "out", "out"),
            ("buyers_suppliers", "out", "in"),
            ("suppliers_buyers", "in", "out"),
            ("suppliers_suppliers", "in", "in"),
        ):
            theirs = nx.degree_pearson_correlation_coefficient(graph, x=x, y=y)
            assert agrees(getattr(found, name), theirs), name
        assert agrees(found.partners, nx.degree_pearson_correlation_coefficient(graph.to_undirected()))


@given(random_links())
def test_networkx_finds_the_same_mixing(case):
    firms, links = case
    group = [4 if firm % 3 else 0 for firm in range(firms)]  # SME and large manufacturers of the capital
    world = world_from(links, firms, group=group)
    found = mixing_by(world, "size")
    if not links:
        assert isnan(found.within)
        return
    graph = graph_of(links, firms)
    nx.set_node_attributes(graph, dict(enumerate(group)), "group")
    table = nx.attribute_mixing_matrix(graph, "group", mapping={0: 0, 4: 1})
    assert [list(row) for row in found.links] == [pytest.approx(list(row)) for row in table]
    if len({group[end] for link in links for end in link}) > 1:
        theirs = nx.attribute_assortativity_coefficient(graph, "group")
        assert agrees(found.coefficient, theirs)
