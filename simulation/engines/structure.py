"""Structural reproduction numbers: spectral radii of the matrices along which defects and lateness spread."""

from __future__ import annotations

from math import exp

import numpy as np

from simulation.compiled import compiled, compiled_inner
from simulation.engines.parameters import Parameters
from simulation.rules.defects import inspection
from simulation.rules.lateness import buffer_days
from simulation.state import Firms, Float, Links, State

__all__ = ["passing_chances", "passing_defects", "spectral_radius", "structural_defects", "structural_late"]

_SWEEPS = 400
_SETTLED = 1e-10


@compiled_inner
def passing_defects(firms: Firms, links: Links, state: State, parameters: Parameters) -> Float:
    """Return (m,) m w_ij (1 - v_i): expected defects passed on over a link per small defect share of the supplier."""
    entry = np.empty(links.supplier.size)
    for link in range(links.supplier.size):
        found = inspection(state.effective[links.buyer[link]], parameters.defects)
        entry[link] = parameters.defects.critical_inputs * links.weight[link] * (1.0 - found)
    return entry


@compiled_inner
def passing_chances(firms: Firms, links: Links, state: State, parameters: Parameters) -> Float:
    """Return (m,) Pr(r (X - B_i)+ > tolerance) over critical links, X exponential of mean theta; 0 over others.

    A first-generation number: the chance that an own late event of the supplier makes the buyer late.
    """
    entry = np.zeros(links.supplier.size)
    for link in range(links.supplier.size):
        if links.is_critical[link] == 0 or parameters.lateness.pass_through == 0.0:
            continue
        slack = buffer_days(
            firms.critical_suppliers[links.buyer[link]], parameters.process.late_days, parameters.lateness
        )
        reach = slack + parameters.lateness.tolerance / parameters.lateness.pass_through
        entry[link] = exp(-reach / parameters.process.late_days)
    return entry


@compiled_inner
def spectral_radius(links: Links, entry: Float) -> float:
    """Return the spectral radius of the matrix with a non-negative entry per link, by power iteration on M + I.

    The shift makes the iteration settle for periodic networks; a network without cycles has radius 0.
    """
    n = links.start.size - 1
    vector = np.ones(n)
    following = np.empty(n)
    radius = 0.0
    for _ in range(_SWEEPS):
        largest = 0.0
        for i in range(n):
            total = vector[i]
            for link in range(links.start[i], links.start[i + 1]):
                total += entry[link] * vector[links.supplier[link]]
            following[i] = total
            largest = max(largest, total)
        if largest == 0.0:
            return 0.0
        before = radius
        radius = largest - 1.0
        for i in range(n):
            vector[i] = following[i] / largest
        if abs(radius - before) < _SETTLED:
            break
    return max(radius, 0.0)


@compiled
def structural_defects(firms: Firms, links: Links, state: State, parameters: Parameters) -> float:
    """Return R_q: below 1 defects stay of the order of the firms' own, above 1 they saturate."""
    return spectral_radius(links, passing_defects(firms, links, state, parameters))


@compiled
def structural_late(firms: Firms, links: Links, state: State, parameters: Parameters) -> float:
    """Return the structural R_d: expected late deliveries that one own late event causes directly."""
    return spectral_radius(links, passing_chances(firms, links, state, parameters))
