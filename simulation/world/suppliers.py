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
from simulation.world.input_output import sector_mix
from simulation.world.population import Population, unsigned

__all__ = [
    "Suppliers",
    "attractiveness",
    "by_buyer",
    "entry_above",
    "entry_by_guide",
    "guide_to",
    "in_order_of_size",
    "in_the_mix",
    "is_supplier",
    "normal",
    "sectors_of",
    "size_pull",
    "supplier_counts",
]

_LARGEST_PART = 0.25
"""Largest part of all firms that supplies one buyer."""

_ENTRIES = 4
"""Entries for each number of a guide, on average: few, and yet the guide is small."""

_SCALINGS = 6
"""Rounds in which pulls are scaled to the mix of sectors; what is left then is below a thousandth."""


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


@compiled
def guide_to(cumulative: Float) -> Small:
    """Return (k + 1,) entries at which to look for a target: the first above b / k of the whole, for b = 0 ... k."""
    n = cumulative.size
    parts = max(1, n // _ENTRIES)
    guide = np.empty(parts + 1, np.int32)
    entry = 0
    for b in range(parts + 1):
        edge = cumulative[n - 1] * (b / parts)
        while entry < n - 1 and cumulative[entry] <= edge:
            entry += 1
        guide[b] = entry
    return guide


@compiled
def entry_by_guide(cumulative: Float, guide: Small, low: int, high: int, target: float) -> int:
    """Return what `entry_above` returns, looking only where a guide points (Chen and Asau 1974).

    Where rounding, or the end of the range, leads past the guide's entries, all of the range is looked at.
    """
    whole, parts = cumulative[cumulative.size - 1], guide.size - 1
    b = min(max(int(target / whole * parts), 0), parts - 1) if whole > 0.0 else 0
    first, last = max(low, int(guide[b])), min(high, int(guide[b + 1]) + 1)
    is_from_first = first == low or cumulative[first - 1] <= target
    if first < last and is_from_first and (last == high or cumulative[last - 1] > target):
        return entry_above(cumulative, first, last, target)
    return entry_above(cumulative, low, high, target)


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


@compiled
def _scaled_to(mix: Float, start: Index, supplier: Small, sector: Small, size: Float, pull: Float) -> Float:
    """Return (m,) the pull times a factor by the buyer's and the supplier's sector, so that purchases have the mix."""
    sectors = mix.shape[0]
    factor = np.ones((sectors, sectors))
    for _ in range(_SCALINGS):
        bought = np.zeros((sectors, sectors))
        for i in range(start.size - 1):
            total = 0.0
            for link in range(start[i], start[i + 1]):
                total += factor[sector[i], sector[supplier[link]]] * pull[link]
            for link in range(start[i], start[i + 1]):
                other = sector[supplier[link]]
                bought[sector[i], other] += size[i] * factor[sector[i], other] * pull[link] / total
        for own in range(sectors):
            whole = bought[own].sum()
            for other in range(sectors):
                if bought[own, other] > 0.0 and mix[own, other] > 0.0:
                    factor[own, other] *= mix[own, other] * whole / bought[own, other]
    scaled = np.empty(pull.size)
    for i in range(start.size - 1):
        for link in range(start[i], start[i + 1]):
            scaled[link] = factor[sector[i], sector[supplier[link]]] * pull[link]
    return scaled


def in_the_mix(chosen: Suppliers, population: Population, groups: Groups, scenario: Scenario) -> Suppliers:
    """Return the same suppliers with pulls by which each sector's purchases come from sectors as ``sector_mix`` says.

    Purchases of a firm are taken in proportion to its workers and their sales; by how many links a sector is present
    does not matter as long as there are some.
    """
    mix = sector_mix(scenario)
    sizes = scenario.population.sizes
    per_worker = np.array([sizes[size].sales_per_worker for size, _, _ in groups.members()])
    size = population.workers * per_worker[population.group]
    sector = sectors_of(population, groups)
    return chosen._replace(pull=_scaled_to(mix, chosen.start, chosen.supplier, sector, size, chosen.pull))


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
