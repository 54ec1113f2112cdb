"""What lateness costs by the firm where it began: the last months of a run, lived again round by round."""

from __future__ import annotations

import numpy as np

from simulation.engines.parameters import parameters_of
from simulation.engines.replaying import lived_again, month_of
from simulation.records import Run
from simulation.rules.money import lateness_cost
from simulation.state import Float

__all__ = ["MONTHS", "late_costs"]

MONTHS = 12
"""Months at the end of a run that are lived again."""


def late_costs(run: Run) -> Float:
    """Return (n,) what the late deliveries of the last twelve months cost by their root, million won a year.

    Each round every firm bears c_l L y / 30, times its weight, and all of it is charged to the root of its delivery
    (``State.root``): the firm whose own event decides how late it is. The mean over rounds; the sum over roots is what
    all firms bear. What a firm adds of its own to inherited lateness goes to the root too, because a delivery has one.
    """
    parameters, weight = parameters_of(run.scenario), run.world.firms.weight
    months = min(MONTHS, run.scenario.time.months)
    engine = lived_again(run.world, run.scenario, run.seed, until=run.scenario.time.months - months)
    caused = np.zeros(weight.size)
    for _ in range(months):
        month = month_of(engine)
        for state in month.rounds:
            for i in np.flatnonzero(state.late > 0.0):
                cost = lateness_cost(state.late[i], month.before.sales[i], parameters.money)  # sales before review
                caused[state.root[i]] += weight[i] * cost
        engine.advance(1)
    yearly: Float = caused / (months * parameters.rounds)
    return yearly
