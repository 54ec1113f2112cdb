"""A page measured in inches: title above, legend, columns and rows named, note below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from simulation.figures.drawing.colors import BAND, INK, PALE_INK
from simulation.figures.drawing.flows import Color, draw_wedges, wedges
from simulation.figures.drawing.grid import Cells, Grid
from simulation.figures.fonts import families, is_writable
from simulation.figures.style import finish, noted_lines
from simulation.texts import language_now, word

__all__ = ["TOP", "Canvas", "Key", "draw_frame", "draw_keys", "left_of", "new_canvas", "text_size", "write", "written"]

TOP = 1.1
"""Inches above the cells for legend and names of columns."""

_LINE = 8.5 * 1.35 / 72.0
_RISE = 0.36
"""Middle of small letters above the line on which they stand, in sizes of the font."""

_MEASURE = TextToPath()


class Canvas(NamedTuple):
    """A figure with axes in inches, x to the right and y down, that fill it between title and note."""

    figure: Figure
    axes: Axes
    width: float
    height: float


class Key(NamedTuple):
    """An entry of the legend: words beside a mark ("dot", "diamond", "ring", "block", "flow") in a colour."""

    words: str
    mark: str
    color: Color


def text_size(text: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """Return width and height of a text in inches, all of whose lines have the height of the tallest."""
    properties = FontProperties(family=list(families(language_now().code)), size=size, weight=weight)
    lines = text.split("\n")
    width = max(_MEASURE.get_text_width_height_descent(line, properties, ismath=False)[0] for line in lines)
    return float(width) / 72.0, len(lines) * size * 1.25 / 72.0


def written(name: str, instead: str) -> str:
    """Return a name where a font can write it, else what stands for it."""
    return name if is_writable(name) else instead


def new_canvas(width: float, height: float, title: str, note: str) -> Canvas:
    """Return a page with ``height`` inches between title and note; call inside `styled`."""
    above, below = 0.42, 0.16 + _LINE * len(noted_lines(note, width))
    whole = above + height + below
    figure = Figure(figsize=(width, whole))
    figure.suptitle(title, x=0.12 / width, y=1.0 - 0.12 / whole, ha="left", va="top", fontsize=13.0, fontweight="bold")
    finish(figure, note)
    axes = figure.add_axes((0.0, below / whole, 1.0, height / whole))
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    axes.set_axis_off()
    return Canvas(figure, axes, width, height)


def write(
    axes: Axes, x: float, y: float, text: str, size: float = 8.0, **options: Any,  # noqa: ANN401
) -> Text:  # fmt: skip
    """Write a text at a place of the page, by default from there to the right, centred in height."""
    chosen: dict[str, Any] = {"color": INK, "ha": "left", "va": "center", "linespacing": 1.15} | options
    if chosen["va"] == "center" and "\n" not in text:
        # Letters below the line must not lift one text above its neighbours.
        chosen["va"], y = "baseline", y + _RISE * size / 72.0
    return axes.text(x, y, text, fontsize=size, **chosen)


def left_of(cells: Cells) -> float:
    """Return the inches left of the cells that the names of rows need."""
    regions = max(text_size(band.name, 8.5, "bold")[0] for band in cells.bands)
    sectors = max(text_size(name, 7.0)[0] for name in cells.rows)
    return 0.18 + regions + 0.14 + sectors + 0.14


def draw_frame(axes: Axes, cells: Cells, grid: Grid, *, has_rows: bool = True) -> None:
    """Shade every other region, name rows and columns, and say how many firms a column has."""
    start, right = float(grid.left[0]) - 0.07, float(grid.left[-1] + grid.width[-1]) + 0.07
    if has_rows:
        start = 0.12
    bands = []
    for place, band in enumerate(cells.bands):
        top = float(grid.top[band.first])
        height = float(grid.height[band.first : band.first + band.rows].sum())
        if place % 2 == 0:
            bands.append(Rectangle((start, top), right - start, height))
        if has_rows:
            write(axes, 0.18, top + min(0.11, height / 2.0), band.name, 8.5, weight="bold")
    axes.add_collection(PatchCollection(bands, facecolor=BAND, edgecolor="none", zorder=0))
    if has_rows:
        _name_sectors(axes, cells, grid)
    size = 7.5 if grid.width.min() > 0.7 else 6.5
    for column, name in enumerate(cells.columns):
        middle = float(grid.left[column] + grid.width[column] / 2)
        count = int(cells.counts[column].sum())
        firms = word("{n} {n:firm|firms}", n=f"{count:,}")
        write(axes, middle, float(grid.top[0]) - 0.08, f"{name}\n{firms}", size, ha="center", va="bottom")


def _name_sectors(axes: Axes, cells: Cells, grid: Grid) -> None:
    for row, name in enumerate(cells.rows):
        high = float(grid.height[row])
        write(
            axes, float(grid.left[0]) - 0.14, float(grid.top[row]) + high / 2, name, 7.0 if high > 0.14 else 5.5,
            color=PALE_INK, ha="right",
        )  # fmt: skip


def draw_keys(axes: Axes, keys: Sequence[Key], x: float, y: float, width: float) -> None:
    """Draw a legend in lines that begin at a place and are at most so wide."""
    at, line = x, y
    for key in keys:
        long = text_size(key.words, 8.0)[0] + 0.34
        if at > x and at + long > x + width:
            at, line = x, line + 0.19
        _draw_mark(axes, key, at, line)
        write(axes, at + 0.3, line, key.words, 8.0)
        at += long + 0.2


def _draw_mark(axes: Axes, key: Key, x: float, y: float) -> None:
    if key.mark == "flow":
        draw_wedges(axes, wedges([[x, y]], [[x + 0.26, y]], [0.07], [0.012]), key.color, 1.0)
    elif key.mark == "block":
        axes.add_patch(Rectangle((x + 0.04, y - 0.06), 0.2, 0.12, facecolor=key.color, edgecolor="none"))
    else:
        marker = {"dot": "o", "diamond": "D", "ring": "o"}[key.mark]
        face = "white" if key.mark == "ring" else key.color
        dots: PathCollection = axes.scatter([x + 0.16], [y], s=34, color=[face], edgecolors=[key.color], marker=marker)
        dots.set_linewidth(1.4 if key.mark == "ring" else 0.4)
