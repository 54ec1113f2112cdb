"""Cells of very many firms as blocks: area by firms, late firms as a share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import Colormap
from matplotlib.patches import Rectangle

from simulation.figures.drawing.canvas import text_size, write
from simulation.figures.drawing.colors import FIRM, INK
from simulation.figures.drawing.grid import Cells, Grid
from simulation.state import Float

__all__ = ["FEWEST", "block_scale", "draw_blocks", "draw_scale", "shares_by_cell"]

FEWEST = 30
"""Firms from which on a cell's share is shown: below, one firm more or less would change its colour."""

_FILLED = 0.72
"""Part of a row's height that a block takes."""

_THINNEST = 0.014


def block_scale(cells: Cells, grid: Grid) -> Float:
    """Return (rows,) firms per inch of a block's length, so that areas are in proportion to firms everywhere."""
    room = grid.width[:, np.newaxis] * grid.height[np.newaxis, :]
    per_inch: Float = float((cells.counts / room).max()) * grid.height
    return np.maximum(per_inch, 1e-9)


def shares_by_cell(cells: Cells, chosen: Float) -> Float:
    """Return (columns, rows) shares of firms that are chosen, NaN in cells of fewer than `FEWEST` firms."""
    total = np.bincount(cells.cell, weights=chosen, minlength=cells.counts.size).reshape(cells.counts.shape)
    shares = np.full(cells.counts.shape, np.nan)
    is_shown = cells.counts >= FEWEST
    shares[is_shown] = total[is_shown] / cells.counts[is_shown]
    return shares


def draw_blocks(
    axes: Axes, cells: Cells, grid: Grid, lengths: Float, colors: Sequence[object], words: Sequence[Sequence[str]]
) -> None:
    """Draw a block for every cell with firms, each with a colour and the first of its words that fit."""
    boxes, faces = [], []
    for number in np.flatnonzero(cells.counts.ravel() > 0).tolist():
        column, row = divmod(number, len(cells.rows))
        long = max(float(lengths[column, row]), _THINNEST)
        high = _FILLED * float(grid.height[row])
        top = float(grid.top[row]) + 0.5 * (float(grid.height[row]) - high)
        boxes.append(Rectangle((float(grid.left[column]), top), long, high))
        faces.append(colors[number])
        size = 6.8 if high > 0.16 else 5.6
        for choice in words[number]:
            wide, tall = text_size(choice, size)
            if wide < long - 0.06 and tall < high + 0.05:
                x, y = float(grid.left[column]) + long / 2.0, top + high / 2.0
                write(axes, x, y, choice, size, ha="center", color=_ink_on(faces[-1]), zorder=4)
                break
    axes.add_collection(PatchCollection(boxes, facecolors=faces, edgecolors="white", linewidths=0.4, zorder=3))


def _ink_on(color: object) -> str:
    """Return black or white, whichever is read more easily on a colour."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(color)  # type: ignore[arg-type]
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "#ffffff"


def draw_scale(axes: Axes, colors: Colormap, top: float, words: str, x: float, y: float) -> None:
    """Draw a bar of colours from 0 to a share, with words on its left, and what grey means."""
    write(axes, x, y, words, 7.5)
    at = x + text_size(words, 7.5)[0] + 0.2
    steps = np.linspace(0.0, 1.0, 24)
    boxes = [Rectangle((at + 0.05 * place, y - 0.05), 0.052, 0.1) for place in range(steps.size)]
    axes.add_collection(PatchCollection(boxes, facecolors=[colors(step) for step in steps], edgecolors="none"))
    axes.add_patch(Rectangle((at + 1.98, y - 0.05), 0.16, 0.1, facecolor=FIRM, edgecolor="none"))
    write(axes, at - 0.03, y, "0", 7.0, ha="right")
    write(axes, at + 1.23, y, f"{100.0 * top:.2g} % or more", 7.0)
    write(axes, at + 2.18, y, f"under {FEWEST} firms", 7.0)
