"""Adoption and quitting: monthly hazards of a firm, turned into probabilities in one place."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import exp, one_minus_exp, one_minus_exp_small
from simulation.schema import NO_DATA, Chance, Factor, LogOdds, Months, Rate, Section, Share

__all__ = [
    "BASS_HAZARD",
    "BASS_STEP",
    "BOTH",
    "CUSTOMERS",
    "EQUAL",
    "EVERYONE",
    "HAZARD",
    "INPUTS",
    "LOGIT",
    "PARTNERS",
    "RULES",
    "SALES",
    "SUPPLIERS",
    "THRESHOLD",
    "WEIGHTS",
    "AdoptionHazard",
    "Bass",
    "Logit",
    "Quitting",
    "Reference",
    "RuleName",
    "Threshold",
    "adoption_hazard",
    "adoption_index",
    "bass_hazard",
    "bass_step",
    "choice_hazard",
    "logit_chance",
    "probability",
    "quitting_hazard",
    "small_probability",
    "threshold_adopts",
    "threshold_of",
]

RuleName = Literal["hazard", "bass_step", "bass_hazard", "threshold", "logit"]
HAZARD, BASS_STEP, BASS_HAZARD, THRESHOLD, LOGIT = range(5)
RULES: dict[str, int] = {
    "hazard": HAZARD,
    "bass_step": BASS_STEP,
    "bass_hazard": BASS_HAZARD,
    "threshold": THRESHOLD,
    "logit": LOGIT,
}
"""Numbers by which compiled code knows the rules."""

SUPPLIERS, CUSTOMERS, BOTH, EVERYONE = range(4)
PARTNERS: dict[str, int] = {"suppliers": SUPPLIERS, "customers": CUSTOMERS, "both": BOTH, "everyone": EVERYONE}
"""Numbers by which compiled code knows whom a firm looks at."""

EQUAL, INPUTS, SALES = range(3)
WEIGHTS: dict[str, int] = {"equal": EQUAL, "inputs": INPUTS, "sales": SALES}
"""Numbers by which compiled code knows what each partner counts: 1, its part of the inputs, its part of the sales."""

_TIE = 1e-12
"""A share that falls short of a threshold by rounding alone reaches it."""


class AdoptionHazard(NamedTuple):
    """Parameters of the monthly hazard h_max / (1 + exp(-b))."""

    level: Annotated[
        float,
        LogOdds(
            "level of the adoption index",
            symbol="a0",
            status="calibrated",
            low=-5.6,
            high=-4.2,
            source="adopter shares at month 33",
        ),
    ] = -4.978
    trend: Annotated[
        float,
        LogOdds(
            "growth of the adoption index",
            symbol="a_t",
            unit="log-odds per month",
            status="calibrated",
            low=0.025,
            high=0.042,
            source="P001-P004: 0.4-0.6 log-odds a year",
        ),
    ] = 0.03319
    capacity: Annotated[
        float, LogOdds("effect of absorptive capacity", symbol="a_k", low=0.0, high=2.0, source="assumed")
    ] = 0.8
    use: Annotated[float, LogOdds("effect of the user share", symbol="a_u", low=0.0, high=2.0, source="assumed")] = 0.8
    maximum: Annotated[float, Rate("largest adoption hazard", symbol="h_max", low=0.05, high=0.3, source="assumed")] = (
        0.1
    )


class Quitting(NamedTuple):
    """Parameters of quitting and waiting."""

    level: Annotated[
        float,
        Rate(
            "hazard of quitting at no effective use",
            symbol="q0",
            low=0.0,
            high=0.02,
            source="assumed; K011-K015: 21 % of triers lapsed, an upper bound",
        ),
    ] = 0.006
    protection: Annotated[
        float, LogOdds("how much effective use protects", symbol="q1", low=0.0, high=4.0, source="assumed")
    ] = 2.0
    readopt_months: Annotated[
        int,
        Months(
            "months before a firm that quit may adopt again",
            symbol="readopt",
            low=6,
            high=36,
            source=NO_DATA,
        ),
    ] = 12


class Bass(NamedTuple):
    """Parameters of the Bass rule, for teaching and verification."""

    innovation: Annotated[
        float, Rate("adoption without any adopter", symbol="p", status="design", source="Bass 1969")
    ] = 0.0025
    imitation: Annotated[float, Rate("adoption through adopters", symbol="q", status="design", source="Bass 1969")] = (
        0.0317
    )
    quitting: Annotated[
        float, Chance("chance of quitting per month", symbol="d", status="design", source="disadoption limit")
    ] = 0.0


class Reference(Section):
    """Whom a firm looks at under the rules ``threshold`` and ``logit``.

    The share is that of adopters among its partners, each counting 1 (``equal``), the link's share in the buyer's
    inputs (``inputs``) or in the supplier's sales (``sales``); or, with ``everyone``, that among all other firms.
    """

    partners: Literal["suppliers", "customers", "both", "everyone"] = "both"
    weights: Literal["equal", "inputs", "sales"] = "equal"


class Threshold(NamedTuple):
    """Parameters of the threshold rule, for teaching and verification."""

    level: Annotated[
        float,
        Share(
            "share of adopting partners that makes a firm adopt, mean over firms",
            symbol="phi",
            status="design",
            source="Watts 2002",
        ),
    ] = 0.18
    spread: Annotated[
        float,
        Factor(
            "width of the uniform distribution of thresholds over firms",
            symbol="s_phi",
            low=0.0,
            high=0.5,
            status="design",
            maximum=2.0,
        ),
    ] = 0.0


class Logit(NamedTuple):
    """Parameters of the reversible logit rule, for teaching and verification."""

    level: Annotated[
        float,
        LogOdds(
            "log-odds of adopting without any adopter", symbol="b0", status="design", source="Brock and Durlauf 2001"
        ),
    ] = -3.0
    slope: Annotated[
        float, LogOdds("log-odds gained where all adopt", symbol="b1", status="design", source="Brock and Durlauf 2001")
    ] = 6.0


@compiled_formula
def threshold_of(draw: float, parameters: Threshold) -> float:
    """Return phi_i = level + spread (draw - 1/2), with the firm's own uniform draw."""
    return parameters.level + parameters.spread * (draw - 0.5)


