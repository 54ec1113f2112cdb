"""Where the firms of a cell stand: side by side like the units of a bar, or around the largest."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from simulation.figures.drawing.grid import Cells, Grid
from simulation.state import Float

__all__ = ["fitted_areas", "pitch_of", "spirals", "unit_bars"]

_COVERED = 0.22
"""Largest part of a cell that dots cover."""

_GOLDEN = pi * (3.0 - sqrt(5.0))


def pitch_of(cells: Cells, grid: Grid, margin: float, largest: float = 0.2) -> float:
    """Return the largest distance of dots, in inches, with which every cell holds its firms on a square lattice."""
    room_x, room_y = grid.width[:, np.newaxis], grid.height[np.newaxis, :] - 2.0 * margin
    for pitch in largest * 0.985 ** np.arange(600):
        if (np.floor(room_x / pitch + 1e-9) * np.floor(room_y / pitch + 1e-9) >= cells.counts).all():
            return float(pitch)
    return float(np.sqrt((room_x * room_y).max() / max(int(cells.counts.max()), 1)) / 2.0)


def unit_bars(cells: Cells, grid: Grid, size: Float, pitch: float, margin: float) -> Float:
    """Return (n, 2) places on a lattice that fills cells from the left, column by column, the largest firms first.

    Every cell so is a bar whose length grows with its firms.
    """
    order = np.lexsort((-size, cells.cell))
    cell = cells.cell[order]
    rank = np.arange(cell.size) - np.searchsorted(cell, cell)
    deep = np.maximum(np.floor((grid.height - 2.0 * margin) / pitch + 1e-9), 1.0).astype(np.int64)
    row = cells.row[order]
    across, down = np.divmod(rank, deep[row])
    top = grid.top[row] + 0.5 * (grid.height[row] - deep[row] * pitch)
    position = np.empty((cell.size, 2))
    position[order, 0] = grid.left[cells.column[order]] + (across + 0.5) * pitch
    position[order, 1] = top + (down + 0.5) * pitch
    return position


def fitted_areas(cells: Cells, grid: Grid, area: Float) -> Float:
    """Return areas (square points) of dots that leave room between them: shrunk alike where a cell is crowded."""
    room = 72.0**2 * (grid.width[:, np.newaxis] * grid.height[np.newaxis, :]).ravel()
    crowding = float((np.bincount(cells.cell, weights=area, minlength=room.size) / room).max())
    lowest = np.sqrt(float(grid.height.min()) / 0.9)  # a dot of a low row must not cover the next one
    fitted: Float = area * min(1.0, _COVERED / crowding, float(lowest))
    return fitted


def spirals(cells: Cells, grid: Grid, area: Float) -> Float:
    """Return (n, 2) places on spirals of golden angles, the largest firms in the middle, room in proportion to area."""
    position = np.empty((area.size, 2))
    crowding = max(
        (float(area[cells.cell == number].sum()) / _room(grid, int(number), len(cells.rows)))
        for number in np.unique(cells.cell)
    )
    for number in np.unique(cells.cell):
        inside = np.flatnonzero(cells.cell == number)
        inside = inside[np.argsort(-area[inside], kind="stable")]
        column, row = divmod(int(number), len(cells.rows))
        mine = area[inside]
        fill = sqrt(float(mine.sum()) / _room(grid, int(number), len(cells.rows)) / crowding)
        reach = np.array([0.46 * grid.width[column], 0.40 * grid.height[row]]) * min(1.0, max(fill, 0.35) + 0.1)
        position[inside] = grid.middle(np.array([column]), np.array([row])) + reach * _spiral(mine)
    return position


def _room(grid: Grid, number: int, rows: int) -> float:
    column, row = divmod(number, rows)
    return float(grid.width[column] * grid.height[row])


def _spiral(area: Float) -> Float:
    """Return places (n, 2) in a disc of radius 1, room in proportion to area."""
    if area.size == 1:
        return np.zeros((1, 2))
    taken = np.cumsum(area) - 0.5 * area
    radius = np.sqrt(taken / max(float(area.sum()), 1e-9))
    radius[0] = 0.0 if area[0] > 0.2 * area.sum() else radius[0]
    angle = _GOLDEN * np.arange(area.size) + 0.4
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
