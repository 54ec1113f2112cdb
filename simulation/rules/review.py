"""Buyers review their suppliers: who is replaced, and who takes the place.

A slot's supplier is replaced at a base hazard, and sooner if it delivers worse than its sector. Of the candidates of
the sector, larger and nearer ones come to mind more often, and those with a good record are preferred.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.schema import NO_DATA, Factor, Months, Rate

__all__ = [
    "CANDIDATES",
    "LARGEST_EXCESS",
    "Review",
    "candidate_weight",
    "excess",
    "forgotten",
    "next_average",
    "race",
    "record_weight",
    "review_hazard",
]

CANDIDATES = 16
"""Firms that a buyer considers for a slot."""

LARGEST_EXCESS = 5.0
"""Cap on how much worse than its sector a supplier can count."""


class Review(NamedTuple):
    """Parameters of the review of suppliers; both hazards 0: a fixed network."""

    base: Annotated[
        float,
        Rate(
            "hazard of replacing a supplier whatever it delivers",
            symbol="s0",
            low=0.0,
            high=0.012,
            status="measured",
            source="N048: about half of the links replaced in five years; 11 % a year",
        ),
    ] = 0.0097
    sensitivity: Annotated[
        float,
        Rate(
            "hazard added by defects and late days twice those of the sector",
            symbol="s1",
            low=0.0,
            high=0.02,
            source="assumed, never measured; 0 switches it off",
        ),
    ] = 0.005
    half_life: Annotated[
        float,
        Months(
            "months after which an old delivery counts half",
            symbol="H",
            source=NO_DATA,
            minimum=0.1,
            low=3.0,
            high=12.0,
        ),
    ] = 6.0
    degree_exponent: Annotated[
        float,
        Factor(
            "how a candidate's chance grows with the number of its first customers",
            symbol="beta_d",
            maximum=5.0,
            low=0.8,
            high=1.2,
            source="assumed; N041: in Hungary new links form in proportion to degree^1.08",
        ),
    ] = 1.08
    newcomers: Annotated[
        float,
        Factor(
            "weight among candidates of a firm without first customers; one with a single first customer has 2^beta_d",
            symbol="w_0",
            low=0.0,
            high=1.0,
            status="calibrated",
            source="N019, N021: the share of firms that supply hardly changes",
        ),
    ] = 0.1
    proximity: Annotated[
        float,
        Factor(
            "chance of a candidate in another region over one in the own",
            symbol="prox",
            maximum=1.0,
            low=0.1,
            high=1.0,
            source=NO_DATA,
        ),
    ] = 0.5


@compiled_formula
def candidate_weight(customers: float, parameters: Review) -> float:
    """Return (first customers + 1)^beta_d, how a firm comes to mind as a supplier; of a firm without any, w_0."""
    if customers <= 0.0:
        return parameters.newcomers
    return (customers + 1.0) ** parameters.degree_exponent


@compiled_formula
def forgotten(parameters: Review) -> float:
    """Return the part 1 - 2^(-1 / half-life) of an average that a month replaces."""
    return 1.0 - 0.5 ** (1.0 / parameters.half_life)


@compiled_formula
def next_average(average: float, value: float, forgotten: float) -> float:
    """Return the exponential average after one more month."""
    return average + forgotten * (value - average)


@compiled_formula
def excess(average: float, of_sector: float) -> float:
    """Return (average / of_sector - 1)+, at most 5; 0 where both are 0."""
    if of_sector <= 0.0:
        return LARGEST_EXCESS if average > 0.0 else 0.0
    return min(LARGEST_EXCESS, max(0.0, average / of_sector - 1.0))


@compiled_formula
def review_hazard(worse: float, parameters: Review) -> float:
    """Return the monthly hazard s0 + s1 (defects excess + lateness excess) of replacing a supplier."""
    return parameters.base + parameters.sensitivity * worse


@compiled_formula
def record_weight(worse: float) -> float:
    """Return 1 / (1 + defects excess + lateness excess): how a candidate's record counts."""
    return 1.0 / (1.0 + worse)


@compiled_formula
def race(luck: float, weight: float) -> float:
    """Return luck / weight, with -ln U as luck: the smallest one wins, with chances in proportion to the weights."""
    return luck / weight
