"""A directed random graph (Erdős and Rényi 1959; Gilbert 1959): every possible link exists with the same chance."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Groups, Index, Key, Small
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import Suppliers, size_pull

__all__ = ["choose"]

_CHOICE = int(Stream.SUPPLIER_CHOICE)


@compiled
def _sample(seed: int, key: Key, by_key: Index, place: Index, start: Index) -> Small:
    """Return for each buyer so many distinct others, all subsets alike likely (Floyd's method, Bentley 1987)."""
    n = key.size
    supplier = np.empty(start[n], np.int32)
    taken_by = np.full(n, -1, np.int64)
    for i in range(n):
        for slot in range(start[i + 1] - start[i]):
            last = n - 1 - (start[i + 1] - start[i]) + slot  # of the others, numbered 0 ... n - 2 without the buyer
            drawn = int(uniform_link(seed, _CHOICE, START_MONTH, key[i], slot, 0) * (last + 1))
            chosen = by_key[drawn if drawn < place[i] else drawn + 1]
            if taken_by[chosen] == i:
                chosen = by_key[last if last < place[i] else last + 1]
            taken_by[chosen] = i
            supplier[start[i] + slot] = chosen
    return supplier


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom: Binomial(n - 1, K / (n - 1)) suppliers, any distinct others."""
    n = population.key.size
    draws = uniforms(unsigned(seed), int(Stream.SUPPLIER_COUNT), START_MONTH, 0, population.key)
    counts = binom.ppf(draws, n - 1, scenario.network.mean_suppliers / max(n - 1, 1)).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(counts)])
    by_key = np.argsort(population.key)
    place = np.argsort(by_key)
    supplier = _sample(unsigned(seed), population.key, by_key, place, start)
    return Suppliers(start, supplier, size_pull(population, supplier, scenario))
