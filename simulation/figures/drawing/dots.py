"""Firms as dots, links as wedges, and the ways of lateness among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from simulation.figures.drawing.canvas import Key
from simulation.figures.drawing.cascades import Cascade
from simulation.figures.drawing.colors import ADOPTED, CRITICAL, FIRM, FLOW, HUBS, INHERITED, LATE, TREES
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.flows import Bend, draw_wedges, wedges
from simulation.measures.measure import Mask
from simulation.state import Float

__all__ = ["dot_areas", "draw_adopters", "draw_firms", "draw_links", "draw_steps", "firm_keys"]

_MANY_LINKS, _MANY_FIRMS = 900, 3000
"""From here on links and firms are drawn as pixels in files of lines, to keep them small."""

_MANY_STEPS = 40
"""Ways of lateness, besides the largest cascades, from which on they would hide the picture."""

_SMALLEST_VICTIM = 16.0
"""Square points of a firm that is late because of another: it must be seen."""


def dot_areas(workers: Float) -> Float:
    """Return areas of dots in square points, growing with workers less than in proportion: small firms stay visible."""
    areas: Float = np.clip(2.6 * workers**0.6, 14.0, 460.0)
    return areas


def draw_links(axes: Axes, content: Content, position: Float, bend: Bend = "level", most: int | None = None) -> None:
    """Draw links as wedges, critical ones darker, fainter the more there are; all, or those of largest value."""
    links = content.links if most is None else content.links.nlargest(most, "value")
    if links.empty:
        return
    ends = links[["supplier", "buyer"]].to_numpy(dtype=np.int64)
    value = links["value"].to_numpy(dtype=float)
    wide = (0.010 if len(links) > 100 else 0.022) + 0.05 * np.sqrt(value / max(float(value.max()), 1e-12))
    is_many = len(links) > _MANY_LINKS
    shapes = wedges(
        position[ends[:, 0]], position[ends[:, 1]], wide, 0.2 * wide, 28 if len(links) <= 300 else 14, bend=bend
    )
    faint = float(np.clip(260.0 / len(links), 0.25, 0.9)) ** 0.7
    is_critical = links["critical"].to_numpy() > 0
    for chosen, color, alpha in ((~is_critical, FLOW, 0.45 * faint), (is_critical, CRITICAL, 0.55 * faint)):
        draw_wedges(axes, shapes[chosen], color, 1.0, alpha=alpha, rasterized=is_many)


def _buyers(content: Content) -> Float:
    """Return (n,) numbers of buyers."""
    return np.bincount(content.links["supplier"], minlength=len(content.firms)).astype(np.float64)


def firm_keys(content: Content) -> list[Key]:
    """Return what the colours of firms mean: lateness, or before a run the ends of the scale of buyers."""
    if not content.has_lateness:
        most = int(_buyers(content).max(initial=0.0))
        called = f"{most:,} buyer{'' if most == 1 else 's'}"
        return [Key("no buyers", "dot", HUBS(0.0))] + ([Key(called, "dot", HUBS(1.0))] if most else [])
    return [
        Key("on time", "dot", FIRM), Key("late on its own", "dot", LATE),
        Key("late because of another firm", "diamond", INHERITED), Key("lateness passed on", "flow", INHERITED),
    ]  # fmt: skip


def draw_firms(axes: Axes, content: Content, position: Float, area: Float, found: Sequence[Cascade]) -> None:
    """Draw firms: on time, late on their own, late because of another firm; before a run by number of buyers."""
    is_many = len(content.firms) > _MANY_FIRMS
    edge = float(np.clip(np.sqrt(area.min()) / 9.0, 0.0, 0.5))
    if not content.has_lateness:
        buyers = _buyers(content)
        shade = np.sqrt(buyers / max(float(buyers.max()), 1.0))
        _scatter(axes, position, area, HUBS(shade), edge, 3.0, is_many)
        return
    late, inherited = content.is_late, content.is_inherited

    def scatter(chosen: Mask, color: str, marker: str, order: float, least: float = 0.0) -> None:
        sizes = np.maximum(area[chosen], least)
        _scatter(axes, position[chosen], sizes, color, edge, order, is_many and marker == "o", marker)

    scatter(~late, FIRM, "o", 3.0)
    scatter(late & ~inherited, LATE, "o", 3.1)
    rest = inherited.copy()
    for one, color in zip(found, TREES, strict=False):
        mine = np.zeros_like(inherited)
        mine[one.victims] = True
        scatter(mine, color, "D", 6.0, _SMALLEST_VICTIM)
        rest &= ~mine
    scatter(rest, INHERITED, "D", 5.9, _SMALLEST_VICTIM * 0.6)


def _scatter(
    axes: Axes, position: Float, area: Float, color: str | Float, edge: float, order: float, is_raster: bool = False,
    marker: str = "o",
) -> None:  # fmt: skip
    if len(position):
        axes.scatter(
            position[:, 0], position[:, 1], s=area, c=color, marker=marker, edgecolors="white", linewidths=edge,
            zorder=order, rasterized=is_raster,
        )  # fmt: skip


def draw_adopters(axes: Axes, position: Float, area: Float, adopted: Mask) -> None:
    """Draw firms, those that have adopted in a colour of their own and on top."""
    for chosen, color, order in ((~adopted, FIRM, 3.0), (adopted, ADOPTED, 3.1)):
        _scatter(axes, position[chosen], area[chosen], color, 0.5, order)


def draw_steps(axes: Axes, found: Sequence[Cascade], position: Float) -> None:
    """Draw the links over which lateness travelled, each of the largest cascades in a colour of its own.

    Where the supplier has been replaced since, the firms are joined by a dashed outline. Where there are very many
    others, only the largest cascades are drawn.
    """
    count = sum(len(one.steps) for one in found[: len(TREES)])
    others = sum(len(one.steps) for one in found[len(TREES) :])
    if others > _MANY_STEPS:
        found = found[: len(TREES)]
    size = min(1.0, (16.0 / max(count, 1)) ** 0.6)
    for rank, one in reversed(list(enumerate(found))):
        is_told_apart = rank < len(TREES)
        color = TREES[rank] if is_told_apart else INHERITED
        wide = np.full(len(one.steps), (0.075 if is_told_apart else 0.035) * size)
        shapes = wedges(position[one.steps[:, 0]], position[one.steps[:, 1]], wide, 0.24 * wide, 20)
        known = one.is_known > 0
        order = 5.5 if is_told_apart else 5.0
        draw_wedges(axes, shapes[known], color, order, edgecolor="white", linewidth=0.4, alpha=0.92)
        dashes = {"facecolor": "none", "edgecolor": color, "linewidth": 0.8, "linestyle": (0, (3, 2))}
        draw_wedges(axes, shapes[~known], color, order, **dashes)
