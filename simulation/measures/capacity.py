"""Absorptive capacity and what adopters make of it."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, column, ratio
from simulation.state import Float

__all__ = ["MEASURES", "capacity", "quality_effect"]


def capacity(record: Record, mask: Mask) -> Float:
    """Return the mean absorptive capacity of firms, weighted."""
    return ratio(column(record, "capacity", mask), column(record, "firms", mask))


def quality_effect(record: Record, mask: Mask) -> Float:
    """Return the mean relative cut of own defects per adopter, phi_q e; NaN without adopters."""
    return ratio(column(record, "quality_effect", mask), column(record, "adopters", mask))


MEASURES = (
    Measure("capacity", "Absorptive capacity", "0 to 1", capacity),
    Measure("quality_effect", "Cut of own defects per adopter", "share", quality_effect),
)
