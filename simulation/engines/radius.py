"""The spectral radius of a matrix with an entry per link, for structural reproduction numbers."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled, compiled_kernel
from simulation.state import Bool, Float, Index, Small

__all__ = ["spectral_radius"]

_SWEEPS = 2000
_SETTLED = 1e-11
_SHIFT = 0.25
"""Shift over the largest row sum: enough against periods, small enough not to slow the iteration."""


@compiled
def _on_cycles(start: Index, supplier: Small, entry: Float) -> Bool:
    """Return (n,) 1 for firms that remain when firms without any supplier or any buyer are taken away, repeatedly.

    Only they can lie on cycles; without cycles nobody remains.
    """
    n = start.size - 1
    remains = np.ones(n, np.uint8)
    is_changed = True
    while is_changed:
        is_changed = False
        sold = np.zeros(n, np.int64)
        for i in range(n):
            bought = 0
            if remains[i] == 1:
                for link in range(start[i], start[i + 1]):
                    is_bought = entry[link] > 0.0 and remains[supplier[link]] == 1
                    bought += is_bought
                    sold[supplier[link]] += is_bought
                if bought == 0:
                    remains[i] = 0
                    is_changed = True
        for i in range(n):
            if remains[i] == 1 and sold[i] == 0:
                remains[i] = 0
                is_changed = True
    return remains


@compiled
def _entries_on_cycles(start: Index, supplier: Small, entry: Float) -> tuple[Index, Index, Float]:
    """Return the matrix of the firms that remain (`_on_cycles`): number of rows by slot, columns and positive entries.

    Firms are renumbered, those with most entries first. Slot s has the entry s of every row that has more than s: all
    rows of a slot are then added to in one loop, each in the order of its links.
    """
    remains = _on_cycles(start, supplier, entry)
    degree = np.zeros(remains.size, np.int64)
    for i in range(remains.size):
        if remains[i] == 1:
            for link in range(start[i], start[i + 1]):
                degree[i] += entry[link] > 0.0 and remains[supplier[link]] == 1
    slots = np.int64(0)
    for i in range(remains.size):
        slots = max(slots, degree[i])
    rows = np.zeros(slots, np.int64)
    for i in range(remains.size):
        for s in range(degree[i]):
            rows[s] += 1
    first = np.cumsum(rows) - rows
    place = np.append(rows[1:], np.int64(0))  # firms with more entries than d come before those with d
    number = np.empty(remains.size, np.int64)
    for i in range(remains.size):
        if remains[i] == 1:
            number[i] = place[degree[i] - 1]
            place[degree[i] - 1] += 1
    column = np.empty(rows.sum(), np.int64)
    value = np.empty(column.size)
    for i in range(remains.size):
        if remains[i] == 1:
            s = 0
            for link in range(start[i], start[i + 1]):
                if entry[link] > 0.0 and remains[supplier[link]] == 1:
                    at = first[s] + number[i]
                    column[at], value[at] = number[supplier[link]], entry[link]
                    s += 1
    return rows, column, value


@compiled_kernel
def _begin(shift: float, vector: Float, following: Float) -> None:
    for r in range(following.size):
        following[r] = shift * vector[r]


@compiled_kernel
def _add_slot(value: Float, column: Index, vector: Float, following: Float) -> None:
    for r in range(following.size):
        following[r] += value[r] * vector[np.uint64(column[r])]


@compiled
def _add_all(rows: Index, column: Index, value: Float, vector: Float, following: Float) -> None:
    """Add the product of the matrix and a vector."""
    at = 0
    for s in range(rows.size):
        _add_slot(value[at : at + rows[s]], column[at : at + rows[s]], vector, following[: rows[s]])
        at += rows[s]


@compiled_kernel
def _follow(largest: float, following: Float, vector: Float, change: Float) -> None:
    for r in range(vector.size):
        scaled = following[r] / largest
        change[r] = abs(scaled - vector[r])
        vector[r] = scaled


@compiled_kernel
def _largest(bits: Index) -> int:
    """Return the largest of some numbers without a sign, all as their bits, which have the same order."""
    found = np.int64(0)
    for r in range(bits.size):
        found = max(found, bits[r])
    return int(found)


@compiled
def spectral_radius(start: Index, supplier: Small, entry: Float) -> float:
    """Return the spectral radius of the matrix with a non-negative entry per link, by power iteration on M + c I.

    The shift c makes the iteration settle for periodic networks; a network without cycles has radius 0.
    """
    rows, column, value = _entries_on_cycles(start, supplier, entry)
    if rows.size == 0:
        return 0.0
    n = rows[0]
    vector, following, change = np.ones(n), np.zeros(n), np.empty(n)
    _add_all(rows, column, value, vector, following)
    shift = _SHIFT * following.max()
    radius = 0.0
    for _ in range(_SWEEPS):
        _begin(shift, vector, following)
        _add_all(rows, column, value, vector, following)
        largest = np.int64(_largest(following.view(np.int64))).view(np.float64)
        radius = largest - shift
        _follow(largest, following, vector, change)
        if np.int64(_largest(change.view(np.int64))).view(np.float64) < _SETTLED:
            break
    return max(radius, 0.0)
