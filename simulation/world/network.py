"""The supplier network: how many suppliers a firm has, where it seeks them, and which of them it cannot do without.

Numbers of suppliers grow with a buyer's size, chances of being chosen with a supplier's size and luck; both give
heavy-tailed degrees. A slot seeks a sector by the buyer's input mix and, with the home bias, its own region.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Bool, Float, Groups, Index, Key, Small
from simulation.world.population import Population, unsigned

__all__ = ["Network", "arranged", "entry_above", "generate_network", "normal"]

_CELL, _CHOICE = int(Stream.SUPPLIER_CELL), int(Stream.SUPPLIER_CHOICE)
_WEIGHT, _CRITICAL = int(Stream.LINK_WEIGHT), int(Stream.LINK_CRITICAL)
_FITNESS = int(Stream.SUPPLIER_FITNESS)
_TRIES = 64
"""Draws for a slot: half where it looks first, a quarter in its sector, a quarter anywhere; then it stays empty."""

_LARGEST_PART = 0.25
"""Largest part of all firms that supplies one buyer."""


class Network(NamedTuple):
    """Links by buyer in slot order: those of buyer i are the entries ``start[i]`` to ``start[i + 1]``.

    Attributes
    ----------
    start : (n + 1,)
    supplier, weight, is_critical : (m,)
    value : (m,) purchases, million won a year, or None where they follow from sales and input shares
    """

    start: Index
    supplier: Small
    weight: Float
    is_critical: Bool
    value: Float | None = None


@compiled
def normal(first: float, second: float) -> float:
    """Return a standard normal number from two uniform draws (Box and Muller 1958)."""
    return sqrt(-2.0 * log(first)) * cos(2.0 * pi * second)


@compiled
def _fitness(seed: int, key: Key, workers: Float, exponent: float, spread: float) -> Float:
    """Return (n,) workers^exponent x exp(spread x normal): chances of being chosen, relative."""
    first = uniforms(seed, _FITNESS, START_MONTH, 0, key)
    second = uniforms(seed, _FITNESS, START_MONTH, 1, key)
    fitness = np.empty(key.size)
    for i in range(key.size):
        fitness[i] = workers[i] ** exponent * exp(spread * normal(first[i], second[i]))
    return fitness


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


@compiled
def _choose(  # noqa: PLR0913 - compiled: arrays come one by one
    seed: int,
    key: Key,
    cell: Small,
    counts: Index,
    regions: int,
    mix: Float,
    home_bias: float,
    order: Index,
    cumulative: Float,
    cell_start: Index,
) -> tuple[Index, Small]:
    """Return the start of each buyer's links and their suppliers.

    ``mix[s]`` is the cumulative input mix of sector s; ``order`` lists the firms by sector and region, whose entries
    begin at ``cell_start``; ``cumulative`` sums their fitness in that order.
    """
    n = key.size
    sectors = mix.shape[0]
    start = np.zeros(n + 1, np.int64)
    supplier = np.empty(counts.sum(), np.int32)
    taken_by = np.full(n, -1, np.int64)
    made = 0
    for i in range(n):
        taken_by[i] = i
        own_region = cell[i] % regions
        own_sector = cell[i] // regions
        for slot in range(counts[i]):
            wanted = uniform_link(seed, _CELL, START_MONTH, key[i], slot, 0)
            sector = 0
            while sector < sectors - 1 and wanted >= mix[own_sector, sector]:
                sector += 1
            low, high = cell_start[sector * regions], cell_start[(sector + 1) * regions]
            if uniform_link(seed, _CELL, START_MONTH, key[i], slot, 1) < home_bias:
                at = sector * regions + own_region
                if cell_start[at + 1] > cell_start[at]:
                    low, high = cell_start[at], cell_start[at + 1]
            for attempt in range(_TRIES):
                if attempt == _TRIES // 2:
                    low, high = cell_start[sector * regions], cell_start[(sector + 1) * regions]
                if attempt == 3 * _TRIES // 4 or high <= low:
                    low, high = 0, n
                bottom = cumulative[low - 1] if low > 0 else 0.0
                draw = uniform_link(seed, _CHOICE, START_MONTH, key[i], slot, attempt)
                chosen = order[entry_above(cumulative, low, high, bottom + draw * (cumulative[high - 1] - bottom))]
                if taken_by[chosen] != i:
                    taken_by[chosen] = i
                    supplier[made] = chosen
                    made += 1
                    break
        start[i + 1] = made
    return start, supplier[:made].copy()


@compiled
def _weigh(seed: int, key: Key, start: Index, spread: float, chance: float) -> tuple[Float, Bool]:
    """Return (m,) input shares, log-normal and summing to 1 over a buyer's slots, and which inputs are critical."""
    weight = np.empty(start[-1])
    is_critical = np.zeros(start[-1], np.uint8)
    for i in range(key.size):
        total = 0.0
        for link in range(start[i], start[i + 1]):
            slot = link - start[i]
            first = uniform_link(seed, _WEIGHT, START_MONTH, key[i], slot, 0)
            second = uniform_link(seed, _WEIGHT, START_MONTH, key[i], slot, 1)
            weight[link] = exp(spread * normal(first, second))
            total += weight[link]
            if uniform_link(seed, _CRITICAL, START_MONTH, key[i], slot, 0) < chance:
                is_critical[link] = 1
        for link in range(start[i], start[i + 1]):
            weight[link] /= total
    return weight, is_critical


