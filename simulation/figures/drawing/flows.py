"""Flows as curved wedges: wide where goods or lateness come from, thin where they go."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import ArrayLike

from simulation.state import Float, Index

__all__ = ["Bend", "Color", "Flows", "between_cells", "draw_wedges", "wedges"]

Color = str | tuple[float, float, float, float]

_POINTS = 14
_BEND = 0.16
"""How far a flow that does not go to the right bends aside, in lengths."""

_FARTHEST = 0.4
"""The same in inches, at most."""

_PULL = 0.3
"""How far chords of a circle bend towards its middle."""

Bend = Literal["level", "none", "inward"]


class Flows(NamedTuple):
    """Sums over links by pair of cells, the largest first.

    Attributes
    ----------
    start, end : (p,) cells
    value : (p,)
    inside : value between firms of one cell
    """

    start: Index
    end: Index
    value: Float
    inside: float


def between_cells(start: Index, end: Index, value: Float, cells: int) -> Flows:
    """Return what flows from each cell to each other cell; ``start`` and ``end`` (m,) are the cells of each link."""
    total = np.bincount(start * cells + end, weights=value, minlength=0)
    pair = np.flatnonzero(total > 0.0)
    first, last = np.divmod(pair, cells)
    is_between = first != last
    kept = pair[is_between]
    order = np.argsort(-total[kept], kind="stable")
    return Flows(
        first[is_between][order],
        last[is_between][order],
        total[kept][order].astype(np.float64),
        float(total[pair[~is_between]].sum()),
    )


def wedges(
    start: ArrayLike,
    end: ArrayLike,
    wide: ArrayLike,
    thin: ArrayLike,
    points: int = _POINTS,
    *,
    bend: Bend = "level",
) -> Float:
    """Return (m, 2 x points, 2) corners of wedges from places to places, in inches.

    Parameters
    ----------
    start, end : (m, 2)
    wide, thin : (m,) width at the start and at the end
    """
    a, b = np.atleast_2d(np.asarray(start, float)), np.atleast_2d(np.asarray(end, float))
    along = b - a
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    if bend == "level":
        level = np.stack([0.5 * along[:, 0], np.zeros(len(a))], axis=1)
        aside = np.stack([along[:, 1], -along[:, 0]], axis=1) * np.minimum(_BEND, _FARTHEST / length)[:, np.newaxis]
        is_right = (along[:, 0] > 0.25 * length)[:, np.newaxis]
        first = np.where(is_right, a + level, a + along / 3.0 + aside)
        second = np.where(is_right, b - level, b - along / 3.0 + aside)
    else:
        pull = _PULL if bend == "inward" else 0.0
        middle = 0.5 * (np.minimum(a, b).min(axis=0) + np.maximum(a, b).max(axis=0)) if len(a) else np.zeros(2)
        first, second = ((1.0 - pull) * place + pull * middle for place in (a + along / 3.0, b - along / 3.0))
    t = np.linspace(0.0, 1.0, points)[np.newaxis, :, np.newaxis]
    s = 1.0 - t
    a, b, first, second = (place[:, np.newaxis, :] for place in (a, b, first, second))
    spine = s**3 * a + 3.0 * s**2 * t * first + 3.0 * s * t**2 * second + t**3 * b
    slope = 3.0 * s**2 * (first - a) + 6.0 * s * t * (second - first) + 3.0 * t**2 * (b - second)
    slope /= np.maximum(np.hypot(slope[..., :1], slope[..., 1:]), 1e-9)
    across = np.stack([-slope[..., 1], slope[..., 0]], axis=2)
    w, e = (np.atleast_1d(np.asarray(size, float))[:, np.newaxis, np.newaxis] for size in (wide, thin))
    half = 0.5 * (s * w + t * e) * across
    corners: Float = np.concatenate([spine + half, (spine - half)[:, ::-1]], axis=1)
    return corners


def draw_wedges(axes: Axes, shapes: Float, color: Color, order: float, **look: Any) -> None:  # noqa: ANN401
    """Draw wedges (m, 2 x points, 2) filled with a colour."""
    if len(shapes):
        chosen = {"facecolor": color, "edgecolor": "none"} | look
        axes.add_collection(PolyCollection(list(shapes), zorder=order, **chosen))
