"""The patient rule induction method: peel thin slices off a box until few points are left, then paste some back.

Re-derived from Friedman and Fisher (1999), Statistics and Computing 9, 123-143.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation.experiments.discovery.box import Box, Space
from simulation.state import Float

__all__ = ["paste", "peel"]


def peel(space: Space, is_case: NDArray[np.bool_], *, step: float, least: int) -> list[Box]:
    """Return the boxes of a peeling trajectory, from no limits to the last that holds ``least`` points.

    Each step takes off one slice: of a numeric factor the ``step`` part of the points with the lowest or the highest
    values (more where values are equal), of one in words a level. It is the slice whose loss raises the share of cases
    most per point lost, (m_new - m_old) / (n_old - n_new): slices differ in size, and gain alone would take the
    largest. Peeling ends where all points inside are cases.

    Parameters
    ----------
    space : Space
    is_case : (P,)
    step : float
        Patience: the part of the points inside that a step takes off a numeric factor.
    least : int
    """
    box = Box.whole(len(space.factors))
    columns, own = space.columns, is_case
    boxes = [box]
    while not own.all():
        best: tuple[float, Box, NDArray[np.bool_]] | None = None
        for smaller, is_kept in _slices(space, box, columns, step):
            n_new = np.count_nonzero(is_kept)
            if n_new < max(least, 1) or n_new == own.size:
                continue
            gain = float((own[is_kept].mean() - own.mean()) / (own.size - n_new))
            if best is None or gain > best[0]:
                best = (gain, smaller, is_kept)
        if best is None:
            break
        _, box, is_kept = best
        columns, own = columns[is_kept], own[is_kept]
        boxes.append(box)
    return boxes


def _slices(space: Space, box: Box, columns: Float, step: float) -> Iterator[tuple[Box, NDArray[np.bool_]]]:
    """Yield the boxes that are one slice smaller, each with what it keeps of the points inside."""
    for j, levels in enumerate(space.levels):
        inside = columns[:, j]
        if levels is not None:
            present = np.unique(inside)
            if present.size > 1:
                for number in present:
                    yield box.with_banned(j, box.banned[j] | {int(number)}), inside != number
            continue
        ordered = np.sort(inside)
        count = max(1, int(step * ordered.size))
        ends = _first_kept(ordered, count)
        if ends is not None:
            yield box.with_limit(j, low=_between(space, j, *ends)), inside >= ends[1]
        ends = _first_kept(-ordered[::-1], count)
        if ends is not None:
            yield box.with_limit(j, high=_between(space, j, -ends[0], -ends[1])), inside <= -ends[1]


def _first_kept(ordered: Float, count: int) -> tuple[float, float] | None:
    """Return the last value that goes and the first that stays when ``count`` go; equal values go or stay together."""
    if ordered[0] == ordered[-1]:
        return None
    first = ordered[min(count, ordered.size - 1)]
    if first == ordered[0]:
        first = ordered[np.searchsorted(ordered, first, side="right")]
    return float(ordered[np.searchsorted(ordered, first, side="left") - 1]), float(first)


def _between(space: Space, j: int, gone: float, kept: float) -> float:
    """Return a limit: half-way on a range, the value that stays where there are only some."""
    return kept if space.is_discrete(j) else 0.5 * (gone + kept)


def paste(space: Space, is_case: NDArray[np.bool_], box: Box, *, step: float) -> Box:
    """Return the box enlarged, a slice at a time, as long as the share of cases inside does not fall."""
    is_in = box.contains(space.columns)
    while True:
        best: tuple[float, int, Box, NDArray[np.bool_]] | None = None
        for larger in _enlarged(space, box, is_in, step):
            inside = larger.contains(space.columns)
            score = (float(is_case[inside].mean()), int(np.count_nonzero(inside)))
            if score[1] > np.count_nonzero(is_in) and (best is None or score > best[:2]):
                best = (*score, larger, inside)
        if best is None or best[0] < is_case[is_in].mean():
            return box
        box, is_in = best[2], best[3]


def _enlarged(space: Space, box: Box, is_in: NDArray[np.bool_], step: float) -> Iterator[Box]:
    """Yield the boxes that are one slice larger."""
    count = max(1, int(step * np.count_nonzero(is_in)))
    for j in box.restricted:
        for number in box.banned[j]:
            yield box.with_banned(j, box.banned[j] - {number})
        others = box.without(j).contains(space.columns)
        column = space.columns[others, j]
        below, above = np.sort(column[column < box.low[j]])[::-1], np.sort(column[column > box.high[j]])
        if box.low[j] > -np.inf:
            yield box.with_limit(j, low=_next(space, j, below, count, -np.inf))
        if box.high[j] < np.inf:
            yield box.with_limit(j, high=_next(space, j, above, count, np.inf))


def _next(space: Space, j: int, outside: Float, count: int, end: float) -> float:
    """Return the limit that lets the nearest ``count`` of the points outside in, or none where that is all of them."""
    if outside.size <= count:
        return end
    last = outside[count - 1]
    beyond = outside[np.abs(outside - outside[0]) > np.abs(last - outside[0])]
    return _between(space, j, float(beyond[0]), float(last)) if beyond.size else end
