"""Partners: how many suppliers are replaced, and who no longer sells."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, column, ratio
from simulation.state import Float

__all__ = ["MEASURES", "excluded", "excluded_share", "switching"]


def switching(record: Record, mask: Mask) -> Float:
    """Return suppliers replaced in the month over the slots of the groups' buyers; NaN where none may be replaced."""
    return ratio(column(record, "switched", mask), column(record, "slots", mask))


def excluded(record: Record, mask: Mask) -> Float:
    """Return the number of firms that sell nothing, of the economy that the model's firms stand for."""
    return column(record, "excluded", mask)


def excluded_share(record: Record, mask: Mask) -> Float:
    """Return the share of firms that sell nothing: no buyer and no final demand."""
    return ratio(column(record, "excluded", mask), column(record, "firms", mask))


MEASURES = (
    Measure("switching", "Suppliers replaced", "share of links a month", switching),
    Measure("excluded", "Firms without sales", "firms", excluded),
    Measure("excluded_share", "Firms without sales", "share of firms", excluded_share),
)
