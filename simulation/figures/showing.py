"""A figure as notebooks show it, in Jupyter and marimo alike."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from simulation.figures.style import rendered

__all__ = ["Shown"]


@dataclass(frozen=True)
class Shown:
    """A figure that shows itself when it is the last value of a cell: ``Shown(gaps.draw(comparison))``."""

    figure: Figure

    def _repr_svg_(self) -> str:
        """Return the picture for Jupyter."""
        return rendered(self.figure).decode()

    def _mime_(self) -> tuple[str, str]:
        """Return the picture for marimo."""
        return "image/svg+xml", self._repr_svg_()
