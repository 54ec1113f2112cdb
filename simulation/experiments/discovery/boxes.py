"""What PRIM found: boxes, how they were peeled, and what that says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.experiments.discovery.box import Box, Restriction
from simulation.experiments.discovery.cases import Cases
from simulation.experiments.words import listed, percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "Prim"]

_COLUMNS = [
    "box", "coverage", "density", "mass", "chance", "factor", "restriction", "low", "high", "levels", "quasi_p",
    "coverage_without", "density_without", "reproduced_coverage", "reproduced_density",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A box with what it holds.

    Attributes
    ----------
    box : Box
    restrictions : tuple of Restriction, one per restricted factor
    coverage, density, mass : float
        Cases inside of all cases, cases inside of points inside, points inside of all points; points in earlier boxes
        count as outside.
    quasi_p : tuple of float
        For each restriction: the chance that as many cases would lie inside if it made no difference.
    without : tuple of (coverage, density)
        For each restriction: what the box would have without it.
    reproduced : tuple of (float, float)
        For each restriction: share of resamples in which the box of the same coverage, and that of the same density,
        restricts the factor too.
    chance : float
        Share of searches among cases dealt at random whose trajectory has a box with as large a harmonic mean of
        coverage and density: how easily such a box is found where there is nothing to be found.
    trajectory : (B, 4) coverage, density, mass and number of restricted factors of the boxes peeled
    chosen : int
        Which of them was taken, before pasting and taking back.
    """

    box: Box
    restrictions: tuple[Restriction, ...]
    coverage: float
    density: float
    mass: float
    quasi_p: tuple[float, ...]
    without: tuple[tuple[float, float], ...]
    reproduced: tuple[tuple[float, float], ...]
    chance: float
    trajectory: Float
    chosen: int


@dataclass(frozen=True)
class Prim:
    """Boxes found, in the order in which they were; none where the factors do not tell cases from others.

    Attributes
    ----------
    cases : Cases
    found : tuple of Found
    coverage, density : float
        Of all boxes together; without any, 0 and NaN.
    """

    cases: Cases
    found: tuple[Found, ...]
    coverage: float
    density: float

    def table(self) -> pd.DataFrame:
        """Return a row per box and restriction."""
        import pandas as pd

        rows = []
        for number, found in enumerate(self.found, start=1):
            parts = zip(found.restrictions, found.quasi_p, found.without, found.reproduced, strict=True)
            for restriction, quasi_p, without, again in parts:
                low = restriction.low if np.isfinite(restriction.low) else np.nan
                high = restriction.high if np.isfinite(restriction.high) else np.nan
                levels = "" if restriction.levels is None else " ".join(map(str, restriction.levels))
                rows.append(
                    (
                        number, found.coverage, found.density, found.mass, found.chance, restriction.factor.name,
                        str(restriction), low, high, levels, quasi_p, *without, *again,
                    )
                )  # fmt: skip
        return pd.DataFrame(rows, columns=_COLUMNS)

    def trajectory(self) -> pd.DataFrame:
        """Return a row per box that was peeled: number of the search, of the box, and its measures."""
        import pandas as pd

        rows = [
            (place, number, *map(float, measures), int(restricted), number == found.chosen)
            for place, found in enumerate(self.found, start=1)
            for number, (*measures, restricted) in enumerate(found.trajectory)
        ]
        columns = ["box", "number", "coverage", "density", "mass", "restricted", "is_chosen"]
        return pd.DataFrame(rows, columns=columns)

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: cases, boxes, and what is uncertain about them."""
        found = [*self.cases.sentences()]
        for number, box in enumerate(self.found, start=1):
            found.append(
                f"Box {number}: {' and '.join(map(str, box.restrictions))}. It holds {percent(box.coverage)} of "
                f"the cases (coverage); {percent(box.density)} of its points are cases (density), of all points "
                f"{percent(self.cases.count / self.cases.share.size)}."
            )
            if box.chance > 0.05:
                found.append(
                    f"Box {number} may be luck: as good a one was found in {percent(box.chance)} of searches "
                    "among cases dealt at random."
                )
            weak = [
                f"{limit.factor.label or limit.factor.name} ({percent(min(again))})"
                for limit, again in zip(box.restrictions, box.reproduced, strict=True)
                if min(again) < 0.7
            ]
            if weak:
                found.append(
                    f"Box {number}, restrictions found again in fewer than 70 % of {_halves(self)}: {listed(weak)}."
                )
        if len(self.found) > 1:
            found.append(f"Together: coverage {percent(self.coverage)}, density {percent(self.density)}.")
        if not self.found:
            found.append("No box tells the cases from the other points: the factors do not decide it.")
            return tuple(found)
        found.append("Measures are of the points by which the boxes were found: other points will fit less well.")
        if self.cases.sample.design == "sobol":
            found.append("Points of a Saltelli block share values, which makes quasi-p-values too small.")
        return tuple(found)


def _halves(result: Prim) -> str:
    return f"resamples of half of the {result.cases.share.size:,} points"
