"""The patient rule induction method: peel thin slices off a box until few points are left, then paste some back.

Re-derived from Friedman and Fisher (1999), Statistics and Computing 9, 123-143.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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
        ranges = _best_of_ranges(space, box, columns, own, step, max(least, 1))
        words = _best_of_words(space, box, columns, own, max(least, 1))
        best = max(
            (found for found in (ranges, words) if found is not None), key=lambda found: found.gain, default=None
        )
        if best is None:
            break
        box = best.box
        columns, own = columns[best.is_kept], own[best.is_kept]
        boxes.append(box)
    return boxes


class _Slice(NamedTuple):
    """A box that is one slice smaller, what it keeps of the points inside, and the gain per point lost."""

    gain: float
    box: Box
    is_kept: NDArray[np.bool_]


def _gains(kept: Float, hits: Float, own: NDArray[np.bool_], least: int) -> Float:
    """Return the gain per point lost of slices that keep so many points and cases; minus infinity if too few stay."""
    is_possible = (kept >= least) & (kept < own.size)
    gain = (hits / np.maximum(kept, 1.0) - own.mean()) / np.maximum(own.size - kept, 1.0)
    return np.where(is_possible, gain, -np.inf)


def _best_of_ranges(
    space: Space, box: Box, columns: Float, own: NDArray[np.bool_], step: float, least: int
) -> _Slice | None:
    """Return the best slice off a low or a high end; equal values go or stay together."""
    numeric = [j for j, levels in enumerate(space.levels) if levels is None]
    if not numeric:
        return None
    both = np.hstack([columns[:, numeric], -columns[:, numeric]])  # a high end is the low end of the negative
    ordered = np.sort(both, axis=0)
    count = min(max(1, int(step * own.size)), own.size - 1)
    first = ordered[count].copy()
    for tied in np.flatnonzero(first == ordered[0]):
        after = int(np.searchsorted(ordered[:, tied], first[tied], side="right"))
        first[tied] = ordered[after, tied] if after < own.size else np.nan
    is_kept = both >= first
    kept = np.count_nonzero(is_kept, axis=0).astype(float)
    gains = _gains(kept, own.astype(float) @ is_kept, own, least)
    k = int(np.argmax(gains))
    if gains[k] == -np.inf:
        return None
    j = numeric[k % len(numeric)]
    gone = float(ordered[own.size - int(kept[k]) - 1, k])
    if k < len(numeric):
        return _Slice(float(gains[k]), box.with_limit(j, low=_between(space, j, gone, float(first[k]))), is_kept[:, k])
    return _Slice(float(gains[k]), box.with_limit(j, high=_between(space, j, -gone, -float(first[k]))), is_kept[:, k])


def _best_of_words(space: Space, box: Box, columns: Float, own: NDArray[np.bool_], least: int) -> _Slice | None:
    """Return the best level to leave out."""
    best: _Slice | None = None
    for j, levels in enumerate(space.levels):
        for number in range(len(levels or ())):
            is_kept = columns[:, j] != number
            kept, hits = np.array([np.count_nonzero(is_kept)], float), np.array([np.count_nonzero(own[is_kept])], float)
            gain = float(_gains(kept, hits, own, least)[0])
            if gain > -np.inf and (best is None or gain > best.gain):
                best = _Slice(gain, box.with_banned(j, box.banned[j] | {number}), is_kept)
    return best


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
