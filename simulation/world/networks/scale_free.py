"""A scale-free graph by cumulative advantage (Price 1976): who has many suppliers gets more.

Firms enter from the largest to the smallest. Each sells to K of those before it, with chances in proportion to the
number of suppliers that they have, plus 1. Goods flow one way only; the number of suppliers has a tail P(k) ~ k^-(2 +
1/K).
"""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Groups, Index, Key
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import Suppliers, by_buyer, in_order_of_size, size_pull

__all__ = ["choose"]

_CELL, _CHOICE = int(Stream.SUPPLIER_CELL), int(Stream.SUPPLIER_CHOICE)
_TRIES = 64


@compiled
def _grown(seed: int, key: Key, order: Index, mean: float) -> tuple[Index, Index]:
    """Return (m,) buyer and supplier of each link, firms as they entered.

    A buyer is that of an earlier link, any of them, or any earlier firm: in proportion to links and firms.
    """
    n = order.size
    buyer, supplier = np.empty(int(n * (mean + 1.0)), np.int64), np.empty(int(n * (mean + 1.0)), np.int64)
    taken_by = np.full(n, -1, np.int64)
    made = 0
    for rank in range(1, n):
        firm = order[rank]
        wanted = min(rank, int(mean + uniform_link(seed, _CELL, START_MONTH, key[firm], 0, 0)))
        before = made
        for slot in range(wanted):
            for attempt in range(_TRIES):
                part = uniform_link(seed, _CHOICE, START_MONTH, key[firm], slot, attempt) * (before + rank)
                chosen = buyer[int(part)] if part < before else order[int(part) - before]
                if taken_by[chosen] != rank:
                    taken_by[chosen] = rank
                    buyer[made], supplier[made] = chosen, firm
                    made += 1
                    break
    return buyer[:made].copy(), supplier[:made].copy()


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom."""
    order = in_order_of_size(population, groups)
    buyer, firm = _grown(unsigned(seed), population.key, order, scenario.network.mean_suppliers)
    start, supplier = by_buyer(buyer, firm, order.size)
    return Suppliers(start, supplier, size_pull(population, supplier, scenario))
