"""Lateness travels by max-plus with buffers, one link per round."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from simulation.compiled import compiled_formula
from simulation.elementary import log
from simulation.schema import NO_DATA, Days, Share

__all__ = ["Lateness", "buffer_days", "is_inherited", "is_late", "late_days", "smallest_buffer"]


class Lateness(NamedTuple):
    """Parameters of passing on lateness."""

    tolerance: Annotated[
        float,
        Days(
            "lateness up to which a delivery counts as on time",
            symbol="tolerance",
            low=0.0,
            high=3.0,
            source=NO_DATA,
        ),
    ] = 1.0
    pass_through: Annotated[
        float,
        Share(
            "part of inherited lateness that expediting does not recover",
            symbol="r",
            low=0.3,
            high=1.0,
            source=NO_DATA,
        ),
    ] = 0.7
    buffer: Annotated[
        float,
        Days(
            "time slack against one critical supplier",
            symbol="B0",
            low=3.0,
            high=20.0,
            source="assumed; models in use range over a factor of six",
        ),
    ] = 10.0
    lean: Annotated[
        float,
        Share(
            "part of the buffer that a firm gives up at effective use 1",
            symbol="lean",
            low=0.0,
            high=0.6,
            source="assumed, never measured; results are always shown at 0 too",
        ),
    ] = 0.2
    has_supplier_slack: Annotated[bool, "longer buffers for firms with many critical suppliers (the ln term)"] = True


@compiled_formula
def full_buffer(critical_suppliers: int, mean_late_days: float, parameters: Lateness) -> float:
    """Return B0 + theta ln max(1, number of critical suppliers), the buffer of a firm without AI, in days."""
    if parameters.has_supplier_slack and critical_suppliers > 1:
        return parameters.buffer + mean_late_days * log(float(critical_suppliers))
    return parameters.buffer


@compiled_formula
def buffer_days(full: float, effective: float, parameters: Lateness) -> float:
    """Return B = full x (1 - lean e), in days."""
    return full * (1.0 - parameters.lean * effective)


@compiled_formula
def late_days(own: float, inherited: float, parameters: Lateness) -> float:
    """Return L = own + r inherited, in days."""
    return own + parameters.pass_through * inherited


@compiled_formula
def smallest_buffer(parameters: Lateness) -> float:
    """Return days that no firm's buffer falls short of, even when it is rounded to single precision."""
    return buffer_days(parameters.buffer, 1.0, parameters) * (1.0 - 1e-6)


@compiled_formula
def is_inherited(own: float, inherited: float, parameters: Lateness) -> bool:
    """Say whether a delivery keeps its supplier's root: r inherited > 0 and >= own."""
    passed_on = parameters.pass_through * inherited
    return passed_on > 0.0 and passed_on >= own


@compiled_formula
def is_late(days: float, parameters: Lateness) -> bool:
    """Say whether a delivery of this lateness counts as late."""
    return days > parameters.tolerance
