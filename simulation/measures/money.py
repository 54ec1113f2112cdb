"""Programme cost, public and private apart."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record
from simulation.state import Float

__all__ = ["MEASURES", "private_cost", "public_cost"]


def public_cost(record: Record, mask: Mask) -> Float:
    """Return public money paid in the month, million won, not discounted."""
    paid: Float = record.awards.spent.sum(axis=0)
    return paid


def private_cost(record: Record, mask: Mask) -> Float:
    """Return what firms that adopted in the month paid themselves for installing, million won, not discounted."""
    return record.awards.private_cost


MEASURES = (
    Measure("public_cost", "Public money paid", "million won", public_cost, "all"),
    Measure("private_cost", "Adopters' own install cost", "million won", private_cost, "all"),
)
