"""What the kinds of network share: how many suppliers firms have, who is attractive, and links sorted by buyer."""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled
from simulation.randomness import Stream, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Groups, Index, Key, Small
from simulation.world.population import Population, unsigned

__all__ = [
    "Suppliers",
    "attractiveness",
    "by_buyer",
    "entry_above",
    "in_order_of_size",
    "is_supplier",
    "normal",
    "sectors_of",
    "size_pull",
    "supplier_counts",
]

_LARGEST_PART = 0.25
"""Largest part of all firms that supplies one buyer."""


class Suppliers(NamedTuple):
    """Who buys from whom, by buyer in slot order: those of buyer i are the entries ``start[i]`` to ``start[i + 1]``.

    Attributes
    ----------
    start : (n + 1,)
    supplier : (m,)
    pull : (m,) what the input share of a link is in proportion to, before luck
    """

    start: Index
    supplier: Small
    pull: Float


@compiled
def normal(first: float, second: float) -> float:
    """Return a standard normal number from two uniform draws (Box and Muller 1958)."""
    return sqrt(-2.0 * log(first)) * cos(2.0 * pi * second)


@compiled
def _lognormal(first: Float, second: Float, spread: float) -> Float:
    """Return exp(spread x normal) for pairs of draws."""
    found = np.empty(first.size)
    for i in range(first.size):
        found[i] = exp(spread * normal(first[i], second[i]))
    return found


@compiled
def entry_above(cumulative: Float, low: int, high: int, target: float) -> int:
    """Return the first entry of low ... high - 1 whose cumulative value exceeds the target (bisection)."""
    last = high - 1
    while low < last:
        middle = (low + last) // 2
        if cumulative[middle] > target:
            last = middle
        else:
            low = middle + 1
    return low


def sectors_of(population: Population, groups: Groups) -> Small:
    """Return (n,) the number of each firm's sector."""
    return ((population.group // len(groups.regions)) % len(groups.sectors)).astype(np.int32)


def _draws(seed: int, stream: Stream, round_: int, key: Key) -> Float:
    return uniforms(unsigned(seed), int(stream), START_MONTH, round_, key)


def supplier_counts(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Index:
    """Return (n,) numbers of suppliers, floor(mu + U), with mu growing with workers and the declared mean."""
    declared = scenario.network
    n = population.key.size
    factors = np.array([declared.sector_suppliers[name] for name in groups.sectors])
    mu = population.workers**declared.size_exponent * factors[sectors_of(population, groups)]
    mu *= declared.mean_suppliers / mu.mean()
    most = max(1, int(_LARGEST_PART * n))
    counts: Index = np.clip(np.floor(mu + _draws(seed, Stream.SUPPLIER_COUNT, 0, population.key)), 1, most).astype(
        np.int64
    )
    return counts if n > 1 else np.zeros(n, np.int64)


def is_supplier(population: Population, groups: Groups, scenario: Scenario, seed: int) -> NDArray[np.bool_]:
    """Return (n,) whether a firm supplies others at all, drawn with the share of its size and sector."""
    declared = scenario.network.supplier_share
    shares = np.array([declared[size][sector] for size, sector, _ in groups.members()])
    return _draws(seed, Stream.SUPPLIES, 0, population.key) < shares[population.group]


def attractiveness(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Float:
    """Return (n,) relative chances of being chosen: workers^exponent x exp(spread x normal) for firms that supply."""
    declared = scenario.network
    first, second = (_draws(seed, Stream.SUPPLIER_FITNESS, round_, population.key) for round_ in (0, 1))
    luck = _lognormal(first, second, declared.fitness_spread)
    fitness: Float = population.workers**declared.fitness_exponent * luck
    return np.where(is_supplier(population, groups, scenario, seed), fitness, 0.0)


def size_pull(population: Population, supplier: Small, scenario: Scenario) -> Float:
    """Return (m,) the supplier's workers^exponent: larger suppliers deliver more."""
    pull: Float = population.workers**scenario.network.weight_exponent
    return pull[supplier]


def by_buyer(buyer: NDArray[np.integer], supplier: NDArray[np.integer], n: int) -> tuple[Index, Small]:
    """Return the start of each buyer's links and their suppliers, each buyer's in the order given."""
    order = np.argsort(buyer, kind="stable")
    start = np.searchsorted(buyer[order], np.arange(n + 1)).astype(np.int64)
    return start, supplier[order].astype(np.int32)


def in_order_of_size(population: Population, groups: Groups) -> Index:
    """Return (n,) the firms from the largest to the smallest; large manufacturers, at whom tiers begin, come first."""
    members = groups.members()
    is_maker = np.array(
        [
            not groups.is_sme[groups.sizes.index(size)] and groups.is_manufacturing[groups.sectors.index(sector)]
            for size, sector, _ in members
        ]
    )[population.group]
    return np.lexsort((population.key, -population.workers, ~is_maker))
