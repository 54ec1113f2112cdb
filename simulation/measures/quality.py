"""Delivered defects, and whose they are."""

from __future__ import annotations

import numpy as np

from simulation.measures.measure import Mask, Measure, Record, column, ratio, sme_mask
from simulation.state import Float

__all__ = ["MEASURES", "defect_ppm", "defect_ppm_firms", "defective_value", "passing_factor", "sme_share_of_defects"]


def defect_ppm(record: Record, mask: Mask) -> Float:
    """Return delivered defects per million, weighted by sales."""
    return 1e6 * ratio(column(record, "sales_defects", mask), column(record, "sales", mask))


def defect_ppm_firms(record: Record, mask: Mask) -> Float:
    """Return delivered defects per million of the mean firm."""
    return 1e6 * ratio(column(record, "defects", mask), column(record, "firms", mask))


def sme_share_of_defects(record: Record, mask: Mask) -> Float:
    """Return the part of the delivered defects of the groups that began in small and medium firms.

    Shares of -ln(1 - d), weighted by sales; NaN where origins were not recorded.
    """
    parts = record.tallies.defects
    if parts.shape[1] == 0:
        return np.full(parts.shape[0], np.nan)
    born = parts[:, :, :, mask].sum(axis=(2, 3))
    return ratio(born[:, sme_mask(record.groups)].sum(axis=1), born.sum(axis=1))


def defective_value(record: Record, mask: Mask) -> Float:
    """Return the value of the deliveries of the month that are defective, million won, at every link of the chain.

    A defect that reaches a buyer and goes on in what the buyer delivers is counted at both.
    """
    value: Float = column(record, "sales_defects", mask) / 12.0
    return value


def passing_factor(record: Record, mask: Mask) -> Float:
    """Return the mean of m (1 - v) over firms: defects passed on per small defect share of all suppliers.

    Below 1 in every group, and without mismatch, defects stay of the order of the firms' own; above 1 they saturate.
    """
    return ratio(column(record, "passing", mask), column(record, "firms", mask))


MEASURES = (
    Measure("defect_ppm", "Delivered defects, by sales", "ppm", defect_ppm),
    Measure("defect_ppm_firms", "Delivered defects, by firm", "ppm", defect_ppm_firms),
    Measure("sme_share_of_defects", "Delivered defects that began in SMEs", "share", sme_share_of_defects, "sizes"),
    Measure("passing_factor", "Defects passed on per defect of suppliers, m (1 - v)", "per defect", passing_factor),
    Measure("defective_value", "Value of defective deliveries", "million won a month", defective_value),
)
