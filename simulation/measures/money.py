"""Programme cost, public and private apart."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record
from simulation.state import Float

__all__ = ["MEASURES", "lead_cost", "private_cost", "public_cost"]


def public_cost(record: Record, mask: Mask) -> Float:
    """Return public money paid in the month, million won, not discounted."""
    paid: Float = record.awards.spent.sum(axis=0)
    return paid


def private_cost(record: Record, mask: Mask) -> Float:
    """Return what firms paid themselves in the month for installing and for programmes, million won, not discounted."""
    return record.awards.private_cost


def lead_cost(record: Record, mask: Mask) -> Float:
    """Return what large customers paid in the month for programmes of their suppliers, million won, not discounted."""
    return record.awards.lead_cost


MEASURES = (
    Measure("public_cost", "Public money paid", "million won", public_cost, "all"),
    Measure("private_cost", "Firms' own cost of installing and programmes", "million won", private_cost, "all"),
    Measure("lead_cost", "Large customers' cost for suppliers", "million won", lead_cost, "all"),
)
