"""Filling, copying and serving in order: small loops that compile in a fraction of the time of their NumPy forms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled, compiled_inner
from simulation.state import Float, Index, Small

__all__ = ["copy_into", "entry_by_guide", "fill", "guide_to", "order_heap", "take_first"]


@compiled_inner
def fill(target: NDArray[Any], value: float) -> None:
    """Set every entry of a one-dimensional array."""
    for i in range(target.size):
        target[i] = value


@compiled_inner
def copy_into(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Copy a one-dimensional array into another."""
    for i in range(source.size):
        target[i] = source[i]


@compiled_inner
def _sink(scores: Float, items: Index, at: int, count: int) -> None:
    """Move an entry down a binary heap until no entry below it has a smaller score (ties: a smaller item)."""
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        other = child + 1
        if other < count and (
            scores[items[other]] < scores[items[child]]
            or (scores[items[other]] == scores[items[child]] and items[other] < items[child])
        ):
            child = other
        a, b = items[at], items[child]
        if scores[a] < scores[b] or (scores[a] == scores[b] and a < b):
            return
        items[at], items[child] = b, a
        at = child


@compiled_inner
def order_heap(scores: Float, items: Index, count: int) -> None:
    """Arrange the first ``count`` items, which number the scores, as a heap with the smallest score on top."""
    for at in range(count // 2 - 1, -1, -1):
        _sink(scores, items, at, count)


@compiled_inner
def take_first(scores: Float, items: Index, count: int) -> int:
    """Return the item with the smallest score and close the heap over the other ``count`` - 1."""
    first = items[0]
    items[0] = items[count - 1]
    _sink(scores, items, 0, count - 1)
    return first


@compiled
def guide_to(cumulative: Float, start: Index) -> Small:
    """Return (n,) where to begin a search in cumulative weights (Chen and Asau 1974), for each part from ``start`` on.

    Entry g of a part of k entries is the first one whose cumulative weight exceeds g / k of the part's whole.
    """
    guide = np.zeros(cumulative.size, np.int32)
    for part in range(start.size - 1):
        low, high = start[part], start[part + 1]
        bottom = cumulative[low - 1] if low > 0 else 0.0
        whole = cumulative[high - 1] - bottom if high > low else 0.0
        entry = low
        for g in range(low, high):
            reached = bottom + whole * ((g - low) / (high - low))
            while entry < high - 1 and cumulative[entry] <= reached:
                entry += 1
            guide[g] = entry
    return guide


@compiled_inner
def entry_by_guide(cumulative: Float, guide: Small, low: int, high: int, part: float) -> int:
    """Return the first entry of low ... high - 1 whose cumulative weight exceeds a part (0 to 1) of the whole."""
    bottom = cumulative[low - 1] if low > 0 else 0.0
    target = bottom + part * (cumulative[high - 1] - bottom)
    entry = int(guide[min(high - 1, low + int(part * (high - low)))])
    while entry > low and cumulative[entry - 1] > target:
        entry -= 1
    while entry < high - 1 and cumulative[entry] <= target:
        entry += 1
    return entry
