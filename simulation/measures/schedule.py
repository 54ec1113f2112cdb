"""Deliveries on time, late days, and how lateness multiplies."""

from __future__ import annotations

import numpy as np

from simulation.measures.measure import Mask, Measure, Record, column, ratio, sme_mask
from simulation.state import Float

__all__ = [
    "MEASURES",
    "late_days",
    "late_days_total",
    "on_time_share",
    "on_time_share_sales",
    "own_late_days",
    "reproduction_late",
    "sme_share_of_late_days",
]


def on_time_share(record: Record, mask: Mask) -> Float:
    """Return the share of the month's deliveries with lateness within the tolerance, over rounds and firms."""
    return ratio(column(record, "on_time", mask), column(record, "deliveries", mask))


def on_time_share_sales(record: Record, mask: Mask) -> Float:
    """Return `on_time_share` weighted by sales."""
    return ratio(column(record, "sales_on_time", mask), column(record, "sales_deliveries", mask))


def late_days(record: Record, mask: Mask) -> Float:
    """Return mean late days per delivery."""
    return ratio(column(record, "late_days", mask), column(record, "deliveries", mask))


def late_days_total(record: Record, mask: Mask) -> Float:
    """Return the late days of all deliveries of the month, added up."""
    return column(record, "late_days", mask)


def own_late_days(record: Record, mask: Mask) -> Float:
    """Return mean late days per delivery that the firm itself caused; the rest of `late_days` is inherited."""
    return ratio(column(record, "own_late_days", mask), column(record, "deliveries", mask))


def sme_share_of_late_days(record: Record, mask: Mask) -> Float:
    """Return the part of the late days borne by the groups that began in small and medium firms."""
    days = record.tallies.late_days
    if days.shape[1] == 0:
        return np.full(days.shape[0], np.nan)
    born = days[:, :, mask].sum(axis=2)
    return ratio(born[:, sme_mask(record.groups)].sum(axis=1), born.sum(axis=1))


def reproduction_late(record: Record, mask: Mask) -> Float:
    """Return the realised R_d: inherited late deliveries per late delivery of the round before."""
    return ratio(record.tallies.late_inherited, record.tallies.late_before)


MEASURES = (
    Measure("on_time_share", "Deliveries on time, by firm", "share", on_time_share),
    Measure("on_time_share_sales", "Deliveries on time, by sales", "share", on_time_share_sales),
    Measure("late_days", "Late days per delivery", "days", late_days),
    Measure("late_days_total", "Late days of all deliveries", "days a month", late_days_total),
    Measure("own_late_days", "Own late days per delivery", "days", own_late_days),
    Measure("sme_share_of_late_days", "Late days that began in SMEs", "share", sme_share_of_late_days, "sizes"),
    Measure("reproduction_late", "Realised R_d", "late per late", reproduction_late, "all"),
)
