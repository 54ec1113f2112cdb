"""What holds for every kind of network."""

from __future__ import annotations

import pkgutil
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulation.world.networks
from simulation.errors import InputError
from simulation.scenario.network import NetworkKind
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.network import arranged, generate_network
from simulation.world.population import generate_population, groups_of

KINDS = get_args(NetworkKind)
DRAWN = ("production", "configuration", "gravity", "random", "scale_free", "small_world")
"""Kinds with luck; the others follow from the sizes of the firms."""


def scenario_of(kind: str, firms: int = 300, **changes: float) -> Scenario:
    mean = min(5.0, firms / 3)
    return Scenario().with_(
        {"population.firms": firms, "network.kind": kind, "network.mean_suppliers": mean}
        | {f"network.{name}": value for name, value in changes.items()}
    )


def generated(scenario: Scenario, seed: int = 1):
    population = generate_population(scenario, seed)
    return population, generate_network(population, groups_of(scenario), scenario, seed)


def pairs(population, network) -> list[tuple[int, int, float]]:
    """Return (supplier's key, buyer's key, input share) of every link, in order."""
    buyer = np.repeat(np.arange(population.key.size), np.diff(network.start))
    keys = (population.key[network.supplier].tolist(), population.key[buyer].tolist(), network.weight.tolist())
    return sorted(zip(*keys, strict=True))


def test_every_kind_has_a_file_and_every_file_is_a_kind():
    assert {found.name for found in pkgutil.iter_modules(simulation.world.networks.__path__)} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(firms=st.integers(2, 80), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=15, deadline=None)
def test_links_are_sound(kind, firms, seed):
    population, network = generated(scenario_of(kind, firms), seed)
    start, supplier = network.start, network.supplier
    assert start[0] == 0
    assert start[-1] == supplier.size == network.weight.size == network.is_critical.size
    assert start.size == population.key.size + 1 == firms + 1
    buyer = np.repeat(np.arange(firms), np.diff(start))
    assert (buyer != supplier).all()
    assert np.unique(buyer * firms + supplier).size == supplier.size
    assert ((supplier >= 0) & (supplier < firms)).all()
    assert (network.weight > 0.0).all()
    total = np.bincount(buyer, network.weight, firms)
    np.testing.assert_allclose(total[np.diff(start) > 0], 1.0, rtol=0.0, atol=1e-12)
    assert set(network.is_critical.tolist()) <= {0, 1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_links_again_and_another_seed_others(kind):
    scenario = scenario_of(kind)
    first, again, other = (pairs(*generated(scenario, seed)) for seed in (7, 7, 8))
    assert first == again
    assert (first != other) == (kind != "chain")  # elsewhere at least input shares are drawn
    ends, other_ends = ({pair[:2] for pair in links} for links in (first, other))
    assert (ends != other_ends) == (kind in DRAWN)


@pytest.mark.parametrize("kind", KINDS)
def test_who_buys_from_whom_does_not_depend_on_the_order_of_the_firms(kind):
    scenario = scenario_of(kind)
    population = generate_population(scenario, 3)
    order = np.random.default_rng(1).permutation(population.key.size)
    shuffled = population.taken(order)
    network, other = (generate_network(one, groups_of(scenario), scenario, 3) for one in (population, shuffled))
    expected, found = pairs(population, network), pairs(shuffled, other)
    assert [link[:2] for link in found] == [link[:2] for link in expected]
    np.testing.assert_allclose([link[2] for link in found], [link[2] for link in expected], rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_arranging_keeps_firms_and_links_and_puts_most_suppliers_first(kind):
    population, network = generated(scenario_of(kind))
    moved, links = arranged(population, network)
    counts = np.diff(links.start)
    assert (np.diff(counts) <= 0).all()
    assert pairs(moved, links) == pairs(population, network)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_world_with_tiers(kind):
    world = build(scenario_of(kind), 1)
    assert (world.firms.tier == 0).any()
    assert (world.firms.tier == 1).any()


@pytest.mark.parametrize("kind", ["production", "gravity", "random", "scale_free", "small_world"])
def test_the_mean_number_of_suppliers_is_the_declared_one(kind):
    # 4,000 firms, 20,000 links, seeds 1-3. The largest standard error of the mean number, of the gravity model whose
    # links are independent, is sqrt(20,000) / 4,000 = 0.035; five of them: one false alarm in 1.7 million draws. The
    # first firms of a scale-free network find fewer than K others, which costs it K (K + 1) / 2 / 4,000 < 0.01.
    for seed in (1, 2, 3):
        population, network = generated(scenario_of(kind, 4_000), seed)
        assert network.supplier.size / population.key.size == pytest.approx(5.0, abs=0.18)


@pytest.mark.parametrize("kind", ["production", "configuration", "gravity"])
def test_firms_that_do_not_supply_have_no_buyers(kind):
    none = {"large": {"manufacturing": 1.0, "services": 1.0}, "sme": {"manufacturing": 0.0, "services": 0.0}}
    population, network = generated(scenario_of(kind, supplier_share=none))
    is_sme = population.group >= groups_of(scenario_of(kind)).count // 2
    assert network.supplier.size > 0
    assert not is_sme[network.supplier].any()


@pytest.mark.parametrize("kind", ["production", "configuration", "gravity"])
def test_without_any_supplier_there_are_no_links(kind):
    nobody = {size: {"manufacturing": 0.0, "services": 0.0} for size in ("large", "sme")}
    _, network = generated(scenario_of(kind, supplier_share=nobody))
    assert network.supplier.size == 0


def test_a_complete_network_that_no_machine_holds_is_refused_before_it_is_built():
    with pytest.raises(InputError, match=r"network\.kind: with 2,000,000 suppliers each.*would need about"):
        Scenario().with_({"population.firms": 2_000_001, "network.kind": "complete"})


def test_an_unknown_kind_is_refused_with_what_was_meant():
    with pytest.raises(InputError, match=r"network\.kind.*small_world"):
        Scenario().with_({"network.kind": "small world"})
