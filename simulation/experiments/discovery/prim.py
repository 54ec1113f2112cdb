"""Scenario discovery with PRIM: boxes in which a condition holds, with coverage, density and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.discovery.box import Box, Restriction, Space, space_of
from simulation.experiments.discovery.cases import Cases
from simulation.experiments.discovery.peeling import paste, peel
from simulation.experiments.words import listed, percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "Peeling", "Prim", "prim"]


@dataclass(frozen=True)
class Peeling:
    """How patient peeling is, and when it ends.

    Attributes
    ----------
    step : float
        Part of the points inside that a step takes off a numeric factor (Friedman and Fisher's alpha).
    least : float
        Part of all points that a box holds at least (their beta).
    boxes : int
        Largest number of boxes; each is looked for among the points outside of those before it.
    significance : float
        Restrictions with a larger quasi-p-value are taken back, the largest first.
    choice : int or None
        Number of the box on the first trajectory; None takes the one with the largest harmonic mean of coverage and
        density.
    resamples : int
        Halves of the points on which peeling is repeated.
    shuffles : int
        Searches among cases that were dealt to the points at random.
    """

    step: float = 0.05
    least: float = 0.05
    boxes: int = 3
    significance: float = 0.05
    choice: int | None = None
    resamples: int = 20
    shuffles: int = 39


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
    """Boxes found, in the order in which they were.

    Attributes
    ----------
    cases : Cases
    found : tuple of Found
    coverage, density : float
        Of all boxes together.
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
                rows.append(
                    {
                        "box": number,
                        "coverage": found.coverage,
                        "density": found.density,
                        "mass": found.mass,
                        "chance": found.chance,
                        "factor": restriction.factor.name,
                        "restriction": str(restriction),
                        "low": restriction.low if np.isfinite(restriction.low) else np.nan,
                        "high": restriction.high if np.isfinite(restriction.high) else np.nan,
                        "levels": "" if restriction.levels is None else " ".join(map(str, restriction.levels)),
                        "quasi_p": quasi_p,
                        "coverage_without": without[0],
                        "density_without": without[1],
                        "reproduced_coverage": again[0],
                        "reproduced_density": again[1],
                    }
                )
        return pd.DataFrame(rows)

    def trajectory(self) -> pd.DataFrame:
        """Return a row per box that was peeled: number of the search, of the box, and its measures."""
        import pandas as pd

        parts = [
            pd.DataFrame(found.trajectory, columns=["coverage", "density", "mass", "restricted"])
            .assign(restricted=lambda frame: frame["restricted"].astype(int), is_chosen=False)
            .rename_axis("number")
            .reset_index()
            .assign(box=place)
            for place, found in enumerate(self.found, start=1)
        ]
        frame = pd.concat(parts, ignore_index=True)
        chosen = {(place, found.chosen) for place, found in enumerate(self.found, start=1)}
        frame["is_chosen"] = [pair in chosen for pair in zip(frame["box"], frame["number"], strict=True)]
        return frame[["box", "number", "coverage", "density", "mass", "restricted", "is_chosen"]]

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
        found.append("Measures are of the points by which the boxes were found: other points will fit less well.")
        if self.cases.sample.design == "sobol":
            found.append("Points of a Saltelli block share values, which makes quasi-p-values too small.")
        return tuple(found)


def _halves(result: Prim) -> str:
    return f"resamples of half of the {result.cases.share.size:,} points"


def prim(cases: Cases, peeling: Peeling | None = None, *, seed: int = 1) -> Prim:
    """Return boxes in which cases are dense.

    For each box: peel; take the box of the trajectory with the largest 2 c d / (c + d) of coverage c and density d, or
    the one asked for; paste; take back restrictions whose quasi-p-value (Bryant and Lempert 2010) is above the
    significance, Pr(X >= cases inside) for X binomial with n = points inside and p = density without the restriction.
    The next box is looked for among the points outside. It ends with the largest number of boxes, where too few cases
    are left, or where a box is no denser than all points.

    Raises
    ------
    InputError
        Where no box tells cases from others, or a box is asked for that the trajectory does not have.
    """
    how = peeling or Peeling()
    space, is_case = space_of(cases.sample), cases.is_case
    is_left = np.ones(is_case.size, bool)
    found: list[Found] = []
    while len(found) < how.boxes:
        box = _search(cases, space, is_left, how, None if found else how.choice, seed)
        if box is None:
            break
        found.append(box)
        is_left &= ~box.box.contains(space.columns)
        if np.count_nonzero(is_case[is_left]) < max(5, how.least * cases.count):
            break
    if not found:
        message = f"no box tells the cases of '{cases.where}' from the other points: the factors do not decide it"
        raise InputError(message)
    is_in = ~is_left
    return Prim(cases, tuple(found), float(is_case[is_in].sum() / cases.count), float(is_case[is_in].mean()))


def _search(
    cases: Cases, whole: Space, is_left: NDArray[np.bool_], how: Peeling, choice: int | None, seed: int
) -> Found | None:
    """Return the next box among the points left, or None where it would be no denser than all points."""
    space, is_case = whole.at(is_left), cases.is_case[is_left]
    least = max(1, int(how.least * cases.share.size))
    boxes = peel(space, is_case, step=how.step, least=least)
    trajectory = _measures(boxes, space, is_case, cases)
    chosen = _chosen(trajectory, choice)
    box = paste(space, is_case, boxes[chosen], step=how.step)
    box = _significant(box, space, is_case, how.significance)
    coverage, density, mass, _ = _measures([box], space, is_case, cases)[0]
    if not box.restricted or density <= cases.is_case.mean():
        return None
    restricted = box.restricted
    smaller = _measures([box.without(j) for j in restricted], space, is_case, cases)
    of_left = coverage * cases.count / np.count_nonzero(is_case)
    again = _reproduced(space, is_case, cases.units[is_left], how, (of_left, density), seed)
    return Found(
        box=box,
        restrictions=box.restrictions(space),
        coverage=float(coverage),
        density=float(density),
        mass=float(mass),
        quasi_p=tuple(_quasi_p(box, j, space, is_case) for j in restricted),
        without=tuple((float(row[0]), float(row[1])) for row in smaller),
        reproduced=tuple((float(again[0, j]), float(again[1, j])) for j in restricted),
        chance=_chance(space, is_case, how, trajectory[chosen], cases.count, least, seed),
        trajectory=trajectory,
        chosen=chosen,
    )


def _measures(boxes: Sequence[Box], space: Space, is_case: NDArray[np.bool_], cases: Cases) -> Float:
    """Return (B, 4) coverage of all cases, density, mass of all points, and number of restricted factors."""
    rows = []
    for box in boxes:
        is_in = box.contains(space.columns)
        inside, hits = int(np.count_nonzero(is_in)), int(np.count_nonzero(is_case[is_in]))
        rows.append((hits / cases.count, hits / max(1, inside), inside / cases.share.size, len(box.restricted)))
    return np.array(rows)


def _chosen(trajectory: Float, choice: int | None) -> int:
    """Return the number of the box that is taken; of equally good ones the first, which has fewer restrictions."""
    if choice is None:
        return int(np.argmax(_harmonic(trajectory[:, 0], trajectory[:, 1])))
    if not 0 <= choice < len(trajectory):
        message = f"the trajectory has boxes 0 to {len(trajectory) - 1}; there is no box {choice}"
        raise InputError(message)
    return choice


def _harmonic(coverage: Float, density: Float) -> Float:
    """Return the harmonic mean of coverage and density."""
    both = coverage + density
    return np.asarray(np.divide(2.0 * coverage * density, both, out=np.zeros_like(both), where=both > 0.0))


def _chance(
    space: Space, is_case: NDArray[np.bool_], how: Peeling, measures: Float, all_cases: int, least: int, seed: int
) -> float:
    """Return how often a search among cases dealt at random finds as good a box; the own search counts as one."""
    rng = np.random.default_rng([seed, 1])
    total = np.count_nonzero(is_case)
    own = _harmonic(np.array([measures[0] * all_cases / total]), measures[1:2])[0]
    as_good = 1
    for _ in range(how.shuffles):
        dealt = rng.permutation(is_case)
        inside = [box.contains(space.columns) for box in peel(space, dealt, step=how.step, least=least)]
        hits = np.array([np.count_nonzero(dealt[is_in]) for is_in in inside], float)
        sizes = np.array([np.count_nonzero(is_in) for is_in in inside], float)
        as_good += int(_harmonic(hits / total, hits / sizes).max() >= own)
    return as_good / (1 + how.shuffles)


def _quasi_p(box: Box, j: int, space: Space, is_case: NDArray[np.bool_]) -> float:
    is_in, is_in_without = box.contains(space.columns), box.without(j).contains(space.columns)
    hits, density = np.count_nonzero(is_case[is_in]), is_case[is_in_without].mean()
    return float(stats.binom.sf(hits - 1, np.count_nonzero(is_in), density))


def _significant(box: Box, space: Space, is_case: NDArray[np.bool_], significance: float) -> Box:
    """Return the box without the restrictions that cases do not need."""
    while box.restricted:
        worst = max(box.restricted, key=lambda j: _quasi_p(box, j, space, is_case))
        if _quasi_p(box, worst, space, is_case) <= significance:
            break
        box = box.without(worst)
    return box


def _reproduced(
    space: Space,
    is_case: NDArray[np.bool_],
    units: NDArray[np.int64],
    how: Peeling,
    wanted: tuple[float, float],
    seed: int,
) -> Float:
    """Return (2, F) how often a factor is restricted by the box of the same coverage, and of the same density."""
    rng = np.random.default_rng(seed)
    numbers = np.unique(units)
    counts = np.zeros((2, len(space.factors)))
    done = 0
    for _ in range(how.resamples):
        half = np.isin(units, rng.choice(numbers, numbers.size // 2, replace=False))
        hits = np.count_nonzero(is_case[half])
        if hits in (0, np.count_nonzero(half)):
            continue
        done += 1
        part, own = space.at(half), is_case[half]
        boxes = peel(part, own, step=how.step, least=max(1, int(how.least * own.size)))
        inside = [box.contains(part.columns) for box in boxes]
        measures = np.array([(own[is_in].sum() / hits, own[is_in].mean()) for is_in in inside])
        for k, target in enumerate(wanted):
            away = np.abs(measures[:, k] - target).round(9)
            nearest = boxes[int(np.lexsort((-measures[:, 1 - k], away))[0])]  # of equally near ones the better
            counts[k, list(nearest.restricted)] += 1.0
    return counts / done if done else np.full_like(counts, np.nan)
