"""Kinds of supplier network, one per file: each file has ``choose(population, groups, scenario, seed)``.

The name of a file is the kind's name in scenarios, ``network.kind``. A kind says who buys from whom; its links come by
buyer, a firm is never its own supplier nor twice a supplier of one buyer, and equal arguments give equal links. Input
shares and critical inputs are drawn alike for all kinds (`world.network`).
"""

from __future__ import annotations

import importlib

from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.world.population import Population
from simulation.world.suppliers import Suppliers

__all__ = ["choose_suppliers"]


def choose_suppliers(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom in a network of the declared kind."""
    kind = importlib.import_module(f"{__name__}.{scenario.network.kind}")
    chosen: Suppliers = kind.choose(population, groups, scenario, seed)
    return chosen
