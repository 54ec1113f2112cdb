"""A complete graph: every firm buys from every other one."""

from __future__ import annotations

import numpy as np

from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.population import Population
from simulation.world.suppliers import Suppliers, size_pull

__all__ = ["choose"]


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom; nothing is drawn. Suppliers come in the order of their keys."""
    n = population.key.size
    by_key = np.argsort(population.key)
    everyone = np.tile(by_key, (n, 1))
    supplier = everyone[everyone != np.arange(n)[:, np.newaxis]].astype(np.int32)
    return Suppliers(np.arange(n + 1) * (n - 1), supplier, size_pull(population, supplier, scenario))
