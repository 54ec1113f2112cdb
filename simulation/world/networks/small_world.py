"""A small world (Watts and Strogatz 1998), directed: a ring of neighbours with some links led elsewhere."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Groups, Index, Key, Small
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import Suppliers, size_pull

__all__ = ["choose"]

_CELL, _CHOICE = int(Stream.SUPPLIER_CELL), int(Stream.SUPPLIER_CHOICE)
_TRIES = 64


@compiled
def _rewired(seed: int, key: Key, by_key: Index, place: Index, count: int, chance: float) -> Small:
    """Return (n x count,) suppliers: the next ones on the ring, each replaced with a chance by any other firm."""
    n = key.size
    supplier = np.empty(n * count, np.int32)
    taken_by = np.full(n, -1, np.int64)
    for i in range(n):
        taken_by[i] = i
        for slot in range(count):
            neighbour = by_key[(place[i] + slot + 1) % n]
            taken_by[neighbour] = i
            supplier[i * count + slot] = neighbour
        for slot in range(count):
            if uniform_link(seed, _CELL, START_MONTH, key[i], slot, 0) >= chance:
                continue
            for attempt in range(_TRIES):
                drawn = by_key[int(uniform_link(seed, _CHOICE, START_MONTH, key[i], slot, attempt) * n)]
                if taken_by[drawn] != i:
                    taken_by[supplier[i * count + slot]] = -1
                    taken_by[drawn] = i
                    supplier[i * count + slot] = drawn
                    break
    return supplier


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom: each firm from the next K on a ring in the order of keys, K rounded."""
    declared = scenario.network
    n = population.key.size
    count = min(round(declared.mean_suppliers), n - 1)
    by_key = np.argsort(population.key)
    supplier = _rewired(unsigned(seed), population.key, by_key, np.argsort(by_key), count, declared.rewired)
    return Suppliers(np.arange(n + 1) * count, supplier, size_pull(population, supplier, scenario))
