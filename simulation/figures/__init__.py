"""Figures of a comparison, one per file; each is drawn from disk with ``draw(comparison)``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from simulation.experiments.comparison import Comparison

__all__ = ["NAMES", "Picture", "all_pictures", "save_pictures"]

NAMES = (
    "answer", "differences", "frontier", "gains", "imported_risk", "depth", "adoption", "gaps", "network",
)  # fmt: skip
"""Figures in the order of the report; each is a file of this folder."""


class Picture(NamedTuple):
    """A kind of figure.

    Attributes
    ----------
    name, title : str
    draw : callable
        Makes the figure; `InputError` where the comparison holds nothing that it could show.
    caption : callable
        Says what it shows, in words.
    """

    name: str
    title: str
    draw: Callable[[Comparison], Figure]
    caption: Callable[[Comparison], str]


def all_pictures() -> tuple[Picture, ...]:
    """Return every figure in the order of the report; loads matplotlib."""
    modules = [(name, importlib.import_module(f"{__name__}.{name}")) for name in NAMES]
    return tuple(Picture(name, module.TITLE, module.draw, module.caption) for name, module in modules)


def save_pictures(comparison: Comparison, folder: Path, ending: str = "svg") -> list[Path]:
    """Write every figure that the comparison can fill, as "svg", "png" or "pdf", and return the paths."""
    from simulation.errors import InputError
    from simulation.figures.style import save

    paths = []
    for picture in all_pictures():
        try:
            figure = picture.draw(comparison)
        except InputError:
            continue  # what was not recorded cannot be drawn; the report says so in its place
        paths.append(save(figure, folder / f"{picture.name}.{ending}"))
    return paths
