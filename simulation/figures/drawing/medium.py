"""Some thousand firms: every firm a dot in the bar of its cell, goods as ribbons, cascades of lateness as trees."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simulation.figures.drawing.canvas import TOP, Key, draw_frame, draw_keys, left_of, new_canvas
from simulation.figures.drawing.cascades import cascades
from simulation.figures.drawing.colors import FLOW, RETURN
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.dots import draw_firms, draw_steps, firm_keys
from simulation.figures.drawing.grid import cells_of, laid_out
from simulation.figures.drawing.notes import note_of
from simulation.figures.drawing.packing import pitch_of, unit_bars
from simulation.figures.drawing.ribbons import bar_lengths, draw_ribbons, goods, ribbon_words
from simulation.figures.drawing.sidebar import WIDTH, draw_numbered
from simulation.figures.style import styled

__all__ = ["draw"]

_PAGE = 11.7
_RIBBONS = 60
_MARGIN = 0.035


def draw(content: Content) -> Figure:
    """Return the picture of every firm, with goods bundled by pair of cells and inherited lateness drawn singly."""
    cells = cells_of(content.firms, content.links, content.groups)
    height = TOP + (8.6 if cells.has_many_rows else 6.9)
    left = left_of(cells)
    grid = laid_out(cells, left, _PAGE - left - WIDTH - 0.3, height - TOP - 0.3, (0.7, 0.19), 0.28)
    grid = grid._replace(top=grid.top + TOP)
    pitch = pitch_of(cells, grid, _MARGIN)
    deep = np.maximum(np.floor((grid.height - 2.0 * _MARGIN) / pitch + 1e-9), 1.0)
    position = unit_bars(cells, grid, content.firms["workers"].to_numpy(dtype=float), pitch, _MARGIN)
    found = cascades(content)
    flows, lengths = goods(content, cells), bar_lengths(cells, grid, deep / pitch)
    words = ribbon_words(flows, _RIBBONS, "goods by value")
    drawn = f"Every firm is a dot, the largest on the left of its cell. {words}"
    with styled():
        canvas = new_canvas(_PAGE, height, f"The supplier network {content.moment}", note_of(content, cells, drawn))
        axes = canvas.axes
        draw_frame(axes, cells, grid)
        draw_ribbons(axes, flows, cells, grid, lengths, _RIBBONS, widest=0.2 if cells.has_many_rows else 0.4)
        area = np.full(len(content.firms), (0.86 * 72.0 * pitch) ** 2 * np.pi / 4.0)
        draw_firms(axes, content, position, area, found)
        draw_steps(axes, found, position)
        draw_numbered(axes, content, found, position, np.maximum(area, 20.0), (_PAGE - WIDTH - 0.02, 0.3, height))
        draw_keys(axes, _keys(content), 0.18, 0.14, _PAGE - WIDTH - 0.5)
    return canvas.figure


def _keys(content: Content) -> list[Key]:
    flows = [Key("goods, to the right", "flow", FLOW), Key("goods, to the same or a deeper tier", "flow", RETURN)]
    return [*firm_keys(content), *flows]
