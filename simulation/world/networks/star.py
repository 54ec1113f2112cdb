"""A star: the largest firm buys from all others."""

from __future__ import annotations

import numpy as np

from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.population import Population
from simulation.world.suppliers import Suppliers, by_buyer, in_order_of_size, size_pull

__all__ = ["choose"]


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom; nothing is drawn."""
    order = in_order_of_size(population, groups)
    start, supplier = by_buyer(np.full(order.size - 1, order[0]), order[1:], order.size)
    return Suppliers(start, supplier, size_pull(population, supplier, scenario))
