"""Filling, copying and serving in order: small loops that compile in a fraction of the time of their NumPy forms."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from simulation.compiled import compiled_inner
from simulation.state import Float, Index

__all__ = ["copy_into", "fill", "order_heap", "take_first"]


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