@compiled_formula
def threshold_adopts(share: float, threshold: float) -> bool:
    """Say whether a firm adopts: share >= phi - 1e-12. A firm without partners has share 0."""
    return share >= threshold - _TIE


@compiled_formula
def logit_chance(share: float, parameters: Logit) -> float:
    """Return the chance 1 / (1 + exp(-b0 - b1 share)) of using AI this month, adopter before or not."""
    return 1.0 / (1.0 + exp(-parameters.level - parameters.slope * share))


@compiled_formula
def probability(hazard: float) -> float:
    """Return the chance 1 - exp(-hazard) that an event of this monthly hazard happens within a month."""
    return one_minus_exp(hazard)


@compiled_formula
def small_probability(hazard: float) -> float:
    """Return `probability` of a hazard below `SMALL_HAZARD`, in loops where all are."""
    return one_minus_exp_small(hazard)


@compiled_formula
def adoption_index(
    month: int,
    capacity: float,
    user_share: float,
    pressure: float,
    cost: float,
    subsidy: float,
    parameters: AdoptionHazard,
) -> float:
    """Return b = a0 + a_t t + a_k (k - 1/2) + a_u u + pressure - cost (1 - subsidy), in log-odds."""
    return (
        parameters.level
        + parameters.trend * month
        + parameters.capacity * (capacity - 0.5)
        + parameters.use * user_share
        + pressure
        - cost * (1.0 - subsidy)
    )


@compiled_formula
def adoption_hazard(index: float, maximum: float) -> float:
    """Return the monthly hazard h_max / (1 + exp(-b)) of a firm that has not adopted."""
    return maximum / (1.0 + exp(-index))


@compiled_formula
def quitting_hazard(effective: float, parameters: Quitting) -> float:
    """Return the monthly hazard q0 exp(-q1 e) with which an adopter quits."""
    return parameters.level * exp(-parameters.protection * effective)


@compiled_formula
def choice_hazard(
    adopted: float, index: float, effective: float, adopting: AdoptionHazard, quitting: Quitting
) -> float:
    """Return `quitting_hazard` of an adopter and `adoption_hazard` of others, with one exponential for either."""
    has = adopted > 0.5
    power = exp(-quitting.protection * effective if has else -index)
    return quitting.level * power if has else adopting.maximum / (1.0 + power)


@compiled_formula
def bass_step(share_of_others: float, parameters: Bass) -> float:
    """Return the chance p + q F per step, with F the share of adopters among the others; at most 1."""
    return min(1.0, parameters.innovation + parameters.imitation * share_of_others)


@compiled_formula
def bass_hazard(share_of_others: float, parameters: Bass) -> float:
    """Return the hazard p + q F per month, to be turned into 1 - exp(-hazard)."""
    return parameters.innovation + parameters.imitation * share_of_others
