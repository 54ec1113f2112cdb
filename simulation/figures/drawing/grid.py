"""Columns by tier, rows by region and sector: the same cells in every picture of a supplier network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.figures.fonts import is_writable
from simulation.figures.style import clipped
from simulation.measures.measure import region_pool_label
from simulation.state import Float, Index
from simulation.texts import word

if TYPE_CHECKING:
    import pandas as pd

    from simulation.state import Groups

__all__ = ["Band", "Cells", "Grid", "cells_of", "laid_out"]

_DEEPEST = 4
"""Tiers from here on share a column."""

_MANY_ROWS, _MOST_ROWS = 12, 40
"""Rows above which a page must be high, and most that it holds; of more, sectors go together, then regions."""

_NO_WAY, _NO_BUYERS = -1, -2
_TITLES = {
    0: "large\nmakers", _DEEPEST: f"tier {_DEEPEST}\nand deeper", _NO_WAY: "no way\nto large\nmakers",
    _NO_BUYERS: "sells to\nno firm",
}  # fmt: skip


class Band(NamedTuple):
    """Rows of one region: its name, the first row, the number of rows."""

    name: str
    first: int
    rows: int


class Cells(NamedTuple):
    """Which firm stands in which cell.

    Attributes
    ----------
    column, row : (n,) of each firm; columns from the deepest tier on the left to the right, where goods end
    columns, rows : names
    bands : regions, each with its rows
    counts : (columns, rows) firms
    """

    column: Index
    row: Index
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    bands: tuple[Band, ...]
    counts: Index

    @property
    def has_many_rows(self) -> bool:
        """Whether rows are so many that the page must be high and flows thin."""
        return len(self.rows) > _MANY_ROWS

    @property
    def cell(self) -> Index:
        """(n,) column x rows + row."""
        return self.column * len(self.rows) + self.row


class Grid(NamedTuple):
    """Where the cells lie, in inches, down from the top.

    Attributes
    ----------
    left, width : (columns,)
    top, height : (rows,)
    """

    left: Float
    width: Float
    top: Float
    height: Float

    def middle(self, column: Index, row: Index) -> Float:
        """Return (n, 2) the middle of cells."""
        return np.stack([self.left[column] + self.width[column] / 2, self.top[row] + self.height[row] / 2], axis=1)


def cells_of(firms: pd.DataFrame, links: pd.DataFrame, groups: Groups) -> Cells:
    """Return the cells of firms: one column per tier present, a band per region with a row per sector present.

    Firms without a way to a large manufacturer stand on the left if they sell to other firms; those that sell to no
    firm are where goods end, and stand on the right.
    """
    tier = firms["tier"].to_numpy(dtype=np.int64)
    has_buyers = np.bincount(links["supplier"].to_numpy(dtype=np.int64), minlength=len(firms)) > 0
    level = np.where(tier < 0, np.where(has_buyers, _NO_WAY, _NO_BUYERS), np.minimum(tier, _DEEPEST))
    levels = [number for number in (_NO_WAY, *range(_DEEPEST, -1, -1), _NO_BUYERS) if (level == number).any()]
    column = np.array([levels.index(number) for number in level], dtype=np.int64)
    place, sector, bands, rows = _rows(firms, groups)
    sectors = len(rows) // max(len(bands), 1)
    row = place * sectors + (sector if sectors > 1 else 0)
    counts = np.zeros((len(levels), len(rows)), dtype=np.int64)
    np.add.at(counts, (column, row), 1)
    names = tuple(word(_TITLES[number]) if number in _TITLES else word("tier {n}", n=number) for number in levels)
    return Cells(column, row, names, rows, bands, counts)


def _rows(firms: pd.DataFrame, groups: Groups) -> tuple[Index, Index, tuple[Band, ...], tuple[str, ...]]:
    """Return each firm's band and sector among those present, the bands, and the names of the rows."""
    region, sector = firms["region"].astype(str).to_numpy(), firms["sector"].astype(str).to_numpy()
    sectors = [name for name in groups.sectors if name in set(sector)]
    standing = {name: name for name in groups.regions}
    if len(set(region)) > _MOST_ROWS:
        standing = {
            name: region_pool_label(groups, is_capital).removeprefix("all ")
            for name, is_capital in zip(groups.regions, groups.is_capital, strict=True)
        }
    present = {standing[name] for name in set(region)}
    regions = [name for name in dict.fromkeys(standing.values()) if name in present]
    if len(regions) * len(sectors) > _MOST_ROWS:
        sectors = []
    per_band = max(len(sectors), 1)
    bands = tuple(Band(_shown(name, f"region {at + 1}"), at * per_band, per_band) for at, name in enumerate(regions))
    place = {name: regions.index(area) for name, area in standing.items() if area in present}
    number = {name: at for at, name in enumerate(sectors)}
    rows = tuple(_shown(name, f"sector {at + 1}") for _ in regions for at, name in enumerate(sectors or [""]))
    return (
        np.array([place[name] for name in region], dtype=np.int64),
        np.array([number.get(name, 0) for name in sector], dtype=np.int64),
        bands,
        rows,
    )


def _shown(name: str, instead: str) -> str:
    """Return a name as the picture writes it: cut, or replaced where no installed font can write it."""
    return clipped(word(name), 16) if is_writable(name) else instead


def laid_out(cells: Cells, left: float, width: float, height: float, least: tuple[float, float], gap: float) -> Grid:
    """Return cells that fill a page, with room in proportion to their firms.

    Widths w and heights h are the smallest with w_c h_r >= firms of cell (c, r), scaled to the page; ``least`` inches
    are left to the narrowest column and the lowest row, ``gap`` inches stand between columns.
    """
    counts = np.maximum(cells.counts.astype(float), 1e-3)
    widths = np.sqrt(counts.sum(axis=1))
    for _ in range(8):
        heights = (counts / widths[:, np.newaxis]).max(axis=0)
        widths = (counts / heights[np.newaxis, :]).max(axis=1)
    free = width - gap * (len(cells.columns) - 1)
    wide, high = _shared(widths, free, least[0]), _shared(heights, height, least[1])
    return Grid(left + np.cumsum(wide + gap) - wide - gap, wide, np.cumsum(high) - high, high)


def _shared(wanted: Float, total: float, least: float) -> Float:
    """Return sizes that sum to ``total``, in proportion to what is wanted where that is at least ``least``."""
    least = min(least, total / wanted.size)
    is_fixed = np.zeros(wanted.size, dtype=bool)
    while True:
        rest = total - least * is_fixed.sum()
        sizes = np.where(is_fixed, least, rest * wanted / max(float(wanted[~is_fixed].sum()), 1e-12))
        if not ((sizes < least) & ~is_fixed).any():
            return sizes
        is_fixed |= sizes < least
