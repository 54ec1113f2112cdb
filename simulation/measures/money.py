"""Programme cost, public and private apart; all of the economy that the model's firms stand for."""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, column
from simulation.state import Float

__all__ = ["MEASURES", "lead_cost", "own_cost", "private_cost", "public_cost", "support"]


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


def support(record: Record, mask: Mask) -> Float:
    """Return the public money that firms got in the month, million won; of all groups it is `public_cost`."""
    return column(record, "support", mask)


def own_cost(record: Record, mask: Mask) -> Float:
    """Return what firms paid in the month, million won; of all groups it is `private_cost` and `lead_cost`."""
    return column(record, "own_cost", mask)


MEASURES = (
    Measure("public_cost", "Public money paid", "million won", public_cost, "all"),
    Measure("private_cost", "Firms' own cost of installing and programmes", "million won", private_cost, "all"),
    Measure("lead_cost", "Large customers' cost for suppliers", "million won", lead_cost, "all"),
    Measure("support", "Public money received", "million won", support),
    Measure("own_cost", "Own cost of installing, programmes and suppliers", "million won", own_cost),
)
