"""A few hundred firms: every firm a dot, every link a wedge, every inherited lateness a dark one."""

from __future__ import annotations

from math import pi
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial import KDTree

from simulation.figures.drawing.canvas import TOP, Key, draw_frame, draw_keys, left_of, new_canvas
from simulation.figures.drawing.cascades import cascades
from simulation.figures.drawing.colors import CRITICAL, FLOW
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.dots import dot_areas, draw_firms, draw_links, draw_steps, firm_keys
from simulation.figures.drawing.flows import Bend
from simulation.figures.drawing.grid import Cells, Grid, cells_of, laid_out
from simulation.figures.drawing.labels import Label, label_dots
from simulation.figures.drawing.notes import note_of
from simulation.figures.drawing.packing import fitted_areas, spirals
from simulation.figures.drawing.shapes import ROUND, places
from simulation.figures.drawing.sidebar import WIDTH, draw_numbered, firm_name
from simulation.figures.style import styled
from simulation.state import Float

__all__ = ["draw"]

_PAGE = 11.7
_LABELS = 24


class _Page(NamedTuple):
    """Where firms stand, in inches, how large their dots are, where labels may stand, and the frame of cells."""

    height: float
    position: Float
    area: Float
    bounds: tuple[float, float, float, float]
    frame: tuple[Cells, Grid] | None


def draw(content: Content, shape: str | None = None) -> Figure:
    """Return the picture of every firm and every link.

    Parameters
    ----------
    content : Content
    shape : str, optional
        How a network of a textbook looks (`shapes.shape_of`); by default firms stand in columns by tier.
    """
    area = dot_areas(content.firms["workers"].to_numpy(dtype=float))
    area *= float(np.clip(170.0 / max(len(area), 1), 0.6, 2.2))
    found = cascades(content)
    page = _in_columns(content, area) if shape is None else _in_shape(content, area, shape)
    drawn = (
        "Every firm is a dot whose area grows with its workers, every link a wedge from supplier (wide) to buyer "
        "(thin), wider for more value."
    )
    with styled():
        note = note_of(content, None if page.frame is None else page.frame[0], drawn)
        canvas = new_canvas(_PAGE, page.height, f"The supplier network {content.moment}", note)
        axes = canvas.axes
        if page.frame is not None:
            draw_frame(axes, *page.frame)
        draw_links(axes, content, page.position, _bend(shape))
        draw_firms(axes, content, page.position, page.area, found)
        draw_steps(axes, found, page.position)
        top = draw_numbered(axes, content, found, page.position, page.area, (_PAGE - WIDTH - 0.02, 0.3, page.height))
        _name_firms(axes, content, page, top)
        draw_keys(axes, _keys(content), 0.18, 0.14, _PAGE - WIDTH - 0.5)
    return canvas.figure


def _bend(shape: str | None) -> Bend:
    """Return how links bend: so that neighbours on a circle and their neighbours stay apart, too."""
    return "level" if shape is None else "inward" if shape == "ring" else "none"


def _in_columns(content: Content, area: Float) -> _Page:
    """Return places in cells of tier, region and sector."""
    cells = cells_of(content.firms, content.links, content.groups)
    rows = len(cells.rows)
    height = TOP + (8.2 if cells.has_many_rows else float(np.clip(1.35 * rows, 5.2, 7.2)))
    left = left_of(cells)
    grid = laid_out(cells, left, _PAGE - left - WIDTH - 0.3, height - TOP - 0.3, (0.72, 0.22), 0.2)
    grid = grid._replace(top=grid.top + TOP)
    area = fitted_areas(cells, grid, area)
    right, bottom = float(grid.left[-1] + grid.width[-1]), float(grid.top[-1] + grid.height[-1])
    bounds = (left - 0.05, TOP, right + 0.15, bottom)
    return _Page(height, spirals(cells, grid, area), area, bounds, (cells, grid))


def _in_shape(content: Content, area: Float, shape: str) -> _Page:
    """Return places in which the network looks like its shape, with dots no larger than the room between them."""
    height = 3.4 if shape == "chain" else 7.2
    corner, size = np.array([0.5, 0.75]), np.array([_PAGE - WIDTH - 1.3, height - 1.05])
    if shape in ROUND:
        corner, size = corner + (size - size.min()) / 2.0, np.full(2, size.min())
    position = corner + size * places(shape, content.links, len(content.firms))
    nearest: Float = np.asarray(KDTree(position).query(position, k=2)[0])[:, 1]
    area = np.minimum(area, np.pi * (0.42 * 72.0 * np.maximum(nearest, 0.02)) ** 2)
    return _Page(height, position, area, (0.1, 0.5, _PAGE - WIDTH - 0.1, height - 0.02), None)


def _name_firms(axes: Axes, content: Content, page: _Page, numbered: list[int]) -> None:
    """Name the numbered firms, those of cascades, large manufacturers and the largest others."""
    sales = content.firms["sales"].to_numpy(dtype=float)
    tier = content.firms["tier"].to_numpy()
    order = np.lexsort((-sales, tier != 0, ~content.is_inherited))
    most = _LABELS if len(sales) <= _LABELS * 6 else _LABELS // 2
    wanted = [*numbered, *[int(firm) for firm in order[:most] if int(firm) not in numbered]]
    radius = np.sqrt(page.area / pi) / 72.0
    x, y = page.position.T
    labels = [
        Label(
            firm_name(content, firm), float(x[firm]), float(y[firm]), max(float(radius[firm]), 0.085), firm in numbered
        )
        for firm in wanted
    ]
    label_dots(axes, labels, np.column_stack([page.position, radius]), page.bounds, is_below=page.frame is None)


def _keys(content: Content) -> list[Key]:
    links = [Key("sells to", "flow", FLOW), Key("critical: the buyer cannot do without", "flow", CRITICAL)]
    return [*firm_keys(content), *links]
