"""A configuration model: the degrees of a production network, and nothing else of it.

Each firm has as many places for suppliers and for buyers as in the calibrated network; the places are matched at
random, and links to oneself and repeated links are erased (Newman, Strogatz and Watts 2001). What a production network
has and this one lacks comes from sectors and regions, not from degrees.
"""

from __future__ import annotations

import numpy as np

from simulation.randomness import Stream, uniforms
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Groups, Index
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import Suppliers, attractiveness, by_buyer, size_pull, supplier_counts

__all__ = ["choose"]

_MATCHES, _ROUNDING = 0, 1
"""Rounds of the stream of choices: the order of the places for buyers, and where their numbers are cut."""


def _places(expected: Float, start: float) -> Index:
    """Return whole numbers that sum to the rounded sum of some expected numbers and differ from each by less than 1."""
    cumulative = np.floor(np.concatenate([[0.0], np.cumsum(expected)]) + start)
    cumulative[-1] = round(float(expected.sum()))
    return np.diff(cumulative).astype(np.int64)


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom."""
    n = population.key.size
    by_key = np.argsort(population.key)
    fitness = attractiveness(population, groups, scenario, seed)[by_key]
    wanted = supplier_counts(population, groups, scenario, seed)[by_key]
    if fitness.sum() <= 0.0:
        wanted[:] = 0
    whole = int(wanted.sum())

    def draws(round_: int, count: int) -> Float:
        numbers = np.arange(count, dtype=np.uint64)
        return uniforms(unsigned(seed), int(Stream.SUPPLIER_CHOICE), START_MONTH, round_, numbers)

    offered = _places(whole * fitness / max(float(fitness.sum()), 1e-300), float(draws(_ROUNDING, 1)[0]))
    buyer = np.repeat(np.arange(n), wanted)
    supplier = np.repeat(np.arange(n), offered)[np.argsort(draws(_MATCHES, whole), kind="stable")]
    _, first = np.unique(buyer * n + supplier, return_index=True)
    is_kept = np.zeros(whole, np.bool_)
    is_kept[first] = True
    is_kept &= buyer != supplier
    start, chosen = by_buyer(by_key[buyer[is_kept]], by_key[supplier[is_kept]], n)
    return Suppliers(start, chosen, size_pull(population, chosen, scenario))
