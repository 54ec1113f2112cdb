"""Structural reproduction numbers: spectral radii of the matrices along which defects and lateness spread."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.elementary import exp
from simulation.engines.parameters import Parameters
from simulation.engines.radius import spectral_radius
from simulation.rules.defects import Defects, inspection, link_factor, mismatch
from simulation.rules.lateness import Lateness, buffer_days, full_buffer
from simulation.state import Bool, Firms, Float, Links, Real, Small, State

__all__ = ["passing_chances", "passing_defects", "structural_defects", "structural_late"]


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
