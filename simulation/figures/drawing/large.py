"""A hundred thousand firms: cells as blocks, goods and inherited lateness as ribbons, one firm looked at closely."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.figures.drawing.blocks import block_scale, draw_blocks, draw_scale, shares_by_cell
from simulation.figures.drawing.canvas import TOP, Key, draw_frame, draw_keys, left_of, new_canvas, write
from simulation.figures.drawing.cascades import Cascade, cascades
from simulation.figures.drawing.colors import CRITICAL, FIRM, FLOW, INHERITED, RETURN, SHARES
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.flows import Flows, between_cells
from simulation.figures.drawing.grid import Cells, Grid, cells_of, laid_out
from simulation.figures.drawing.neighbourhood import draw_neighbourhood
from simulation.figures.drawing.notes import note_of
from simulation.figures.drawing.ribbons import bar_lengths, draw_ribbons, goods, ribbon_words
from simulation.figures.drawing.sidebar import cascade_entries, draw_entries, hub_entries, hubs
from simulation.figures.style import styled
from simulation.state import Float

__all__ = ["draw"]

_PAGE = 11.7
_RIBBONS, _LATE_RIBBONS = 80, 50
_BLOCK = "#6d7f8f"
_BELOW = 2.75
"""Inches below the blocks for one firm's partners and the list."""

_LISTED = 6


def draw(content: Content) -> Figure:
    """Return the picture of cells: who sells to whom, where firms are late, and from where they inherit it."""
    cells = cells_of(content.firms, content.links, content.groups)
    high = 6.6 if cells.has_many_rows else 4.6
    left = left_of(cells)
    panels = 2 if content.has_lateness else 1
    width = (_PAGE - left - 0.18 - 0.3 * (panels - 1)) / panels
    gaps = (0.68 if panels == 1 else 0.5, 0.17)
    grid = laid_out(cells, left, width, high, gaps, 0.4 if panels == 1 else 0.14)
    grid = grid._replace(top=grid.top + TOP)
    per_inch = block_scale(cells, grid)
    lengths = bar_lengths(cells, grid, per_inch)
    found, flows = cascades(content), goods(content, cells)
    words = ribbon_words(flows, _RIBBONS, "goods by value")
    if content.has_lateness:
        words += " " + ribbon_words(_inherited(content, cells), _LATE_RIBBONS, "inherited lateness by firms")
    drawn = f"Every cell is a block whose area grows with its firms. {words}"
    height = TOP + high + _BELOW + 0.12
    with styled():
        canvas = new_canvas(_PAGE, height, f"The supplier network {content.moment}", note_of(content, cells, drawn))
        axes = canvas.axes
        _draw_goods(axes, cells, grid, lengths, flows)
        if content.has_lateness:
            moved = grid._replace(left=grid.left + width + 0.3)
            _draw_lateness(axes, content, cells, moved, lengths)
        _draw_close(axes, content, found, TOP + high + 0.14, height)
        keys = [Key("goods, to the right", "flow", FLOW), Key("goods, to the same or a deeper tier", "flow", RETURN)]
        if content.has_lateness:
            keys.append(Key("lateness passed on", "flow", INHERITED))
        draw_keys(axes, [*keys, Key("firms", "block", _BLOCK)], 0.18, 0.14, _PAGE - 0.4)
    return canvas.figure


def _inherited(content: Content, cells: Cells) -> Flows:
    """Return the firms late because of another, by the cell where it began and their own."""
    late = np.flatnonzero(content.is_inherited)
    root = content.firms["root"].to_numpy(dtype=np.int64)[late]
    return between_cells(cells.cell[root], cells.cell[late], np.ones(late.size), cells.counts.size)


def _draw_goods(axes: Axes, cells: Cells, grid: Grid, lengths: Float, flows: Flows) -> None:
    write(axes, float(grid.left[0]), 0.44, "Who sells to whom", 9.5, weight="bold")
    draw_frame(axes, cells, grid)
    draw_ribbons(axes, flows, cells, grid, lengths, _RIBBONS, widest=0.16 if cells.has_many_rows else 0.4)
    words = [(f"{count:,}",) for count in cells.counts.ravel()]
    draw_blocks(axes, cells, grid, lengths, [_BLOCK] * cells.counts.size, words)


def _draw_lateness(axes: Axes, content: Content, cells: Cells, grid: Grid, lengths: Float) -> None:
    write(axes, float(grid.left[0]), 0.44, "Where firms are late, and where that began", 9.5, weight="bold")
    draw_frame(axes, cells, grid, has_rows=False)
    flows = _inherited(content, cells)
    draw_ribbons(
        axes, flows, cells, grid, lengths, _LATE_RIBBONS, widest=0.16 if cells.has_many_rows else 0.28, color=INHERITED
    )
    late = shares_by_cell(cells, content.is_late.astype(float))
    inherited = shares_by_cell(cells, content.is_inherited.astype(float))
    known = inherited[np.isfinite(inherited)]
    top = float(known.max()) if known.size and known.max() > 0.0 else 0.01
    colors = [SHARES(share / top) if np.isfinite(share) else FIRM for share in inherited.ravel()]
    words = [
        (f"{100.0 * every:.1f} % late,\n{100.0 * some:.1f} % by others", f"{100.0 * some:.1f} %") if some >= 0.0 else ()
        for every, some in zip(late.ravel(), inherited.ravel(), strict=True)
    ]
    draw_blocks(axes, cells, grid, lengths, colors, words)
    bottom = float(grid.top[-1] + grid.height[-1])
    draw_scale(axes, SHARES, top, "late because of another firm:", float(grid.left[0]), bottom + 0.12)


def _draw_close(axes: Axes, content: Content, found: list[Cascade], top: float, bottom: float) -> None:
    """Draw the partners of the firm that made most others late, or of the largest hub, beside a list."""
    box = (0.18, top + 0.12, 6.2, bottom)
    if found:
        draw_neighbourhood(axes, content, found[0].root, box, found[0])
        entries, heading = cascade_entries(content, found, _LISTED, named=0), "Who made most firms late"
    else:
        chosen = hubs(content, _LISTED)
        if chosen.size:
            draw_neighbourhood(axes, content, int(chosen[0]), box)
        entries, heading = hub_entries(content, chosen), "On whom most buyers depend"
    write(axes, 6.55, top + 0.14, heading if entries else "", 9.0, weight="bold", va="top")
    half = (len(entries) + 1) // 2
    for side, part in enumerate((entries[:half], entries[half:])):
        place = (6.55 + 2.6 * side, top + 0.42, bottom)
        draw_entries(axes, part, place, first=1 + side * half, colors=[INHERITED if found else CRITICAL] * 9)
    others = found[len(entries) :]
    if others:
        late = sum(one.victims.size for one in others)
        words = f"{len(others):,} other firms made {late:,} firms late, at most {others[0].victims.size:,} each"
        write(axes, 6.55, bottom - 0.12, words, 7.5)
