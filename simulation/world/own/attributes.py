"""Size, workers, sector and region of firms of which own tables do not say them, by the rules of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.randomness import Stream, uniforms
from simulation.scenario.own_data import RANK, SHARES, Fill
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Groups, Index, Key, Small
from simulation.world.own.cells import MISSING
from simulation.world.own.firm_rows import FirmRows
from simulation.world.own.link_rows import LinkRows
from simulation.world.population import firms_by_size, groups_of, pareto_quantiles, shared_out, unsigned

__all__ = ["Attributes", "filled_attributes", "no_first_tier"]

_SECTOR_DRAW, _REGION_DRAW = 0, 1
"""Rounds of the draws that deal out classes."""


class Attributes(NamedTuple):
    """What every firm has in the end.

    Attributes
    ----------
    group : (n,) index of size x sector x region
    workers : (n,)
    fills : sentences that count what was filled
    """

    group: Small
    workers: Float
    fills: tuple[str, ...]


def filled_attributes(
    firms: FirmRows, links: LinkRows, key: Key, fill: Fill, scenario: Scenario, seed: int
) -> Attributes:
    """Return group and workers of all firms; what the table gives is taken as it is.

    Shares are kept exactly (largest remainders), as in a generated population: the seed only decides which firm gets
    which sector and region.
    """
    groups = groups_of(scenario)
    order, measure = _ranking(firms, links, key)
    size, fills = _sizes(firms, order, measure, fill, scenario)
    workers, filled = _workers(firms, size, order, measure, scenario)
    sector_share = scenario.population.sector_share
    sector = firms.sector.copy()
    for number, name in enumerate(groups.sizes):
        gaps = (size == number) & (firms.sector == MISSING)
        shares = [sector_share[name][other] for other in groups.sectors]
        sector[gaps] = _dealt(np.flatnonzero(gaps), fill.sector, groups.sectors, shares, key, seed, _SECTOR_DRAW)
    region = firms.region.copy()
    for number, name in enumerate(groups.sizes):
        for other, called in enumerate(groups.sectors):
            gaps = (size == number) & (sector == other) & (firms.region == MISSING)
            shares = [scenario.population.region_share[name][called][place] for place in groups.regions]
            region[gaps] = _dealt(np.flatnonzero(gaps), fill.region, groups.regions, shares, key, seed, _REGION_DRAW)
    fills += filled
    fills += _dealt_fill("sector", firms.sector, fill.sector, "population.sector_share of the size")
    fills += _dealt_fill("region", firms.region, fill.region, "population.region_share of size and sector")
    group = ((size * len(groups.sectors) + sector) * len(groups.regions) + region).astype(np.int32)
    return Attributes(group, workers, tuple(fills))


def no_first_tier(group: Small, groups: Groups) -> str:
    """Say that there is no firm from which tiers can be counted; nothing where there is one."""
    sizes, sectors = np.array(groups.is_sme), np.array(groups.is_manufacturing)
    size, rest = np.divmod(group, len(groups.sectors) * len(groups.regions))
    if (~sizes[size] & sectors[rest // len(groups.regions)]).any():
        return ""
    large = [name for name, is_sme in zip(groups.sizes, groups.is_sme, strict=True) if not is_sme]
    makers = [name for name, makes in zip(groups.sectors, groups.is_manufacturing, strict=True) if makes]
    return (
        "there is no large manufacturer, from which the tiers of the network are counted; at least one firm needs "
        f"size {' or '.join(large)} and sector {' or '.join(makers)}"
    )


def _ranking(firms: FirmRows, links: LinkRows, key: Key) -> tuple[Index, str]:
    """Return the firms from the largest to the smallest, and by what; equal ones in order of their keys."""
    has_sales = not np.isnan(firms.sales).any()
    n = key.size
    degree = np.bincount(links.supplier, minlength=n) + np.bincount(links.buyer, minlength=n)
    measure = firms.sales if has_sales else degree.astype(np.float64)
    named = "sales" if has_sales else "their number of links" if links.supplier.size else "their ids"
    return np.lexsort((key, -measure)), named


def _sizes(firms: FirmRows, order: Index, measure: str, fill: Fill, scenario: Scenario) -> tuple[Small, list[str]]:
    sizes = list(scenario.population.sizes.values())
    names = list(scenario.population.sizes)
    n, size = firms.size.size, firms.size.copy()
    is_missing = size == MISSING
    fills = []
    by_workers = is_missing & ~np.isnan(firms.workers)
    if count := int(by_workers.sum()):
        people = np.floor(firms.workers)
        for number, entry in reversed(list(enumerate(sizes))):
            size[by_workers & (people >= entry.workers_from) & (people <= entry.workers_to)] = number
        fills.append(f"size was missing for {count:,} of {n:,} firms and is that of their workers")
    rest = order[(is_missing & ~by_workers)[order]]
    if rest.size and fill.size == RANK:
        largest_first = sorted(range(len(sizes)), key=lambda number: -sizes[number].workers_from)
        cells = np.array([_cells(scenario, names[number]) for number in largest_first])
        counts = firms_by_size(rest.size, [sizes[number] for number in largest_first], cells)
        size[rest] = np.repeat(largest_first, counts)
        fills.append(
            f"size was missing for {rest.size:,} of {n:,} firms and follows from the rank of {measure}, in the shares "
            "population.sizes.*.firm_share"
        )
    elif rest.size:
        size[rest] = names.index(fill.size)
        fills.append(f"size was missing for {rest.size:,} of {n:,} firms and was taken as {fill.size!r}")
    return size, fills


def _cells(scenario: Scenario, size: str) -> int:
    """Return the sectors and regions in which there are firms of a size; each gets one where the firms suffice."""
    population = scenario.population
    return sum(
        population.sector_share[size][sector] * share > 0.0
        for sector in population.sectors
        for share in population.region_share[size][sector].values()
    )


def _workers(firms: FirmRows, size: Small, order: Index, measure: str, scenario: Scenario) -> tuple[Float, list[str]]:
    workers = firms.workers.copy()
    is_missing = np.isnan(workers)
    for number, entry in enumerate(scenario.population.sizes.values()):
        ranked = order[(is_missing & (size == number))[order]]
        quantiles = pareto_quantiles(ranked.size, entry.workers_from, entry.workers_to, entry.tail)
        workers[ranked] = np.rint(quantiles)[::-1]
    if not is_missing.any():
        return workers, []
    return workers, [
        f"workers were missing for {int(is_missing.sum()):,} of {workers.size:,} firms and are the quantiles of their "
        f"size by rank of {measure}"
    ]


def _dealt(
    rows: Index, rule: str, names: Sequence[str], shares: Sequence[float], key: Key, seed: int, number: int
) -> NDArray[np.integer]:
    """Return the class of each of some firms: the one that the rule names, else dealt out in the shares."""
    if rows.size == 0:
        return rows
    if rule != SHARES:
        return np.full(rows.size, names.index(rule))
    draws = uniforms(unsigned(seed), int(Stream.OWN_CLASSES), START_MONTH, number, key[rows])
    dealt = np.empty(rows.size, np.int64)
    dealt[np.lexsort((key[rows], draws))] = np.repeat(np.arange(len(names)), shared_out(rows.size, shares))
    return dealt


def _dealt_fill(name: str, given: Small, rule: str, shares: str) -> list[str]:
    count = int((given == MISSING).sum())
    how = f"was drawn in the shares {shares}" if rule == SHARES else f"was taken as {rule!r}"
    return [f"{name} was missing for {count:,} of {given.size:,} firms and {how}"] if count else []
