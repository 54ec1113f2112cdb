"""All scalar parameters of the model as one nested tuple that compiled code understands."""

from __future__ import annotations

from typing import NamedTuple

from simulation.rules.adoption import PARTNERS, RULES, WEIGHTS, AdoptionHazard, Bass, Logit, Quitting, Threshold
from simulation.rules.capacity import Capacity
from simulation.rules.defects import Defects
from simulation.rules.influence import Influence
from simulation.rules.lateness import Lateness
from simulation.rules.money import MoneyFlows
from simulation.rules.process import Process
from simulation.rules.review import Review
from simulation.rules.use import Use
from simulation.scenario.scenario import Scenario

__all__ = ["Parameters", "parameters_of"]


class Parameters(NamedTuple):
    """Parameters of all rules.

    ``rule``, ``partners`` and ``weights`` are the numbers of the adoption rule and of whom it looks at; ``rounds`` are
    the deliveries per month.
    """

    rule: int
    partners: int
    weights: int
    hazard: AdoptionHazard
    bass: Bass
    threshold: Threshold
    logit: Logit
    quitting: Quitting
    influence: Influence
    use: Use
    capacity: Capacity
    process: Process
    defects: Defects
    lateness: Lateness
    review: Review
    money: MoneyFlows
    rounds: int


def parameters_of(scenario: Scenario) -> Parameters:
    """Collect the parameters of a scenario."""
    return Parameters(
        rule=RULES[scenario.adoption.rule],
        partners=PARTNERS[scenario.adoption.reference.partners],
        weights=WEIGHTS[scenario.adoption.reference.weights],
        hazard=scenario.adoption.hazard,
        bass=scenario.adoption.bass,
        threshold=scenario.adoption.threshold,
        logit=scenario.adoption.logit,
        quitting=scenario.adoption.quitting,
        influence=scenario.influence,
        use=scenario.use,
        capacity=scenario.capacity,
        process=scenario.process,
        defects=scenario.defects,
        lateness=scenario.lateness,
        review=scenario.review,
        money=scenario.money,
        rounds=scenario.time.deliveries_per_month,
    )
