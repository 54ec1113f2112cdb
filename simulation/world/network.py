"""A supplier network: who buys from whom, how much of its inputs, and what it cannot do without.

Who buys from whom is chosen by one of the `networks`; what is here is common to all of them: input shares, critical
inputs, and the order of firms in which months are computed fastest.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Bool, Float, Groups, Index, Key, Small
from simulation.world.networks import choose_suppliers
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import normal

__all__ = ["Network", "arranged", "generate_network"]

_WEIGHT, _CRITICAL = int(Stream.LINK_WEIGHT), int(Stream.LINK_CRITICAL)


class Network(NamedTuple):
    """Links by buyer in slot order: those of buyer i are the entries ``start[i]`` to ``start[i + 1]``.

    Attributes
    ----------
    start : (n + 1,)
    supplier, weight, is_critical : (m,)
    """

    start: Index
    supplier: Small
    weight: Float
    is_critical: Bool


@compiled
def _weigh(seed: int, key: Key, start: Index, pull: Float, spread: float, chance: float) -> tuple[Float, Bool]:
    """Return (m,) input shares, pull x exp(spread x normal) over a buyer's sum, and which inputs are critical."""
    weight = np.empty(start[-1])
    is_critical = np.zeros(start[-1], np.uint8)
    for i in range(key.size):
        total = 0.0
        for link in range(start[i], start[i + 1]):
            slot = link - start[i]
            first = uniform_link(seed, _WEIGHT, START_MONTH, key[i], slot, 0)
            second = uniform_link(seed, _WEIGHT, START_MONTH, key[i], slot, 1)
            weight[link] = pull[link] * exp(spread * normal(first, second))
            total += weight[link]
            if uniform_link(seed, _CRITICAL, START_MONTH, key[i], slot, 0) < chance:
                is_critical[link] = 1
        for link in range(start[i], start[i + 1]):
            weight[link] /= total
    return weight, is_critical


def generate_network(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Network:
    """Return the network of a population, of the declared kind; time is linear in firms and links.

    Who buys from whom does not depend on the order of the firms, because draws are addressed by key.
    """
    declared = scenario.network
    chosen = choose_suppliers(population, groups, scenario, seed)
    weight, is_critical = _weigh(
        unsigned(seed),
        population.key,
        chosen.start,
        chosen.pull,
        declared.weight_spread,
        declared.critical_chance,
    )
    return Network(chosen.start, chosen.supplier, weight, is_critical)


def arranged(population: Population, network: Network) -> tuple[Population, Network]:
    """Return firms and links in the order in which months are computed fastest: by number of suppliers, most first.

    Among firms with equally many, those of one group stand together.
    """
    counts = np.diff(network.start)
    order = np.lexsort((population.key, -population.workers, population.group, -counts))
    place = np.empty(order.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    start = np.concatenate([[0], np.cumsum(counts[order])])
    link = np.arange(network.supplier.size) + np.repeat(network.start[order] - start[:-1], counts[order])
    return population.taken(order), Network(
        start, place[network.supplier[link]], network.weight[link], network.is_critical[link]
    )
