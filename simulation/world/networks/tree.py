"""A tree: the largest firm buys from some firms, each of them from as many smaller ones, and so on."""

from __future__ import annotations

import numpy as np

from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.population import Population
from simulation.world.suppliers import Suppliers, by_buyer, in_order_of_size, size_pull

__all__ = ["choose"]


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom; nothing is drawn. By size, firm r buys from the firms b r + 1 to b r + b."""
    order = in_order_of_size(population, groups)
    buyer = (np.arange(1, order.size) - 1) // scenario.network.branches
    start, supplier = by_buyer(order[buyer], order[1:], order.size)
    return Suppliers(start, supplier, size_pull(population, supplier, scenario))
