"""The supplier network drawn so that a person sees something: one picture at three scales.

Goods flow from left to right, from deep tiers to large manufacturers and to firms that sell to no firm; rows are
regions and their sectors; what is wide at one end and thin at the other leads from the wide end to the thin one.
Colours mean the same at every scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from simulation.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.figures.drawing.content import Content

__all__ = ["SCALES", "Scale", "draw", "scale_of"]

Scale = Literal["small", "medium", "large"]
SCALES: tuple[Scale, ...] = get_args(Scale)

_SMALL, _MEDIUM = 300, 10_000


def scale_of(firms: int) -> Scale:
    """Return the scale at which so many firms are drawn: every link, every firm, or cells of firms."""
    return "small" if firms <= _SMALL else "medium" if firms <= _MEDIUM else "large"


def draw(content: Content, scale: str | None = None) -> Figure:
    """Return the picture of a supplier network.

    Parameters
    ----------
    content : Content
        Of a world, a run or stored results (`simulation.figures.drawing.content`).
    scale : {"small", "medium", "large"}, optional
        By default that of the number of firms. Drawn small, a larger network is a sample around large manufacturers.

    Raises
    ------
    InputError
        An unknown scale, or a network without firms.
    """
    from simulation.figures.drawing import large, medium, small
    from simulation.figures.drawing.content import part_of
    from simulation.figures.drawing.shapes import shape_of

    if scale is not None and scale not in SCALES:
        message = f"there is no scale '{scale}', but {', '.join(SCALES)}"
        raise InputError(message)
    if content.firms.empty:
        message = "a network without firms cannot be drawn"
        raise InputError(message)
    chosen = scale_of(len(content.firms)) if scale is None else scale
    if chosen == "large":
        return large.draw(content)
    if chosen == "medium":
        return medium.draw(content)
    shape = shape_of(content.links, len(content.firms), content.kind)
    return small.draw(part_of(content, _SMALL), shape)
