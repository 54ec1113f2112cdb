"""All scalar parameters of the model as one nested tuple that compiled code understands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.elementary import LOG1M_TERMS, ONE_MINUS_EXP_TERMS
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

__all__ = ["STEPS", "Parameters", "Series", "Steps", "parameters_of"]


class Steps(NamedTuple):
    """How fine shares and purchase values are: sums of multiples of 1 / steps are exact in any order.

    Attributes
    ----------
    share : steps of a user share from 0 to 1
    money : steps of a million won
    """

    share: float
    money: float


STEPS = {np.dtype(np.float32): Steps(2.0**23, 2.0**24), np.dtype(np.float64): Steps(2.0**44, 2.0**32)}
"""By the precision of a run."""


class Series(NamedTuple):
    """Terms of the series for small defect shares, in the precision of a run.

    Attributes
    ----------
    log1m : of `simulation.elementary.log1m_series`
    one_minus_exp : of `simulation.elementary.one_minus_exp_series`
    """

    log1m: tuple[np.floating, ...]
    one_minus_exp: tuple[np.floating, ...]


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
    steps: Steps
    series: Series


def parameters_of(scenario: Scenario, real: type[np.floating] = np.float32) -> Parameters:
    """Collect the parameters of a scenario for runs of the given precision."""
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
        steps=STEPS[np.dtype(real)],
        series=Series(*(tuple(map(real, terms[real().itemsize])) for terms in (LOG1M_TERMS, ONE_MINUS_EXP_TERMS))),
    )