def _supplier_counts(population: Population, sector: Small, scenario: Scenario, seed: int) -> Index:
    """Return (n,) numbers of suppliers, floor(mu + U), with mu growing with workers and the declared mean."""
    declared = scenario.network
    n = population.key.size
    factors = np.array([declared.sector_suppliers[name] for name in scenario.population.sectors])
    mu = population.workers**declared.size_exponent * factors[sector]
    mu *= declared.mean_suppliers / mu.mean()
    draws = uniforms(unsigned(seed), int(Stream.SUPPLIER_COUNT), START_MONTH, 0, population.key)
    most = max(1, int(_LARGEST_PART * n))
    counts: Index = np.clip(np.floor(mu + draws), 1, most).astype(np.int64)
    return counts if n > 1 else np.zeros(n, np.int64)


def arranged(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Population:
    """Return a population in the order in which months are computed fastest: by number of suppliers, most first.

    Firms with most suppliers come first, and among equals those of one group stand together. Who buys from whom does
    not depend on the order, because draws are addressed by key.
    """
    sector = (population.group // len(groups.regions)) % len(groups.sectors)
    counts = _supplier_counts(population, sector, scenario, seed)
    order = np.lexsort((population.key, -population.workers, population.group, -counts))
    return population.taken(order)


def generate_network(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Network:
    """Return a directed, weighted network of suppliers for a population, in time linear in its links."""
    declared = scenario.network
    regions = len(groups.regions)
    cells = len(groups.sectors) * regions
    cell = (population.group % cells).astype(np.int32)
    fitness = _fitness(
        unsigned(seed), population.key, population.workers, declared.fitness_exponent, declared.fitness_spread
    )
    order = np.lexsort((population.key, cell))
    mix = np.cumsum([[declared.sector_mix[own][other] for other in groups.sectors] for own in groups.sectors], axis=1)
    start, supplier = _choose(
        unsigned(seed),
        population.key,
        cell,
        _supplier_counts(population, cell // regions, scenario, seed),
        regions,
        mix,
        declared.home_bias,
        order,
        np.cumsum(fitness[order]),
        np.searchsorted(cell[order], np.arange(cells + 1)).astype(np.int64),
    )
    weight, is_critical = _weigh(
        unsigned(seed), population.key, start, declared.weight_spread, declared.critical_chance
    )
    return Network(start, supplier, weight, is_critical)
