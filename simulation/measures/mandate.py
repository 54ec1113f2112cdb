"""Mandate: whom it covers, who has not followed in time, and what that costs them.

A firm is *covered* in a month in which a mandate acts on it, and *overdue* where it has been covered for the months of
grace without adopting. All are of the economy that the model's firms stand for; 0 without a mandate.
"""

from __future__ import annotations

from simulation.measures.measure import Mask, Measure, Record, column
from simulation.state import Float

__all__ = ["MEASURES", "covered", "lost_slots", "overdue", "overdue_sales"]


def covered(record: Record, mask: Mask) -> Float:
    """Return the number of firms that a mandate covers in the month, those that have adopted included."""
    return column(record, "covered", mask)


def overdue(record: Record, mask: Mask) -> Float:
    """Return the number of covered firms that have not adopted within the months of grace."""
    return column(record, "overdue", mask)


def overdue_sales(record: Record, mask: Mask) -> Float:
    """Return the sales of overdue firms, million won a year, before this month's review of partners."""
    return column(record, "overdue_sales", mask)


def lost_slots(record: Record, mask: Mask) -> Float:
    """Return the links that overdue firms of the groups lost in the month, whatever made the buyer leave."""
    return column(record, "lost_slots", mask)


MEASURES = (
    Measure("covered", "Firms covered by a mandate", "firms", covered),
    Measure("overdue", "Firms overdue under a mandate", "firms", overdue),
    Measure("overdue_sales", "Sales of overdue firms", "million won a year", overdue_sales),
    Measure("lost_slots", "Links lost by overdue firms", "links a month", lost_slots),
)
