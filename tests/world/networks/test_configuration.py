"""The configuration model: degrees of the production network, partners by chance."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.scenario.scenario import Scenario
from simulation.world.network import Network, generate_network
from simulation.world.population import generate_population, groups_of


def made(kind: str, seed: int = 1) -> tuple[np.ndarray, Network]:
    scenario = Scenario().with_({"population.firms": 10_000, "network.kind": kind})
    population = generate_population(scenario, seed)
    return population.group, generate_network(population, groups_of(scenario), scenario, seed)


def test_degrees_are_those_of_the_production_network_but_for_what_is_erased():
    _, production = made("production")
    _, configuration = made("configuration")
    wanted, found = np.diff(production.start), np.diff(configuration.start)
    assert (found <= wanted).all()
    assert 0.9 * wanted.sum() < found.sum() < wanted.sum()
    ours, theirs = (np.bincount(network.supplier, minlength=10_000) for network in (configuration, production))
    supplies, supplied = ours > 0, theirs > 0
    assert (supplies != supplied).mean() < 0.05  # a firm that supplies may find no buyer in either
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def test_partners_are_met_by_chance():
    # 10,000 firms, about 47,000 links: expected share within a region by the regions of suppliers and buyers, standard
    # error 0.0023; the production network has 20 points more.
    for kind, is_chance in (("configuration", True), ("production", False)):
        group, network = made(kind)
        region = group % 2
        buyer = region[np.repeat(np.arange(10_000), np.diff(network.start))]
        supplier = region[network.supplier]
        expected = (buyer == 0).mean() * (supplier == 0).mean() + (buyer == 1).mean() * (supplier == 1).mean()
        within = (buyer == supplier).mean()
        assert (within == pytest.approx(expected, abs=5 * 0.0023)) == is_chance
