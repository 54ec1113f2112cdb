"""Where firms stand in a picture of the network: columns by tier, rows by sector and region."""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.figures.style import clipped
from simulation.measures.measure import region_pool_label
from simulation.state import Float, Groups

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Layout", "dot_areas", "tier_layout"]

_GOLDEN = pi * (3.0 - sqrt(5.0))
_TIERS = 4
"""Columns; the first holds everything deeper and what has no way to a large manufacturer."""

_NAMES = {0: f"tier {_TIERS - 1}+\nor none", _TIERS - 1: "large\nmakers"}
_ROWS = 12
"""Most rows of sectors and regions; of more regions only those in and out of the capital are told apart."""

_FEWEST = 6.0
"""Firms for which the smallest cell has room."""


class Layout(NamedTuple):
    """Places of firms.

    Attributes
    ----------
    position : (n, 2) right and down, in units of the picture
    columns, rows : names with the middle of each
    size : width and height of the picture
    """

    position: Float
    columns: dict[str, float]
    rows: dict[str, float]
    size: tuple[float, float]


def dot_areas(firms: pd.DataFrame) -> Float:
    """Return areas of dots, growing with workers less than in proportion so that small firms stay visible."""
    workers = firms["workers"].to_numpy(dtype=float)
    areas: Float = np.clip(2.6 * workers**0.6, 14.0, 460.0)
    return areas


def tier_layout(firms: pd.DataFrame, groups: Groups) -> Layout:
    """Return places in which goods flow from left to right, deterministic, without overlaps inside a cell.

    In each cell of a tier and a sector and region (or side of the capital, where regions are many), firms lie on a
    spiral of golden angles, the largest in the middle, and every dot gets room in proportion to its area.
    """
    tier = firms["tier"].to_numpy()
    column = np.where((tier < 0) | (tier >= _TIERS), 0, _TIERS - 1 - np.clip(tier, 0, _TIERS - 1))
    area = _areas(groups)
    cells = [
        f"{clipped(str(c), 18)}\n{clipped(area[str(r)], 18)}"
        for c, r in zip(firms["sector"], firms["region"], strict=True)
    ]
    order = [f"{clipped(c, 18)}\n{clipped(area[r], 18)}" for c in groups.sectors for r in groups.regions]
    rows = [name for name in dict.fromkeys(order) if name in set(cells)]
    columns = np.unique(column)
    place = np.stack([np.searchsorted(columns, column), np.array([rows.index(cell) for cell in cells])], axis=1)
    counts = np.zeros((columns.size, len(rows)))
    np.add.at(counts, (place[:, 0], place[:, 1]), 1.0)
    width, height = (np.sqrt(np.maximum(counts.max(axis=axis), _FEWEST)) for axis in (1, 0))
    middle_x, middle_y = np.cumsum(width) - width / 2.0, np.cumsum(height) - height / 2.0
    areas = dot_areas(firms)
    position = np.zeros((len(firms), 2))
    for (c, r), count in np.ndenumerate(counts):
        inside = np.flatnonzero((place[:, 0] == c) & (place[:, 1] == r))
        inside = inside[np.argsort(-areas[inside], kind="stable")]
        share = 0.49 * sqrt(count / counts.max())
        reach = np.array([min(0.47 * width[c], share * width.max()), min(0.45 * height[r], share * height.max())])
        position[inside] = [middle_x[c], middle_y[r]] + reach * _spiral(areas[inside])
    names = [_NAMES.get(int(number), f"tier {_TIERS - 1 - int(number)}") for number in columns]
    return Layout(
        position,
        dict(zip(names, map(float, middle_x), strict=True)),
        dict(zip(rows, map(float, middle_y), strict=True)),
        (float(width.sum()), float(height.sum())),
    )


def _areas(groups: Groups) -> dict[str, str]:
    """Return what stands for each region: itself, or where rows would be too many its side of the capital."""
    if len(groups.sectors) * len(groups.regions) <= _ROWS:
        return {region: region for region in groups.regions}
    return {
        region: region_pool_label(groups, is_capital).removeprefix("all ")
        for region, is_capital in zip(groups.regions, groups.is_capital, strict=True)
    }


def _spiral(areas: Float) -> Float:
    """Return places (n, 2) in a disc of radius 1, room in proportion to area."""
    taken = np.cumsum(areas) - 0.5 * areas
    radius = np.sqrt(taken / max(float(areas.sum()), 1e-9))
    angle = _GOLDEN * np.arange(areas.size)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
