"""Values that own tables may leave out: the rules that fill them, and sentences that count what was filled."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Bool, Float, Index, Key, Small
from simulation.world.cells import MISSING
from simulation.world.firm_rows import FirmRows
from simulation.world.link_rows import LinkRows
from simulation.world.population import groups_of, spread_capacity, unsigned

__all__ = ["filled_firms", "filled_links"]

_CRITICAL = int(Stream.LINK_CRITICAL)


def filled_firms(
    firms: FirmRows, key: Key, scenario: Scenario, seed: int
) -> tuple[Float, Float | None, tuple[str, ...]]:
    """Return capacities and sales without gaps (None: no sales at all), and what was filled."""
    n = key.size
    fills = []
    capacity, sales = firms.capacity.copy(), firms.sales.copy()
    if gaps := int(np.isnan(capacity).sum()):
        capacity = np.where(
            np.isnan(capacity), spread_capacity(firms.group, firms.workers, key, scenario, seed), capacity
        )
        fills.append(
            f"capacity was missing for {gaps:,} of {n:,} firms and was taken from the quantiles of firms.capacity"
        )
    gaps = int(np.isnan(sales).sum())
    if gaps == n:
        fills.append(f"sales were missing for all {n:,} firms and follow from workers, tiers and purchases")
        return capacity, None, tuple(fills)
    if gaps:
        members = groups_of(scenario).members()
        per_worker = np.array([scenario.population.sizes[size].sales_per_worker for size, _, _ in members])[firms.group]
        sales = np.where(np.isnan(sales), firms.workers * per_worker, sales)
        fills.append(
            f"sales were missing for {gaps:,} of {n:,} firms and were taken as workers x sales_per_worker of the size"
        )
    return capacity, sales, tuple(fills)


def filled_links(links: LinkRows, key: Key, scenario: Scenario, seed: int) -> tuple[Float, Bool, tuple[str, ...]]:
    """Return input shares that sum to 1 over a buyer's links, which inputs are critical, and what was filled."""
    m, n = links.buyer.size, key.size
    fills = []
    is_gap = np.isnan(links.weight)
    if gaps := int(is_gap.sum()):
        fills.append(
            f"weight was missing for {gaps:,} of {m:,} links and was taken as the mean of the buyer's other weights"
        )
    starts = links.start[:-1][np.diff(links.start) > 0]
    largest = np.ones(n)
    if m:
        largest[links.buyer[starts]] = np.fmax.reduceat(links.weight, starts)
    weight = np.where(is_gap, 0.0, links.weight / largest[links.buyer])  # so that no sum overflows
    given = np.bincount(links.buyer[~is_gap], minlength=n)
    mean = np.where(given > 0, np.bincount(links.buyer, weight, n) / np.maximum(given, 1), 1.0)
    weight = np.where(is_gap, mean[links.buyer], weight)
    weight /= np.bincount(links.buyer, weight, n)[links.buyer]
    if gaps := int((links.is_critical == MISSING).sum()):
        fills.append(
            f"critical was missing for {gaps:,} of {m:,} links and was drawn with the chance network.critical_chance"
        )
    chance = scenario.network.critical_chance
    return weight, _drawn(unsigned(seed), key, links.start, links.is_critical, chance), tuple(fills)


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
