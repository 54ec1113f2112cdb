"""A chain: each firm buys from the next smaller one; the largest stands at its end."""

from __future__ import annotations

from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.population import Population
from simulation.world.suppliers import Suppliers, by_buyer, in_order_of_size, size_pull

__all__ = ["choose"]


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom; nothing is drawn."""
    order = in_order_of_size(population, groups)
    start, supplier = by_buyer(order[:-1], order[1:], order.size)
    return Suppliers(start, supplier, size_pull(population, supplier, scenario))
