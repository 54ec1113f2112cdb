"""Imported risk: who made whom late, whose defects are whose, and how far both travelled."""

from __future__ import annotations

import numpy as np

from simulation.measures.measure import Record, sme_mask
from simulation.state import COLUMNS, Float

__all__ = ["defects_at_depth", "defects_from", "late_days_from", "late_deliveries_at_depth", "late_deliveries_from"]


def late_days_from(record: Record) -> Float:
    """Return (T, G, G) late days per delivery of the bearing group (last axis) that began in the origin group."""
    deliveries = record.tallies.groups[:, :, COLUMNS.index("deliveries")]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Float = record.tallies.late_days / deliveries[:, None, :]
    return shares


def late_deliveries_from(record: Record) -> Float:
    """Return (T, G, G) late deliveries of the bearing group per delivery whose root is in the origin group."""
    deliveries = record.tallies.groups[:, :, COLUMNS.index("deliveries")]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Float = record.tallies.late_roots / deliveries[:, None, :]
    return shares


def defects_from(record: Record) -> Float:
    """Return (T, G, G) defects in ppm of the bearing group's deliveries that began in the origin group."""
    sales = record.tallies.groups[:, :, COLUMNS.index("sales")]
    born = record.tallies.defects.sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Float = 1e6 * born / sales[:, None, :]
    return shares


def late_deliveries_at_depth(record: Record) -> Float:
    """Return (T, H) the share of late deliveries whose lateness travelled h links."""
    counts = record.tallies.late_depth
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, counts / np.where(total > 0.0, total, 1.0), np.nan)


def defects_at_depth(record: Record) -> Float:
    """Return (T, H, 2) the share of delivered defects that travelled h links, for large firms and for others."""
    small = sme_mask(record.groups)
    parts = record.tallies.defects.sum(axis=1)
    by_size = np.stack([parts[:, :, ~small].sum(axis=2), parts[:, :, small].sum(axis=2)], axis=2)
    total = by_size.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, by_size / np.where(total > 0.0, total, 1.0), np.nan)
