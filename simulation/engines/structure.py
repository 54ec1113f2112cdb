"""Structural reproduction numbers: spectral radii of the matrices along which defects and lateness spread."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.elementary import exp
from simulation.engines.parameters import Parameters
from simulation.rules.defects import Defects, inspection, link_factor, mismatch
from simulation.rules.lateness import Lateness, buffer_days, full_buffer
from simulation.state import Bool, Firms, Float, Index, Links, Real, Small, State

__all__ = ["passing_chances", "passing_defects", "spectral_radius", "structural_defects", "structural_late"]

_SWEEPS = 2000
_SETTLED = 1e-11
_SHIFT = 0.25
"""Shift over the largest row sum: enough against periods, small enough not to slow the iteration."""


@compiled
def passing_defects(buyer: Small, supplier: Small, weight: Float, effective: Real, parameters: Defects) -> Float:
    """Return (m,) m w_ij x_ij (1 - v_i): defects passed on over a link per small defect share of the supplier."""
    entry = np.empty(buyer.size)
    for link in range(buyer.size):
        own = np.float64(effective[buyer[link]])
        hurt = mismatch(own, np.float64(effective[supplier[link]]), parameters)
        entry[link] = link_factor(weight[link], hurt, parameters) * (1.0 - inspection(own, parameters))
    return entry


@compiled
def passing_chances(
    buyer: Small,
    is_critical: Bool,
    critical_suppliers: Small,
    effective: Real,
    mean_days: float,
    parameters: Lateness,
) -> Float:
    """Return (m,) Pr(r (X - B_i)+ > tolerance) over critical links, X exponential of mean theta; 0 over others.

    A first-generation number: the chance that an own late event of the supplier makes the buyer late.
    """
    entry = np.zeros(buyer.size)
    for link in range(buyer.size):
        if is_critical[link] == 0 or parameters.pass_through == 0.0:
            continue
        full = full_buffer(critical_suppliers[buyer[link]], mean_days, parameters)
        slack = buffer_days(full, np.float64(effective[buyer[link]]), parameters)
        reach = slack + parameters.tolerance / parameters.pass_through
        entry[link] = exp(-reach / mean_days) if mean_days > 0.0 else 0.0
    return entry


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
        bought = np.zeros(n, np.int64)
        sold = np.zeros(n, np.int64)
        for i in range(n):
            if remains[i] == 1:
                for link in range(start[i], start[i + 1]):
                    if entry[link] > 0.0 and remains[supplier[link]] == 1:
                        bought[i] += 1
                        sold[supplier[link]] += 1
        for i in range(n):
            if remains[i] == 1 and (bought[i] == 0 or sold[i] == 0):
                remains[i] = 0
                is_changed = True
    return remains


@compiled
def _entries_on_cycles(start: Index, supplier: Small, entry: Float) -> tuple[Index, Index, Float]:
    """Return the matrix of the firms that remain (`_on_cycles`), renumbered: rows, columns and positive entries."""
    remains = _on_cycles(start, supplier, entry)
    number = np.cumsum(remains.astype(np.int64)) - 1
    row = np.zeros(number[-1] + 2 if number.size > 0 else 1, np.int64)
    column = np.empty(entry.size, np.int64)
    value = np.empty(entry.size)
    count = 0
    for i in range(remains.size):
        if remains[i] == 1:
            for link in range(start[i], start[i + 1]):
                if entry[link] > 0.0 and remains[supplier[link]] == 1:
                    column[count], value[count] = number[supplier[link]], entry[link]
                    count += 1
            row[number[i] + 1] = count
    return row, column[:count], value[:count]


@compiled
def spectral_radius(start: Index, supplier: Small, entry: Float) -> float:
    """Return the spectral radius of the matrix with a non-negative entry per link, by power iteration on M + c I.

    The shift c makes the iteration settle for periodic networks; a network without cycles has radius 0.
    """
    row, column, value = _entries_on_cycles(start, supplier, entry)
    n = row.size - 1
    vector = np.ones(n)
    following = np.zeros(n)
    bound = 0.0
    for i in range(n):
        total = 0.0
        for at in range(row[i], row[i + 1]):
            total += value[at]
        bound = max(bound, total)
    if bound == 0.0:
        return 0.0
    shift = _SHIFT * bound
    radius = 0.0
    for _ in range(_SWEEPS):
        largest = 0.0
        for i in range(n):
            total = shift * vector[i]
            for at in range(row[i], row[i + 1]):
                total += value[at] * vector[column[at]]
            following[i] = total
            largest = max(largest, total)
        radius = largest - shift
        change = 0.0
        for i in range(n):
            change = max(change, abs(following[i] / largest - vector[i]))
            vector[i] = following[i] / largest
        if change < _SETTLED:
            break
    return max(radius, 0.0)


def structural_defects(firms: Firms, links: Links, state: State, parameters: Parameters) -> float:
    """Return R_q: below 1 defects stay of the order of the firms' own, above 1 they saturate."""
    entry = passing_defects(links.buyer, links.supplier, links.weight, state.effective, parameters.defects)
    return spectral_radius(links.start, links.supplier, entry)


def structural_late(firms: Firms, links: Links, state: State, parameters: Parameters) -> float:
    """Return the structural R_d: expected late deliveries that one own late event causes directly."""
    entry = passing_chances(
        links.buyer,
        links.is_critical,
        firms.critical_suppliers,
        state.effective,
        parameters.process.late_days,
        parameters.lateness,
    )
    return spectral_radius(links.start, links.supplier, entry)
