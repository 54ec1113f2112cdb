"""The supplier network of one run: who has adopted, and who is late because of whom."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.experiments.comparison import Comparison
from simulation.figures.drawing.canvas import TOP, Key, draw_frame, draw_keys, left_of, new_canvas, write
from simulation.figures.drawing.cascades import cascades
from simulation.figures.drawing.colors import ADOPTED, FIRM, INHERITED, LATE
from simulation.figures.drawing.content import Content, of_experiment, part_of
from simulation.figures.drawing.dots import dot_areas, draw_adopters, draw_firms, draw_links, draw_steps
from simulation.figures.drawing.grid import Cells, Grid, cells_of, laid_out
from simulation.figures.drawing.notes import note_of
from simulation.figures.drawing.packing import fitted_areas, spirals
from simulation.figures.style import styled
from simulation.figures.summaries import chosen_scenario
from simulation.texts import say, word

__all__ = ["LARGEST", "TITLE", "caption", "draw"]

TITLE = "The supplier network at the end of one run"
LARGEST = 400
"""Most firms drawn: more would be a grey cloud."""

_PAGE, _GAP = 8.6, 0.25
_LINKS = 700
"""Most links drawn, for the same reason and because the figure stands in a report."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.network_caption")


def draw(comparison: Comparison, scenario: str | None = None, largest: int = LARGEST) -> Figure:
    """Return the network of the first seed of a scenario, by default of the baseline, in two panels.

    Parameters
    ----------
    comparison : Comparison
    scenario : str, optional
        Name of another scenario.
    largest : int
        Most firms drawn; of larger networks, firms around some large manufacturers.

    Raises
    ------
    InputError
        Where firms and links were not kept, or there is no such scenario.
    """
    content = part_of(of_experiment(comparison.experiment, chosen_scenario(comparison, scenario)), largest)
    cells = cells_of(content.firms, content.links, content.groups)
    left = left_of(cells)
    width = (_PAGE - left - _GAP - 0.15) / 2.0
    high = 5.8 if cells.has_many_rows else 4.8
    grid = laid_out(cells, left, width, high, (0.56, 0.2), 0.1)
    grid = grid._replace(top=grid.top + TOP)
    links = say("network.links", n=f"{_LINKS:,}") + " " if len(content.links) > _LINKS else ""
    drawn = links + say("network.others")
    note = note_of(content, cells, drawn)
    with styled():
        canvas = new_canvas(_PAGE, TOP + high + 0.3, word(TITLE), note)
        _draw_panels(canvas.axes, content, cells, grid, width + _GAP)
        keys = [
            Key(word("has adopted"), "dot", ADOPTED), Key(word("other firms"), "dot", FIRM),
            Key(word("late on its own"), "dot", LATE), Key(word("late because of another firm"), "diamond", INHERITED),
            Key(word("lateness passed on"), "flow", INHERITED),
        ]  # fmt: skip
        draw_keys(canvas.axes, keys, 0.18, 0.14, _PAGE - 0.4)
    return canvas.figure


def _draw_panels(axes: Axes, content: Content, cells: Cells, grid: Grid, aside: float) -> None:
    """Draw adoption with all links, and ``aside`` inches to the right lateness with the ways it took."""
    area = fitted_areas(cells, grid, dot_areas(content.firms["workers"].to_numpy(dtype=float)))
    position = spirals(cells, grid, area)
    adopted = content.firms["adopted"].to_numpy(dtype=np.bool_)
    heading = word("Adopted: {n} of {all} firms drawn", n=f"{int(adopted.sum()):,}", all=f"{adopted.size:,}")
    write(axes, float(grid.left[0]), 0.42, heading, 9.0, weight="bold")
    draw_frame(axes, cells, grid)
    draw_links(axes, content, position, most=_LINKS)
    draw_adopters(axes, position, area, adopted)
    moved, found = grid._replace(left=grid.left + aside), cascades(content)
    late, inherited = int(content.is_late.sum()), int(content.is_inherited.sum())
    heading = word("Late: {late}; {inherited} because of another", late=f"{late:,}", inherited=f"{inherited:,}")
    write(axes, float(moved.left[0]), 0.42, heading, 9.0, weight="bold")
    draw_frame(axes, cells, moved, has_rows=False)
    there = position + np.array([aside, 0.0])
    draw_firms(axes, content, there, area, found)
    draw_steps(axes, found, there)
