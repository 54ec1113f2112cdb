"""Deliveries while nobody adopts, quits, learns or changes partners: what a given state of effective use brings."""

from __future__ import annotations

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.rules.use import user_share
from simulation.scenario.scenario import Scenario
from simulation.state import Float, Real, World

__all__ = ["SETTLING", "held", "spread_of", "still"]

_SURE = 50.0
"""Log-odds at which the user share is the largest that its steps allow."""

SETTLING = 6
"""Months before those that are looked at: 24 rounds, after which nothing of the state before is left."""


def still(scenario: Scenario, months: int = 12) -> Scenario:
    """Return the scenario with everything held but deliveries, `SETTLING` months and ``months`` more."""
    return scenario.with_(
        {
            "time.months": SETTLING + months,
            "time.survey_month": 0,
            "time.origin_months": 0,
            "policy": None,
            "adoption.rule": "hazard",
            "adoption.hazard.maximum": 0.0,
            "adoption.quitting.level": 0.0,
            "use.speed": 0.0,
            "capacity.learning": 0.0,
            "capacity.forgetting": 0.0,
            "capacity.exponent": 1.0,
            "review": {"base": 0.0, "sensitivity": 0.0},
        }
    )


def held(world: World, scenario: Scenario, seed: int, effective: Real) -> CompiledEngine:
    """Return the engine after all months of a `still` scenario in which effective use (n,) stays as given.

    All firms have adopted long ago; the largest user share u times a capacity of e / u makes the effective use, which
    must therefore not be above the largest user share.
    """
    engine = CompiledEngine(world, scenario, seed)
    state = engine.state
    share = user_share(_SURE, engine.parameters.steps.share, scenario.use)
    state.adopted[:], state.months_adopted[:] = 1, 10_000
    state.log_odds[:] = _SURE
    state.user_share[:] = share
    state.capacity[:] = effective / share
    state.effective[:] = effective
    engine.advance()
    return engine


def spread_of(world: World, effective: Real, weight: Float) -> dict[str, Real]:
    """Return states (n,) of one mean of effective use under a weight (n,).

    "as it is", "by size" (every firm of a size class has the mean of its class) and "equal" (every firm has the mean of
    all). With what firms contribute to an outcome without AI as the weight, their own part of it is the same in all.
    """
    sizes = np.array([world.groups.sizes.index(size) for size, _, _ in world.groups.members()])[world.firms.group]
    total = np.bincount(sizes, weight)
    means = np.bincount(sizes, weight * effective) / np.where(total > 0.0, total, 1.0)
    return {
        "as it is": effective,
        "by size": means[sizes],
        "equal": np.full(effective.size, np.average(effective, weights=weight)),
    }
