"""Curves that stand beside those of the model: what a formula says of the same parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.errors import InputError
from simulation.scenario.declarations import leaves
from simulation.scenario.scenario import Scenario
from simulation.state import Float

__all__ = ["Curve", "bass_curves"]


class Curve(NamedTuple):
    """A curve of a formula: its name, the formula in plain text, (months,) values at the end of each month."""

    name: str
    formula: str
    values: Float


def bass_curves(scenario: Scenario) -> tuple[Curve, ...]:
    """Return the adopter share of infinitely many firms after each month, by Bass (1969).

    In steps of a month, as the scenario's rule takes them: F' = F + (p + q F)(1 - F) or F' = F + (1 - e^-(p + q F))
    (1 - F); and in continuous time F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t), both from F = 0.

    Raises
    ------
    InputError
        The scenario has another rule, adopters before month 0, or firms that quit.
    """
    rule, bass = scenario.adoption.rule, scenario.adoption.bass
    if rule not in ("bass_step", "bass_hazard"):
        message = f"the formula is Bass's, and adoption.rule is {rule!r}; write bass_step or bass_hazard"
        raise InputError(message)
    if any(share for _, share in leaves(scenario.resolved()["firms"]["adopters_start"])):
        message = "the formula begins with nobody; set all of firms.adopters_start to 0"
        raise InputError(message)
    if bass.quitting or not bass.innovation:
        message = "the formula needs adoption.bass.innovation above 0 and adoption.bass.quitting 0"
        raise InputError(message)
    p, q, months = bass.innovation, bass.imitation, scenario.time.months
    stepped, share = np.zeros(months), 0.0
    for month in range(months):
        hazard = p + q * share
        chance = min(1.0, hazard) if rule == "bass_step" else -np.expm1(-hazard)
        share += chance * (1.0 - share)
        stepped[month] = share
    decay = np.exp(-(p + q) * np.arange(1.0, months + 1.0))
    said = "(p + q F)(1 - F)" if rule == "bass_step" else "(1 - e^-(p + q F))(1 - F)"
    return (
        Curve("steps of a month", f"F' = F + {said}", stepped),
        Curve("continuous", "F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)", (1.0 - decay) / (1.0 + q / p * decay)),
    )
