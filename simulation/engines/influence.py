"""Influence of a firm on what everybody delivers: row sums of the inverse of the linear risk matrices.

Small defects travel linearly: d = o + M d with M_ij = m w_ij x_ij (1 - v_i) over the links from supplier j to buyer i
(`passing_defects`), so that d = (I - M)^-1 o. Where a_i is what a defect of firm i counts, firm j is behind

    v_j = sum_i a_i [(I - M)^-1]_ij,  v = a + M^T v,

per unit of its own defects: its own deliveries count a_j, the rest is what it passes on. Then sum_j v_j o_j =
sum_i a_i d_i, so v_j o_j splits all defects by the firm where they began (Leontief 1941; Acemoglu et al. 2012 for
networks of firms). For lateness M holds the chances with which an own late event of the supplier makes the buyer late
(`passing_chances`), and v_j - a_j are late deliveries of others per own late event; later generations are taken to be
as long as the first, which they are not, so only the first is close to the model.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.engines.parameters import Parameters
from simulation.engines.radius import spectral_radius
from simulation.engines.structure import passing_chances, passing_defects
from simulation.state import Firms, Float, Links, Small, State

__all__ = ["Influence", "defect_influence", "influence", "late_influence"]

_SETTLED = 1e-12
_SWEEPS = 100_000


class Influence(NamedTuple):
    """What each firm is behind, per unit of its own defects or per own late event.

    Attributes
    ----------
    total : (n,) over all links travelled, the firm's own deliveries included; NaN where ``radius`` is 1 or more
    direct : (n,) at its buyers only, one link away
    radius : spectral radius of the matrix; from 1 on, risk does not fade and the sum has no finite value
    """

    total: Float
    direct: Float
    radius: float


@compiled
def _backwards(buyer: Small, supplier: Small, entry: Float, values: Float) -> Float:
    """Return (n,) M^T values: what comes back to each supplier from its buyers."""
    back = np.zeros(values.size)
    for link in range(buyer.size):
        back[supplier[link]] += entry[link] * values[buyer[link]]
    return back


@compiled
def _summed(buyer: Small, supplier: Small, entry: Float, counted: Float) -> tuple[Float, bool]:
    """Return (n,) v = a + M^T v by repeated substitution, one more link travelled in each, and whether it settled."""
    term = counted.copy()
    total = counted.copy()
    for _ in range(_SWEEPS):
        term = _backwards(buyer, supplier, entry, term)
        total += term
        if term.max() <= _SETTLED * total.max():
            return total, True
    return total, False


def influence(links: Links, entry: Float, counted: Float) -> Influence:
    """Return the influence of every firm along links with a non-negative entry each (m,), counted as (n,) says.

    Cost: a sweep over the links per link travelled, about ln(1e-12) / ln(radius) of them.
    """
    radius = spectral_radius(links.start, links.supplier, entry)
    direct = _backwards(links.buyer, links.supplier, entry, counted)
    undefined = np.full(counted.size, np.nan)
    if counted.size == 0 or radius >= 1.0:
        return Influence(undefined, direct, radius)
    total, has_settled = _summed(links.buyer, links.supplier, entry, counted)
    return Influence(total if has_settled else undefined, direct, radius)


def defect_influence(links: Links, state: State, parameters: Parameters, counted: Float) -> Influence:
    """Return the influence of every firm's own defects at the effective use of ``state``.

    With sales as ``counted`` (their sum 1) it is delivered defect share, by sales, per unit of own defect share: what
    the measure of delivered defects and its split by origin hold, all buyers and final demand taken together. With
    final demand as ``counted`` it is what reaches final demand, where defects are paid for.
    """
    entry = passing_defects(links.buyer, links.supplier, links.weight, state.effective, parameters.defects)
    return influence(links, entry, counted)


def late_influence(firms: Firms, links: Links, state: State, parameters: Parameters, counted: Float) -> Influence:
    """Return the influence of every firm's own late events at the effective use of ``state``.

    With 1 as ``counted``, ``direct`` is the expected number of buyers that one own late event makes late.
    """
    entry = passing_chances(
        links.buyer,
        links.is_critical,
        firms.critical_suppliers,
        state.effective,
        parameters.process.late_days,
        parameters.lateness,
    )
    return influence(links, entry, counted)
