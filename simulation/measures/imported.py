"""Imported risk: who made whom late, whose defects are whose, and how far both travelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from simulation.measures.measure import Mask, Measure, Record, ratio, sme_mask
from simulation.state import COLUMNS, Float, Groups

__all__ = [
    "MEASURES",
    "defects_at_depth",
    "defects_from",
    "imported_risk",
    "late_days_from",
    "late_deliveries_at_depth",
    "late_deliveries_at_depth_by_size",
    "late_deliveries_from",
    "net_exports",
]

Kind = Literal["late_days", "late_deliveries", "defects"]
Part = Literal["size", "sector", "region"]


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
    return _shares(record.tallies.late_depth.sum(axis=2))


def late_deliveries_at_depth_by_size(record: Record) -> Float:
    """Return (T, H, 2) the same share for large firms and for others."""
    return _shares(_by_size(record, record.tallies.late_depth))


def defects_at_depth(record: Record) -> Float:
    """Return (T, H, 2) the share of delivered defects that travelled h links, for large firms and for others."""
    return _shares(_by_size(record, record.tallies.defects.sum(axis=1)))


def _by_size(record: Record, counts: Float) -> Float:
    """Return (T, H, 2) sums of (T, H, G) over large firms and over others."""
    small = sme_mask(record.groups)
    return np.stack([counts[:, :, ~small].sum(axis=2), counts[:, :, small].sum(axis=2)], axis=2)


def _shares(counts: Float) -> Float:
    """Return counts over their sum along the second axis, NaN where it is 0."""
    return ratio(counts, np.broadcast_to(counts.sum(axis=1, keepdims=True), counts.shape))


def imported_risk(
    record: Record, kind: Kind, origins: Sequence[Part], bearers: Sequence[Part]
) -> tuple[tuple[str, ...], tuple[str, ...], Float]:
    """Return who made whom late, or whose defects are whose, between any two groupings.

    Parameters
    ----------
    record : Record
    kind : {"late_days", "late_deliveries", "defects"}
        Late days or late deliveries, weighted by what firms stand for, or -ln(1 - d) times sales, so weighted.
    origins, bearers : sequence of {"size", "sector", "region"}
        What the classes on either side have in common; none: all firms are one class.

    Returns
    -------
    labels of the origins, labels of the bearers, (T, O, B) sums: those over all origins are what the bearers bear
    """
    table = _table(record, kind)
    rows, columns = _grouping(record.groups, origins), _grouping(record.groups, bearers)
    summed = np.einsum("og,tgh,bh->tob", np.array([*rows.values()], float), table, np.array([*columns.values()], float))
    return tuple(rows), tuple(columns), summed


def net_exports(record: Record, kind: Kind, mask: Mask) -> Float:
    """Return (T,) what firms of a mask cause in all others less what they bear from them; 0 over all parts together."""
    table = _table(record, kind)
    caused = table[:, mask][:, :, ~mask].sum(axis=(1, 2))
    borne = table[:, ~mask][:, :, mask].sum(axis=(1, 2))
    difference: Float = caused - borne
    return difference


def _table(record: Record, kind: Kind) -> Float:
    """Return (T, G, G) sums by origin group and bearing group; zeros where origins were not followed."""
    tallies, count = record.tallies, record.groups.count
    table = {
        "late_days": tallies.late_days,
        "late_deliveries": tallies.late_roots,
        "defects": tallies.defects.sum(axis=2),
    }[kind]
    return table if table.shape[1] else np.zeros((table.shape[0], count, count))


def _grouping(groups: Groups, parts: Sequence[Part]) -> dict[str, Mask]:
    """Return by label the groups that agree in some parts."""
    places = [("size", "sector", "region").index(part) for part in parts]
    labels = [" ".join(member[place] for place in places) or "all" for member in groups.members()]
    return {label: np.array([other == label for other in labels]) for label in dict.fromkeys(labels)}


def _net(record: Record, kind: Kind, mask: Mask, per: str) -> Float:
    """Return (T,) net exports over a column of all groups, NaN where origins were not followed."""
    tallies = record.tallies
    followed = (
        tallies.defects[:, :, 0].any(axis=(1, 2)) if tallies.defects.shape[1] else np.zeros(len(tallies.groups), bool)
    )
    values = np.full(followed.size, np.nan)
    # Only those months: the table by depth is large.
    seen = record._replace(
        tallies=tallies._replace(
            **{name: getattr(tallies, name)[followed] for name in ("groups", "late_days", "late_roots", "defects")}
        )
    )
    whole = seen.tallies.groups[:, :, COLUMNS.index(per)].sum(axis=1)
    values[followed] = ratio(net_exports(seen, kind, mask), whole)
    return values


def _net_late_days(record: Record, mask: Mask) -> Float:
    return _net(record, "late_days", mask, "deliveries")


def _net_defects(record: Record, mask: Mask) -> Float:
    return 1e6 * _net(record, "defects", mask, "sales")


MEASURES = (
    Measure(
        "net_late_days_exported",
        "Late days caused in all other firms less those borne from them",
        "days per delivery of all firms",
        _net_late_days,
    ),
    Measure(
        "net_defects_exported",
        "Defects caused in all other firms less those borne from them",
        "ppm of all sales",
        _net_defects,
    ),
)
"""Of a region, or of any other class: above 0 a net exporter of risk."""
