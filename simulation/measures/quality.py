"""Delivered defects, and whose they are."""

from __future__ import annotations

import numpy as np

from simulation.measures.measure import Mask, Measure, Record, column, ratio, sme_mask
from simulation.state import Float

__all__ = ["MEASURES", "defect_ppm", "defect_ppm_firms", "sme_share_of_defects"]


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


MEASURES = (
    Measure("defect_ppm", "Delivered defects, by sales", "ppm", defect_ppm),
    Measure("defect_ppm_firms", "Delivered defects, by firm", "ppm", defect_ppm_firms),
    Measure("sme_share_of_defects", "Delivered defects that began in SMEs", "share", sme_share_of_defects, "sizes"),
)
