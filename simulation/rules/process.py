"""The firm's own process: how effective use lowers its own defects and its own late events."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import log
from simulation.schema import Days, Factor, Months, Share

__all__ = ["Process", "late_chance", "own_defects", "own_lateness", "transition"]


class Process(NamedTuple):
    """Effects at effective use 1, and the length of late events."""

    quality_effect: Annotated[
        float,
        Share(
            "reduction of own defects at effective use 1",
            symbol="phi_q",
            low=0.1,
            high=0.6,
            source="assumed; Q001-Q009: 0.43 before and after, an upper bound for the mean adopter",
        ),
    ] = 0.4
    schedule_effect: Annotated[
        float,
        Share(
            "reduction of own late events at effective use 1",
            symbol="phi_s",
            low=0.05,
            high=0.4,
            source="assumed; Q004 and Q009: 0.155-0.168 before and after",
        ),
    ] = 0.25
    late_days: Annotated[
        float, Days("mean length of an own late event", symbol="theta", low=2.0, high=10.0, source="assumed")
    ] = 5.0
    transition_months: Annotated[
        int,
        Months(
            "months after adoption in which the process runs worse",
            symbol="T_J",
            low=0,
            high=12,
            source="assumed; Q026",
        ),
    ] = 6
    transition_factor: Annotated[
        float,
        Factor(
            "own defects and own late days in the transition over those after it; 1 switches it off",
            symbol="J",
            minimum=1.0,
            low=1.0,
            high=1.5,
            maximum=10.0,
            source="assumed; Q026: productivity falls by 1.33 points at first",
        ),
    ] = 1.1


@compiled_formula
def transition(adopted: int, months_adopted: int, parameters: Process) -> float:
    """Return the factor on own defects and own late days: above 1 in the first months after adoption (J-curve)."""
    if adopted == 1 and months_adopted < parameters.transition_months:
        return parameters.transition_factor
    return 1.0


@compiled_formula
def own_defects(base: float, effective: float, transition: float, parameters: Process) -> float:
    """Return o = base (1 - phi_q e) x transition, the own defect share, at most 1."""
    return min(1.0, base * (1.0 - parameters.quality_effect * effective) * transition)


@compiled_formula
def late_chance(base: float, effective: float, parameters: Process) -> float:
    """Return p (1 - phi_s e), the chance of an own late event per delivery."""
    return base * (1.0 - parameters.schedule_effect * effective)


@compiled_formula
def own_lateness(chance: float, transition: float, draw: float, parameters: Process) -> float:
    """Return own late days: with the chance given an exponential length of mean theta x transition, else 0.

    One uniform draw serves both: given that it is below the chance, draw / chance is uniform again.
    """
    if draw >= chance:
        return 0.0
    return -parameters.late_days * log(draw / chance) * transition
