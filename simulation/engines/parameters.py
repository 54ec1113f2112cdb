"""All scalar parameters of the model as one nested tuple that compiled code understands."""

from __future__ import annotations

from typing import NamedTuple

from simulation.rules.adoption import RULES, AdoptionHazard, Bass, Quitting
from simulation.rules.capacity import Capacity
from simulation.rules.defects import Defects
from simulation.rules.influence import Influence
from simulation.rules.lateness import Lateness
from simulation.rules.process import Process
from simulation.rules.use import Use
from simulation.scenario.scenario import Scenario

__all__ = ["Parameters", "parameters_of"]


class Parameters(NamedTuple):
    """Parameters of all rules; ``rule`` is the number of the adoption rule, ``rounds`` the deliveries per month."""

    rule: int
    hazard: AdoptionHazard
    bass: Bass
    quitting: Quitting
    influence: Influence
    use: Use
    capacity: Capacity
    process: Process
    defects: Defects
    lateness: Lateness
    rounds: int


def parameters_of(scenario: Scenario) -> Parameters:
    """Collect the parameters of a scenario."""
    return Parameters(
        rule=RULES[scenario.adoption.rule],
        hazard=scenario.adoption.hazard,
        bass=scenario.adoption.bass,
        quitting=scenario.adoption.quitting,
        influence=scenario.influence,
        use=scenario.use,
        capacity=scenario.capacity,
        process=scenario.process,
        defects=scenario.defects,
        lateness=scenario.lateness,
        rounds=scenario.time.deliveries_per_month,
    )
