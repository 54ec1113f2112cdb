"""One firm with all its partners: suppliers on the left, buyers on the right, late ones first."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from simulation.figures.drawing.canvas import write
from simulation.figures.drawing.cascades import Cascade
from simulation.figures.drawing.colors import CRITICAL, FIRM, FLOW, INHERITED, INK, LATE, PALE_INK
from simulation.figures.drawing.content import Content
from simulation.figures.drawing.flows import draw_wedges, wedges
from simulation.figures.drawing.sidebar import badge, firm_name
from simulation.state import Float, Index

__all__ = ["draw_neighbourhood"]

_MOST = 600
"""Partners drawn on one side; of more, those with the largest purchases."""


def draw_neighbourhood(
    axes: Axes, content: Content, firm: int, box: tuple[float, float, float, float], cascade: Cascade | None = None
) -> None:
    """Draw a firm in the middle of a box (left, top, right, bottom) with its partners.

    Of a cascade the firms that it made late are told apart, and its number is 1.
    """
    left, top, right, bottom = box
    supplier, buyer = (content.links[end].to_numpy(dtype=np.int64) for end in ("supplier", "buyer"))
    sold, bought = np.flatnonzero(supplier == firm), np.flatnonzero(buyer == firm)
    made_late = np.zeros(len(content.firms), dtype=bool)
    if cascade is not None:
        made_late[cascade.victims] = True
    middle = np.array([left + 0.30 * (right - left), 0.5 * (top + bottom)])
    write(axes, left, top + 0.02, f"The partners of {firm_name(content, firm)}", 9.0, weight="bold", va="top")
    inner = (top + 0.42, bottom - 0.04)
    for links, partner, span in (
        (bought, supplier, (left + 0.06, left + 0.16 * (right - left))),
        (sold, buyer, (left + 0.50 * (right - left), right - 0.05)),
    ):
        is_selling = partner is buyer
        kept = _ordered(content, links, partner, made_late)
        places = _lattice(kept.size, span, inner, is_selling)
        _draw_partners(axes, content, kept, partner[kept], places, middle, made_late, is_selling)
        name = f"{links.size:,} {'buyers' if is_selling else 'suppliers'}"
        if is_selling and cascade is not None:
            direct = int(made_late[partner[links]].sum())
            name += f", {direct:,} late because of it"
        rest = f" ({_MOST} drawn)" if links.size > _MOST else ""
        write(axes, span[0] - 0.04, top + 0.3, name + rest, 7.5, color=PALE_INK)
    badge(axes, float(middle[0]), float(middle[1]), 1, INHERITED if cascade is not None else INK, 0.12)


def _ordered(
    content: Content, links: Index, partner: Index, made_late: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Index:
    value = content.links["value"].to_numpy(dtype=float)[links]
    is_critical = content.links["critical"].to_numpy()[links] > 0
    order = np.lexsort((-value, ~is_critical, ~made_late[partner[links]]))
    return links[order[:_MOST]]


def _lattice(count: int, span: tuple[float, float], inner: tuple[float, float], is_rightward: bool) -> Float:
    """Return (count, 2) places column by column, the first nearest to the middle of the picture."""
    wide, high = span[1] - span[0], inner[1] - inner[0]
    pitch = min(0.17, float(np.sqrt(wide * high / max(count, 1))) * 0.94)
    deep = max(int(high / pitch), 1)
    across, down = np.divmod(np.arange(count), deep)
    lines = np.bincount(across, minlength=1)[across] if count else np.zeros(0)
    x = span[0] + pitch * (across + 0.5) if is_rightward else span[1] - pitch * (across + 0.5)
    y = 0.5 * (inner[0] + inner[1]) + pitch * (down + 0.5 - lines / 2.0)
    return np.stack([x, y], axis=1)


def _draw_partners(
    axes: Axes, content: Content, links: Index, partner: Index, places: Float, middle: Float,
    made_late: np.ndarray[tuple[int], np.dtype[np.bool_]], is_selling: bool,
) -> None:  # fmt: skip
    if links.size == 0:
        return
    centre = np.tile(middle, (links.size, 1))
    start, end = (centre, places) if is_selling else (places, centre)
    is_critical = content.links["critical"].to_numpy()[links] > 0
    mine = made_late[partner] & is_selling
    wide = np.where(mine, 0.04, 0.016)
    shapes = wedges(start, end, wide, 0.25 * wide)
    for chosen, color, alpha, order in (
        (~is_critical & ~mine, FLOW, 0.35, 1.0), (is_critical & ~mine, CRITICAL, 0.35, 1.1),
        (mine, INHERITED, 0.9, 2.0),
    ):  # fmt: skip
        is_dense = links.size > 150 and order < 2.0
        draw_wedges(axes, shapes[chosen], color, order, alpha=alpha, rasterized=is_dense)
    late = content.is_late[partner] & ~mine
    size = 22.0 if links.size < 150 else 9.0
    for chosen, color, marker in ((~late & ~mine, FIRM, "o"), (late, LATE, "o"), (mine, INHERITED, "D")):
        if chosen.any():
            axes.scatter(
                places[chosen, 0],
                places[chosen, 1],
                s=size,
                c=color,
                marker=marker,
                edgecolors="white",
                linewidths=0.3,
                zorder=4,
            )
