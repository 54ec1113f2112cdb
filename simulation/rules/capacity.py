"""Absorptive capacity: what a firm learns from use and training, and how use turns into effect.

Cohen and Levinthal (1990), "Absorptive Capacity".
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import power
from simulation.schema import NO_DATA, Factor, Rate, Share

__all__ = ["Capacity", "effective_use", "learning", "linear_use", "next_capacity", "steady_capacity"]


class Capacity(NamedTuple):
    """Parameters of learning and of effective use."""

    learning: Annotated[
        float,
        Factor(
            "capacity gained per unit of working time spent on learning",
            symbol="eta",
            low=0.2,
            high=2.0,
            source=NO_DATA,
        ),
    ] = 0.6
    time_saved: Annotated[
        float,
        Share(
            "share of working time that AI saves its users",
            symbol="tau",
            low=0.028,
            high=0.176,
            status="measured",
            source="K101 3.8 %, Q031 2.8 %; K020 17.6 % is a self-reported ceiling",
        ),
    ] = 0.035
    learning_share: Annotated[
        float,
        Share(
            "part of the reinvested time that goes into learning",
            symbol="lambda",
            low=0.2,
            high=0.8,
            source=NO_DATA,
        ),
    ] = 0.5
    spill_in: Annotated[
        float,
        Share(
            "how far use by workers teaches a firm that has not adopted",
            symbol="nu",
            low=0.0,
            high=1.0,
            source=NO_DATA,
        ),
    ] = 0.3
    forgetting: Annotated[
        float,
        Rate(
            "monthly return to the capacity of the start",
            symbol="delta",
            maximum=1.0,
            low=0.0,
            high=0.03,
            source=NO_DATA,
        ),
    ] = 0.01
    exponent: Annotated[
        float,
        Factor(
            "how effective use depends on capacity; 0 switches it off",
            symbol="kappa",
            low=0.0,
            high=2.0,
            source="assumed; 0 is the null of claims about capability",
        ),
    ] = 1.0


@compiled_formula
def learning(user_share: float, adopted: float, reinvested: float, added: float, parameters: Capacity) -> float:
    """Return I = min(1 - delta, eta rho lambda tau u (nu + (1 - nu) A) + added), per month.

    ``added`` is what training and development bring.
    """
    from_use = (
        parameters.learning
        * reinvested
        * parameters.learning_share
        * parameters.time_saved
        * user_share
        * (parameters.spill_in + (1.0 - parameters.spill_in) * adopted)
    )
    return min(1.0 - parameters.forgetting, from_use + added)


@compiled_formula
def next_capacity(capacity: float, start: float, learning: float, parameters: Capacity) -> float:
    """Return k + I (1 - k) - delta (k - k0)."""
    return capacity + learning * (1.0 - capacity) - parameters.forgetting * (capacity - start)


@compiled_formula
def steady_capacity(start: float, learning: float, parameters: Capacity) -> float:
    """Return the steady state (I + delta k0) / (I + delta) of `next_capacity`; k0 where both are 0."""
    if learning + parameters.forgetting == 0.0:
        return start
    return (learning + parameters.forgetting * start) / (learning + parameters.forgetting)


@compiled_formula
def linear_use(adopted: float, user_share: float, capacity: float) -> float:
    """Return e = A u k, effective use for kappa = 1."""
    return adopted * user_share * capacity


@compiled_formula
def effective_use(adopted: float, user_share: float, capacity: float, parameters: Capacity) -> float:
    """Return e = A u k^kappa."""
    return linear_use(adopted, user_share, power(capacity, parameters.exponent))
