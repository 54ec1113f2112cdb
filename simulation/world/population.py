"""The firms of a model: counts, sizes and absorptive capacity by size x sector x region, without luck.

Numbers of workers and capacities are stratified quantiles, not draws: heavy tails drawn freely would move the large
firms' worker-weighted means by several points from seed to seed. The seed only decides which firm has which
capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from simulation.randomness import Stream, uniforms
from simulation.scenario.scenario import Scenario
from simulation.scenario.sections import SizeClass
from simulation.state import START_MONTH, Float, Groups, Key, Small

__all__ = [
    "Population",
    "firms_by_size",
    "generate_population",
    "groups_of",
    "pareto_quantiles",
    "shared_out",
    "spread_capacity",
    "unsigned",
]

Counts = NDArray[np.int64]


class Population(NamedTuple):
    """Firms before anybody buys from anybody.

    Attributes
    ----------
    key : (n,) addresses of draws
    names : tuple of str or None
        Text ids in order; None where the ids are the keys.
    group : (n,) index of size x sector x region
    workers : (n,)
    weight : (n,) firms of the economy that a firm stands for, relative
    capacity_start : (n,)
    sales : (n,) million won a year, or None where they follow from workers and final demand
    fills : tuple of str
        Sentences about values that were filled by rule.
    final_demand : (n,) million won a year, NaN where it follows from sales or workers; None: everywhere
    input_share : (n,) purchases over sales, NaN where it is that of the sector; None: everywhere
    """

    key: Key
    names: tuple[str, ...] | None
    group: Small
    workers: Float
    weight: Float
    capacity_start: Float
    sales: Float | None
    fills: tuple[str, ...]
    final_demand: Float | None = None
    input_share: Float | None = None

    def taken(self, order: NDArray[np.int64]) -> Population:
        """Return the same firms in another order."""
        return self._replace(
            key=self.key[order],
            names=None if self.names is None else tuple(self.names[i] for i in order),
            group=self.group[order],
            workers=self.workers[order],
            weight=self.weight[order],
            capacity_start=self.capacity_start[order],
            sales=None if self.sales is None else self.sales[order],
            final_demand=None if self.final_demand is None else self.final_demand[order],
            input_share=None if self.input_share is None else self.input_share[order],
        )


def unsigned(seed: int) -> int:
    """Return a seed as the unsigned 64-bit number that compiled code takes, also above 2^63."""
    return cast("int", np.uint64(seed))


def groups_of(scenario: Scenario) -> Groups:
    """Return the classes of firms that a scenario declares."""
    population = scenario.population
    return Groups(
        sizes=tuple(population.sizes),
        sectors=tuple(population.sectors),
        regions=tuple(population.regions),
        is_sme=tuple(size.is_sme for size in population.sizes.values()),
        is_manufacturing=tuple(sector.is_manufacturing for sector in population.sectors.values()),
        is_capital=tuple(region.is_capital for region in population.regions.values()),
    )


def shared_out(total: int, shares: Sequence[float], least: Sequence[int] | int = 1) -> Counts:
    """Return whole numbers that sum to ``total`` in proportion to the shares (largest remainders).

    Every positive share gets ``least`` where the total allows it, at the expense of those with most to spare.
    """
    wanted = np.asarray(shares, np.float64)
    counts = np.zeros(wanted.size, np.int64)
    if total <= 0 or wanted.sum() <= 0.0:
        return counts
    exact = total * wanted / wanted.sum()
    counts[:] = np.floor(exact)
    rest = np.argsort(-(exact - counts), kind="stable")
    counts[rest[: total - int(counts.sum())]] += 1
    needed = np.where(wanted > 0.0, least, 0)
    for short in np.flatnonzero(counts < needed):
        while counts[short] < needed[short]:
            giver = int(np.argmax(counts - needed))
            if counts[giver] <= needed[giver]:
                return counts
            counts[giver] -= 1
            counts[short] += 1
    return counts


def pareto_quantiles(count: int, smallest: float, largest: float, tail: float) -> Float:
    """Return the (r - 1/2) / count quantiles, r = 1 ... count, of a truncated Pareto distribution, ascending.

    x(q) = (a - q (a - b))^(-1 / tail) with a = smallest^-tail and b = largest^-tail; a tail of 0 is log-uniform.
    """
    q = (np.arange(count) + 0.5) / max(count, 1)
    if tail == 0.0:
        spread: Float = smallest * (largest / smallest) ** q
        return spread
    a, b = smallest**-tail, largest**-tail
    quantiles: Float = (a - q * (a - b)) ** (-1.0 / tail)
    return quantiles


def spread_capacity(group: Small, workers: Float, key: Key, scenario: Scenario, seed: int) -> Float:
    """Return (n,) absorptive capacities at the start: logit-normal quantiles within each group.

    Firms of a group are taken in order of size, two by two; each pair gets the quantiles q and 1 - q of a rank that
    the seed chooses. Means weighted by workers therefore hardly depend on the seed.
    """
    capacity = np.empty(group.size)
    lots = uniforms(unsigned(seed), int(Stream.CAPACITY), START_MONTH, 0, key)
    sides = uniforms(unsigned(seed), int(Stream.CAPACITY), START_MONTH, 1, key)
    for number, (size, sector, region) in enumerate(groups_of(scenario).members()):
        members = np.flatnonzero(group == number)
        count = members.size
        if count == 0:
            continue
        ordered = members[np.lexsort((key[members], -workers[members]))]
        middle = scenario.firms.capacity[size][sector] + scenario.firms.capacity_region[region]
        quantiles = (np.arange(count) + 0.5) / count
        pairs = count // 2
        first = ordered[: 2 * pairs : 2]
        rank = np.argsort(np.argsort(lots[first], kind="stable"), kind="stable")
        is_high = sides[first] < 0.5
        low, high = quantiles[rank], quantiles[count - 1 - rank]
        q = np.full(count, 0.5)
        q[: 2 * pairs : 2] = np.where(is_high, high, low)
        q[1 : 2 * pairs : 2] = np.where(is_high, low, high)
        capacity[ordered] = expit(middle + scenario.firms.capacity_spread * ndtri(q))
    return capacity


def _counts(total: int, shares: Float, places: Float) -> Counts:
    """Return (cells,) firms of each cell, ``total`` in all, in proportion to the shares.

    Where there are fewer firms than cells with workers, sectors come first, then capital and elsewhere, then regions:
    rows of ``places`` name for each cell what it must not be mixed with, the most important first.
    """
    if len(places) == 0 or total >= np.count_nonzero(shares):
        return shared_out(total, shares.tolist())
    counts = np.zeros(shares.size, np.int64)
    kinds = np.unique(places[0])
    by_kind = shared_out(total, [float(shares[places[0] == kind].sum()) for kind in kinds])
    for kind, count in zip(kinds, by_kind, strict=True):
        inside = places[0] == kind
        counts[inside] = _counts(int(count), shares[inside], places[1:, inside])
    return counts


def _carried(shares: Float, counts: Counts, places: Float) -> Float:
    """Return (cells,) shares of workers that the firms of each cell stand for; cells without firms hand theirs on.

    They go, in proportion to shares, to cells with firms that agree with the cell in all rows of ``places``, else in
    all rows but the last, and so on: those of the same sector on the same side of the capital, the same sector, any.
    """
    carried = np.where(counts > 0, shares, 0.0)
    left = np.where(counts > 0, 0.0, shares)
    for depth in range(len(places), -1, -1):
        for cell in np.flatnonzero(left > 0.0):
            heirs = (counts > 0) & (places[:depth] == places[:depth, [cell]]).all(axis=0) & (shares > 0.0)
            if heirs.any():
                carried += left[cell] * np.where(heirs, shares, 0.0) / shares[heirs].sum()
                left[cell] = 0.0
    return carried


def generate_population(scenario: Scenario, seed: int) -> Population:
    """Return the firms that the shares of a scenario describe, in the order of the sizes, sectors and regions.

    Weights make the shares of workers by size, sector and region exact, and sum to the number of firms, wherever there
    are at least as many firms as groups: then every group that has workers has a firm. With fewer firms the shares by
    size, then by sector, then in and out of the capital are kept as far as the number of firms allows; the workers of a
    group without firms count with groups nearby, and a sentence says so.
    """
    declared = scenario.population
    groups = groups_of(scenario)
    cells = len(groups.sectors) * len(groups.regions)
    shares = np.array(
        [
            [
                declared.sector_share[name][sector] * declared.region_share[name][sector][region]
                for sector in groups.sectors
                for region in groups.regions
            ]
            for name in declared.sizes
        ]
    )
    sector, region = np.divmod(np.arange(cells), len(groups.regions))
    places = np.stack([sector, np.array(groups.is_capital)[region]]).astype(np.float64)
    by_size = firms_by_size(declared.firms, list(declared.sizes.values()), np.count_nonzero(shares, axis=1))
    group, workers, weight = [], [], []
    empty = 0
    for number, size in enumerate(declared.sizes.values()):
        counts = _counts(int(by_size[number]), shares[number], places)
        carried = _carried(shares[number], counts, places)
        empty += int(np.count_nonzero((counts == 0) & (shares[number] > 0.0) & (size.worker_share > 0.0)))
        for cell, count in enumerate(counts):
            people = np.rint(pareto_quantiles(int(count), size.workers_from, size.workers_to, size.tail))[::-1]
            group.append(np.full(count, number * cells + cell, np.int32))
            workers.append(people)
            weight.append(np.full(count, size.worker_share * carried[cell] / max(people.sum(), 1.0)))
    n = sum(part.size for part in group)
    key = np.arange(n, dtype=np.uint64)
    all_groups, all_workers = np.concatenate(group), np.concatenate(workers)
    all_weights = np.concatenate(weight)
    return Population(
        key=key,
        names=None,
        group=all_groups,
        workers=all_workers,
        weight=all_weights * (n / all_weights.sum()),
        capacity_start=spread_capacity(all_groups, all_workers, key, scenario, seed),
        sales=None,
        fills=_too_few(n, empty),
    )


def firms_by_size(total: int, sizes: Sequence[SizeClass], needed: Counts) -> Counts:
    """Return the firms of each size: by its share of firms, and enough for all its groups where the total allows it.

    Where it does not, what is enough shrinks for all sizes alike, so that the order of the sizes does not matter.
    """
    shares = [size.firm_share for size in sizes]
    wanted = np.where(np.array(shares) > 0.0, needed, 0)
    if total >= wanted.sum():
        return shared_out(total, shares, needed.tolist())
    least = np.maximum(total * wanted // max(int(wanted.sum()), 1), np.minimum(wanted, 1))
    return shared_out(total, shares, least.tolist())


def _too_few(firms: int, empty: int) -> tuple[str, ...]:
    if empty == 0:
        return ()
    return (
        f"{firms:,} firms are too few for all groups of size, sector and region: {empty:,} groups have no firm, and "
        "their workers count with other groups of the same size (population.firms)",
    )
