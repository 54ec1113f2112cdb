"""Labels of dots without overlaps: each takes the first free place around its dot, or is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from simulation.figures.drawing.canvas import text_size
from simulation.figures.drawing.colors import INK
from simulation.state import Float

__all__ = ["Label", "label_dots"]


class Label(NamedTuple):
    """A text for a dot: place and radius in inches."""

    text: str
    x: float
    y: float
    radius: float
    is_bold: bool = False


Bounds = tuple[float, float, float, float]
Sides = Sequence[tuple[int, int]]

_BESIDE = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_BELOW = ((0, 1), (0, -1), *_BESIDE[:2], *_BESIDE[4:])
_STEPS = (0.02, 0.1)


def label_dots(axes: Axes, labels: Sequence[Label], obstacles: Float, bounds: Bounds, *, is_below: bool = False) -> int:
    """Write labels, the most important first, and return how many found a place.

    Parameters
    ----------
    obstacles : (k, 3) dots to keep clear of: place and radius
    bounds : left, top, right, bottom of the part of the page that labels may use
    is_below : whether a place below or above a dot comes before one beside it
    """
    taken, size = np.zeros((0, 4)), 7.0
    sides = _BELOW if is_below else _BESIDE
    count = 0
    for label in labels:
        weight = "bold" if label.is_bold else "normal"
        wide, high = text_size(label.text, size, weight)
        box = _place(label, (wide, high), taken, obstacles, bounds, sides)
        if box is None:
            continue
        taken = np.vstack([taken, box])
        axes.text(
            float(box[0]), float((box[1] + box[3]) / 2.0), label.text, fontsize=size, color=INK, ha="left",
            va="center", fontweight=weight, zorder=8, linespacing=1.15,
            path_effects=[withStroke(linewidth=2.2, foreground="white", alpha=0.9)],
        )  # fmt: skip
        count += 1
    return count


def _place(
    label: Label, size: tuple[float, float], taken: Float, obstacles: Float, bounds: Bounds, sides: Sides
) -> Float | None:
    """Return the free box (left, top, right, bottom) that hides fewest dots, or None."""
    best, fewest = None, 3.0
    wide, high = size
    for step in _STEPS:
        for right, down in sides:
            far = label.radius + step
            x = label.x + right * (far + wide / 2.0) * (1.0 if down == 0 else 0.8)
            y = label.y + down * (far + high / 2.0)
            box = np.array([x - wide / 2.0, y - high / 2.0, x + wide / 2.0, y + high / 2.0])
            is_outside = (box[:2] < bounds[:2]).any() or (box[2:] > bounds[2:]).any()
            if is_outside or ((taken[:, :2] < box[2:]) & (taken[:, 2:] > box[:2])).all(axis=1).any():
                continue
            hidden = _hidden(box, obstacles) + 2.0 * step + 0.01 * sides.index((right, down))
            if hidden < fewest:
                best, fewest = box, hidden
    return best


def _hidden(box: Float, dots: Float) -> float:
    """Return the number of dots that a box touches."""
    away_x = np.maximum(np.maximum(box[0] - dots[:, 0], dots[:, 0] - box[2]), 0.0)
    away_y = np.maximum(np.maximum(box[1] - dots[:, 1], dots[:, 1] - box[3]), 0.0)
    return float((np.hypot(away_x, away_y) < dots[:, 2]).sum())
