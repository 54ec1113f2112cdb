"""Inequality: Theil's index of value added per worker, within and between regions."""

from __future__ import annotations

import numpy as np

from simulation.measures.measure import Mask, Measure, Record, column, ratio
from simulation.state import Float

__all__ = ["MEASURES", "floored_count", "floored_share", "theil", "theil_between_regions", "theil_within_regions"]


def theil(record: Record, mask: Mask) -> Float:
    """Return T = sum (Y_i / Y) ln((Y_i / n_i) / (Y / n)) over firms, (T,): 0 where all workers add the same value.

    Y_i is the firm's value added of the month, floored at 0 (`floored_share` says how often), n_i its workers. Theil
    (1967), with workers as the population.
    """
    added, logs = column(record, "value_added_floored", mask), column(record, "value_added_log", mask)
    mean = ratio(added, column(record, "workers", mask))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(added > 0.0, ratio(logs, added) - np.log(mean), np.nan)


def theil_between_regions(record: Record, mask: Mask) -> Float:
    """Return B = sum over regions (Y_r / Y) ln((Y_r / n_r) / (Y / n)), (T,)."""
    whole = column(record, "value_added_floored", mask)
    mean = ratio(whole, column(record, "workers", mask))
    total = np.zeros_like(whole)
    for part in _regions(record, mask):
        added, workers = column(record, "value_added_floored", part), column(record, "workers", part)
        with np.errstate(divide="ignore", invalid="ignore"):
            total += np.where(added > 0.0, ratio(added, whole) * np.log(ratio(added, workers) / mean), 0.0)
    return np.where(whole > 0.0, total, np.nan)


def theil_within_regions(record: Record, mask: Mask) -> Float:
    """Return W = sum over regions (Y_r / Y) T_r, (T,); with `theil_between_regions` it sums to `theil`."""
    whole = column(record, "value_added_floored", mask)
    total = np.zeros_like(whole)
    for part in _regions(record, mask):
        added = column(record, "value_added_floored", part)
        total += np.where(added > 0.0, ratio(added, whole) * np.nan_to_num(theil(record, part)), 0.0)
    return np.where(whole > 0.0, total, np.nan)


def floored_count(record: Record, mask: Mask) -> Float:
    """Return the number of the model's firms whose value added was not above 0 and counts as 0, (T,)."""
    return column(record, "floored_count", mask)


def floored_share(record: Record, mask: Mask) -> Float:
    """Return the share of the model's firms whose value added was not above 0 and counts as 0, (T,)."""
    return ratio(column(record, "floored_count", mask), column(record, "count", mask))


def _regions(record: Record, mask: Mask) -> list[Mask]:
    """Return the parts of a mask by region."""
    regions = np.array([region for _, _, region in record.groups.members()])
    return [mask & (regions == region) for region in record.groups.regions]


MEASURES = (
    Measure("theil", "Theil index of value added per worker", "nats", theil),
    Measure("theil_between_regions", "Theil index between regions", "nats", theil_between_regions, "sectors"),
    Measure("theil_within_regions", "Theil index within regions", "nats", theil_within_regions, "sectors"),
    Measure("floored_share", "Firms with value added counted as 0", "share of firms", floored_share),
    Measure("floored_count", "Firms with value added counted as 0", "firms of the model", floored_count),
)
