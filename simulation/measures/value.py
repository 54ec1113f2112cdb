"""Value added: what firms make beyond what they buy, after the cost of defects, lateness and AI."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, column, ratio
from simulation.state import Float

__all__ = ["MEASURES", "value_added", "value_added_per_worker"]


def value_added(record: Record, mask: Mask) -> Float:
    """Return the value added of the month, million won, of the economy that the model's firms stand for."""
    return column(record, "value_added", mask)


def value_added_per_worker(record: Record, mask: Mask) -> Float:
    """Return the value added of the month per worker, million won."""
    return ratio(column(record, "value_added", mask), column(record, "workers", mask))


MEASURES = (
    Measure("value_added", "Value added", "million won a month", value_added),
    Measure("value_added_per_worker", "Value added per worker", "million won a month", value_added_per_worker),
)
