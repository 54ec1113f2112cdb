"""Values that own tables may leave out: the rules that fill them, and sentences that count what was filled."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Bool, Float, Index, Key, Small
from simulation.world.own.cells import MISSING
from simulation.world.own.firm_rows import FirmRows
from simulation.world.own.link_rows import LinkRows
from simulation.world.population import groups_of, spread_capacity, unsigned

__all__ = ["filled_firms", "filled_links"]

_NEAR_ONE = 1e-9
"""How near to 1 input shares sum that a table gives as such."""

_CRITICAL = int(Stream.LINK_CRITICAL)


def filled_firms(
    firms: FirmRows, group: Small, workers: Float, key: Key, scenario: Scenario, seed: int
) -> tuple[Float, Float | None, Float, tuple[str, ...]]:
    """Return capacities, sales (None: no sales at all) and weights without gaps, and what was filled."""
    n = key.size
    fills = []
    weight = np.where(np.isnan(firms.weight), 1.0, firms.weight)
    if 0 < (gaps := int(np.isnan(firms.weight).sum())) < n:
        fills.append(f"weight was missing for {gaps:,} of {n:,} firms and was taken as 1")
    capacity, sales = firms.capacity.copy(), firms.sales.copy()
    if gaps := int(np.isnan(capacity).sum()):
        capacity = np.where(np.isnan(capacity), spread_capacity(group, workers, key, scenario, seed), capacity)
        fills.append(
            f"capacity was missing for {gaps:,} of {n:,} firms and was taken from the quantiles of firms.capacity"
        )
    gaps = int(np.isnan(sales).sum())
    fills += _money_fills(firms, has_sales=gaps < n)
    if gaps == n:
        return capacity, None, weight, tuple(fills)
    if gaps:
        members = groups_of(scenario).members()
        per_worker = np.array([scenario.population.sizes[size].sales_per_worker for size, _, _ in members])[group]
        sales = np.where(np.isnan(sales), workers * per_worker, sales)
        fills.append(
            f"sales were missing for {gaps:,} of {n:,} firms and were taken as workers x sales_per_worker of the size"
        )
    return capacity, sales, weight, tuple(fills)


def _money_fills(firms: FirmRows, *, has_sales: bool) -> list[str]:
    """Return what is said of sales, final demand and input shares that follow from other columns."""
    n = firms.workers.size
    fills = []
    gaps = int(np.isnan(firms.final_demand).sum())
    if not has_sales:
        source = "final demand" if gaps == 0 else "workers, tiers"
        fills.append(f"sales were missing for all {n:,} firms and follow from {source} and purchases")
    if 0 < gaps < n:
        source = "is what sales leave over" if has_sales else "follows from workers and tiers"
        fills.append(f"final_demand was missing for {gaps:,} of {n:,} firms and {source}")
    if 0 < (gaps := int(np.isnan(firms.input_share).sum())) < n:
        fills.append(
            f"input_share was missing for {gaps:,} of {n:,} firms and was taken from firms.input_share of the sector, "
            "or is purchases over sales where links have values"
        )
    return fills


def filled_links(links: LinkRows, key: Key, scenario: Scenario, seed: int) -> tuple[Float, Bool, tuple[str, ...]]:
    """Return input shares that sum to 1 over a buyer's links, which inputs are critical, and what was filled."""
    m, n = links.buyer.size, key.size
    fills = []
    is_gap = np.isnan(links.weight)
    has_values = m > 0 and not np.isnan(links.value).any()
    if gaps := int(is_gap.sum()):
        source = "as the values of the buyer's links" if has_values else "as the mean of the buyer's other weights"
        fills.append(f"weight was missing for {gaps:,} of {m:,} links and was taken {source}")
    weight = links.weight
    if has_values:
        has_gap = np.bincount(links.buyer, is_gap, n) > 0
        weight = np.where(has_gap[links.buyer], links.value, weight)
    weight = _shares(weight, links.buyer, links.start)
    if gaps := int((links.is_critical == MISSING).sum()):
        fills.append(
            f"critical was missing for {gaps:,} of {m:,} links and was drawn with the chance network.critical_chance"
        )
    chance = scenario.network.critical_chance
    return weight, _drawn(unsigned(seed), key, links.start, links.is_critical, chance), tuple(fills)


def _shares(weight: Float, buyer: Small, start: Index) -> Float:
    """Return (m,) weights over their sum by buyer, a missing one as the mean; what already sums to 1 is kept as it is.

    Dividing once more would change last digits: a network that was written to a table would not come back the same.
    """
    m, n = buyer.size, start.size - 1
    is_gap = np.isnan(weight)
    starts = start[:-1][np.diff(start) > 0]
    largest = np.ones(n)
    if m:
        largest[buyer[starts]] = np.fmax.reduceat(weight, starts)
    part = np.where(is_gap, 0.0, weight / largest[buyer])
    given = np.bincount(buyer[~is_gap], minlength=n)
    sums = np.bincount(buyer, part, n)
    total = np.bincount(buyer, np.where(is_gap, 0.0, np.minimum(weight, 2.0)), n)  # cut, so that no sum overflows
    is_kept = (given == np.diff(start)) & (np.abs(total - 1.0) <= _NEAR_ONE)
    mean = np.where(given > 0, sums / np.maximum(given, 1), 1.0)
    part = np.where(is_gap, mean[buyer], part)
    part /= np.bincount(buyer, part, n)[buyer]
    return np.where(is_kept[buyer], weight, part)


@compiled
def _drawn(seed: int, key: Key, start: Index, is_critical: Small, chance: float) -> Bool:
    """Return (m,) which inputs are critical; where the table does not say, an addressed draw decides."""
    drawn = np.zeros(is_critical.size, np.uint8)
    for i in range(key.size):
        for link in range(start[i], start[i + 1]):
            if is_critical[link] >= 0:
                drawn[link] = is_critical[link]
            elif uniform_link(seed, _CRITICAL, START_MONTH, key[i], link - start[i], 0) < chance:
                drawn[link] = 1
    return drawn
