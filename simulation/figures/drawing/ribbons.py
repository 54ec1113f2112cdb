"""Flows between cells as ribbons: the largest, widths by value, with how much of the whole they show."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from simulation.figures.drawing.colors import FLOW, RETURN
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.flows import Flows, between_cells, draw_wedges, wedges
from simulation.figures.drawing.grid import Cells, Grid
from simulation.state import Float

__all__ = ["bar_lengths", "draw_ribbons", "goods", "ribbon_words"]


def bar_lengths(cells: Cells, grid: Grid, per_inch: Float) -> Float:
    """Return (columns, rows) lengths in inches of bars that hold so many firms an inch in each row."""
    lengths: Float = np.minimum(cells.counts / per_inch[np.newaxis, :], grid.width[:, np.newaxis])
    return lengths


def goods(content: Content, cells: Cells) -> Flows:
    """Return the purchase value that flows between cells, million won a year."""
    supplier, buyer = (content.links[end].to_numpy(dtype=np.int64) for end in ("supplier", "buyer"))
    value = content.links["value"].to_numpy(dtype=float)
    return between_cells(cells.cell[supplier], cells.cell[buyer], value, cells.counts.size)


def draw_ribbons(
    axes: Axes, flows: Flows, cells: Cells, grid: Grid, lengths: Float, most: int, *, widest: float,
    color: str | None = None,
) -> None:  # fmt: skip
    """Draw the largest flows, width in proportion to value.

    Without a colour, those towards large manufacturers and the others are told apart.
    """
    start, end, value = flows.start[:most], flows.end[:most], flows.value[:most]
    if value.size == 0:
        return
    (a, i), (b, j) = np.divmod(start, len(cells.rows)), np.divmod(end, len(cells.rows))
    is_forward = b > a
    middle = grid.top + grid.height / 2.0
    from_x = np.where(is_forward, grid.left[a] + lengths[a, i], grid.left[a] + lengths[a, i] / 2.0)
    to_x = np.where(is_forward, grid.left[b], grid.left[b] + lengths[b, j] / 2.0)
    wide = np.maximum(widest * value / float(value.max()), 0.01)
    shapes = wedges(np.stack([from_x, middle[i]], axis=1), np.stack([to_x, middle[j]], axis=1), wide, 0.18 * wide, 20)
    for is_mine, tint, order in ((~is_forward, color or RETURN, 1.0), (is_forward, color or FLOW, 1.1)):
        draw_wedges(axes, shapes[is_mine], tint, order, alpha=0.5)


def ribbon_words(flows: Flows, most: int, what: str) -> str:
    """Return what ribbons show and leave out."""
    drawn, every = min(most, flows.value.size), flows.value.size
    whole = float(flows.value.sum()) + flows.inside
    if whole <= 0.0:
        return f"There are no flows of {what}."
    which = f"all {every:,}" if drawn == every else f"the {drawn:,} largest of {every:,}"
    share, inside = 100.0 * float(flows.value[:most].sum()) / whole, 100.0 * flows.inside / whole
    return f"Ribbons: {which} flows of {what} between cells, {share:.0f} % of all ({inside:.0f} % stay inside a cell)."
