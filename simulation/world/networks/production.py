"""A production network as firm-level data show them: calibrated to published facts (docs/networks.md).

Numbers of suppliers grow with a buyer's size, chances of being chosen with a supplier's size and luck; both give
heavy-tailed degrees. Only part of the firms supply others at all. A slot seeks a sector by the buyer's input mix and,
with the home bias, its own region.
"""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Groups, Index, Key, Small
from simulation.world.input_output import sector_mix
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import (
    Suppliers,
    attractiveness,
    entry_by_guide,
    guide_to,
    in_the_mix,
    size_pull,
    supplier_counts,
)

__all__ = ["choose"]

_CELL, _CHOICE = int(Stream.SUPPLIER_CELL), int(Stream.SUPPLIER_CHOICE)
_TRIES = 64
"""Draws for a slot: half where it looks first, a quarter in its sector, a quarter anywhere; then it stays empty."""


@compiled
def _choose(  # noqa: PLR0913 - compiled: arrays come one by one
    seed: int,
    key: Key,
    cell: Small,
    counts: Index,
    regions: int,
    mix: Float,
    home_bias: float,
    order: Small,
    cumulative: Float,
    cell_start: Index,
) -> tuple[Index, Small]:
    """Return the start of each buyer's links and their suppliers.

    ``mix[s]`` is the cumulative input mix of sector s; ``order`` lists the firms by sector and region, whose entries
    begin at ``cell_start``; ``cumulative`` sums their attractiveness in that order.
    """
    n = key.size
    sectors = mix.shape[0]
    start = np.zeros(n + 1, np.int64)
    supplier = np.empty(counts.sum(), np.int32)
    guide = guide_to(cumulative)
    taken_by = np.full(n, -1, np.int32)
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
                if _sum(cumulative, cell_start[at], cell_start[at + 1]) > 0.0:
                    low, high = cell_start[at], cell_start[at + 1]
            for attempt in range(_TRIES):
                if attempt == _TRIES // 2:
                    low, high = cell_start[sector * regions], cell_start[(sector + 1) * regions]
                whole = _sum(cumulative, low, high)
                if attempt == 3 * _TRIES // 4 or whole <= 0.0:
                    low, high = 0, n
                    whole = _sum(cumulative, low, high)
                bottom = cumulative[low - 1] if low > 0 else 0.0
                draw = uniform_link(seed, _CHOICE, START_MONTH, key[i], slot, attempt)
                chosen = order[entry_by_guide(cumulative, guide, low, high, bottom + draw * whole)]
                if taken_by[chosen] != i:
                    taken_by[chosen] = i
                    supplier[made] = chosen
                    made += 1
                    break
        start[i + 1] = made
    return start, supplier[:made].copy()


@compiled
def _sum(cumulative: Float, low: int, high: int) -> float:
    """Return the sum of the entries low ... high - 1, from cumulative sums."""
    if high <= low:
        return 0.0
    return cumulative[high - 1] - (cumulative[low - 1] if low > 0 else 0.0)


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom."""
    declared = scenario.network
    regions = len(groups.regions)
    cells = len(groups.sectors) * regions
    cell = (population.group % cells).astype(np.int32)
    fitness = attractiveness(population, groups, scenario, seed)
    counts = supplier_counts(population, groups, scenario, seed) if (fitness > 0.0).any() else np.zeros(cell.size)
    order = np.lexsort((population.key, cell)).astype(np.int32)
    mix = np.cumsum(sector_mix(scenario), axis=1)
    start, supplier = _choose(
        unsigned(seed),
        population.key,
        cell,
        counts.astype(np.int64),
        regions,
        mix,
        declared.home_bias,
        order,
        np.cumsum(fitness[order]),
        np.searchsorted(cell[order], np.arange(cells + 1)).astype(np.int64),
    )
    chosen = Suppliers(start, supplier, size_pull(population, supplier, scenario))
    return in_the_mix(chosen, population, groups, scenario)
