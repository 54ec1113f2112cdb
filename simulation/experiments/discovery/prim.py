"""Scenario discovery with PRIM: boxes in which a condition holds, with coverage, density and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.discovery.box import Box, Space, space_of
from simulation.experiments.discovery.boxes import Found, Prim
from simulation.experiments.discovery.cases import Cases
from simulation.experiments.discovery.peeling import paste, peel
from simulation.state import Float

__all__ = ["Peeling", "prim"]


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


def prim(cases: Cases, peeling: Peeling | None = None, *, seed: int = 1) -> Prim:
    """Return boxes in which cases are dense.

    For each box: peel; take the box of the trajectory with the largest 2 c d / (c + d) of coverage c and density d, or
    the one asked for; paste; take back restrictions whose quasi-p-value (Bryant and Lempert 2010) is above the
    significance, Pr(X >= cases inside) for X binomial with n = points inside and p = density without the restriction.
    The next box is looked for among the points outside. It ends with the largest number of boxes, where too few cases
    are left, or where a box is no denser than all points: there may be none.

    Raises
    ------
    InputError
        Where a box is asked for that the trajectory does not have.
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
    is_in = ~is_left
    density = float(is_case[is_in].mean()) if found else math.nan
    return Prim(cases, tuple(found), float(is_case[is_in].sum() / cases.count), density)


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
