"""User share: how many of a firm's workers used AI in the last week, moving towards a target in log-odds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import exp
from simulation.schema import NO_DATA, LogOdds, Share

if TYPE_CHECKING:
    import numpy as np  # filled in when the first function is used

__all__ = ["Use", "next_log_odds", "target_log_odds", "user_share"]


class Use(NamedTuple):
    """Parameters of the user share."""

    level: Annotated[
        float,
        LogOdds(
            "level of the target", symbol="z0", low=-1.0, high=0.1, source="fixed; the mean capacities carry the level"
        ),
    ] = -0.45
    growth: Annotated[
        float,
        LogOdds(
            "growth of the target",
            symbol="g",
            unit="log-odds per month",
            status="calibrated",
            low=0.03,
            high=0.045,
            source="P001-P004: 0.5 +- 0.1 log-odds a year",
        ),
    ] = 0.03735
    capacity: Annotated[
        float, LogOdds("effect of absorptive capacity", symbol="b_k", low=1.0, high=2.5, source="start: K024")
    ] = 1.9
    adoption: Annotated[
        float, LogOdds("effect of the firm's own adoption", symbol="b_A", low=0.0, high=0.6, source="assumed")
    ] = 0.3
    access: Annotated[
        float, LogOdds("effect of paid subscriptions", symbol="b_sigma", low=0.0, high=0.6, source="start: K023")
    ] = 0.33
    partners: Annotated[
        float,
        LogOdds(
            "effect of the partners' mean user share",
            symbol="b_N",
            low=0.0,
            high=1.5,
            minimum=0.0,
            maximum=2.0,
            source="assumed; below 2 so that use cannot feed itself without end",
        ),
    ] = 0.5
    ceiling: Annotated[
        float, Share("largest user share", symbol="u_max", low=0.8, high=1.0, source="assumed, 0.8-1")
    ] = 0.9
    speed: Annotated[
        float,
        Share(
            "part of the distance to the target covered in a month",
            symbol="alpha",
            low=0.1,
            high=0.5,
            source=NO_DATA,
        ),
    ] = 0.25


@compiled_formula
def target_log_odds(
    month: int, capacity: float, adopted: float, access_subsidy: float, partners: float, parameters: Use
) -> float:
    """Return z* = z0 + g t + b_k (k - 1/2) + b_A A + b_sigma sigma_U + b_N (partners' mean u - 1/2)."""
    return (
        parameters.level
        + parameters.growth * month
        + parameters.capacity * (capacity - 0.5)
        + parameters.adoption * adopted
        + parameters.access * access_subsidy
        + parameters.partners * (partners - 0.5)
    )


@compiled_formula
def next_log_odds(log_odds: float, target: float, parameters: Use) -> float:
    """Return z + alpha (z* - z)."""
    return log_odds + parameters.speed * (target - log_odds)


@compiled_formula
def user_share(log_odds: float, steps: float, parameters: Use) -> float:
    """Return u = u_max / (1 + exp(-z)), rounded to a multiple of 1 / steps and below 1.

    Sums of such shares over any number of partners are exact, so that their order does not matter.
    """
    share = parameters.ceiling / (1.0 + exp(-log_odds))
    # NumPy's floor is a float and steps are a power of two: loops vectorise, and the product is exact.
    return min(np.floor(share * steps + 0.5), steps - 1.0) * (1.0 / steps)
