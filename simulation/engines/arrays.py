"""Filling, copying and serving in order: small loops that compile in a fraction of the time of their NumPy forms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled, compiled_formula, compiled_inner
from simulation.state import Float, Index, Small, Word32

__all__ = ["alias_of", "copy_into", "fill", "item_by_alias", "order_heap", "spread", "take_first"]


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
def spread(entries: NDArray[Any], lanes: int) -> None:
    """Let each of the first entries of a one-dimensional array stand there ``lanes`` times, side by side."""
    if lanes > 1:
        for at in range(entries.size // lanes - 1, -1, -1):
            for place in range(at * lanes, (at + 1) * lanes):
                entries[place] = entries[at]


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
def alias_of(item: Small, weight: Float, start: Index) -> Word32:
    """Return (4 n,) tables from which one draw picks an item in proportion to its weight (Walker 1974, Vose 1991).

    Parts of items begin at ``start``; a part of k items has k entries, each with equal chance. Entry e is four numbers:
    a limit from 0 to 2^32 - 1, the item below the limit, the item from the limit on, and 0 to fill it up.
    """
    table = np.zeros(4 * item.size, np.uint32)
    left = np.empty(item.size)
    poor = np.empty(item.size, np.int64)
    rich = np.empty(item.size, np.int64)
    for part in range(start.size - 1):
        low, high = start[part], start[part + 1]
        total = 0.0
        for e in range(low, high):
            total += weight[e]
        poors, riches = 0, 0
        for e in range(low, high):
            left[e] = weight[e] / total * (high - low) if total > 0.0 else 1.0
            table[4 * e] = np.uint32(0xFFFFFFFF)
            table[4 * e + 1] = table[4 * e + 2] = np.uint32(item[e])
            if left[e] < 1.0:
                poor[poors] = e
                poors += 1
            else:
                rich[riches] = e
                riches += 1
        while poors > 0 and riches > 0:
            poors -= 1
            e, giver = poor[poors], rich[riches - 1]
            table[4 * e] = np.uint32(min(left[e] * 4294967296.0, 4294967295.0))
            table[4 * e + 2] = np.uint32(item[giver])
            left[giver] -= 1.0 - left[e]
            if left[giver] < 1.0:
                riches -= 1
                poor[poors] = giver
                poors += 1
    return table


@compiled_formula
def item_by_alias(table: Word32, low: int, high: int, part: float) -> np.int64:
    """Return the item that a draw (0 to 1) picks from the entries low ... high - 1 of `alias_of`."""
    scaled = part * np.float64(high - low)
    entry = min(np.int32(scaled), np.int32(high - low - 1))
    place = np.int64(4) * (np.int64(low) + np.int64(entry))
    is_own = (scaled - np.float64(entry)) * 4294967296.0 < np.float64(table[place])
    return np.int64(table[place + (np.int64(1) if is_own else np.int64(2))])
