"""The suppliers on which a network hangs most, by the closure index, before any run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.engines.influence import Influence
from simulation.state import Float, Index, World
from simulation.world.closure import chain_of, closure_index
from simulation.world.diagnosis.degrees import degrees_of

__all__ = ["ALL_CLOSED", "CANDIDATES", "SHOWN", "CriticalSupplier", "CriticalSuppliers", "critical_suppliers"]

SHOWN = 10
"""Suppliers that are listed."""

ALL_CLOSED = 2000
"""Firms up to which every closure is computed; the cost of all grows with the square of their number."""

CANDIDATES = 50
"""In larger networks: candidates by each of three orders."""


class CriticalSupplier(NamedTuple):
    """A supplier and what hangs on it.

    Attributes
    ----------
    firm : id
    size, sector, region : its classes
    buyers : number of its buyers
    sales_share : its part of all sales, the least that is lost when it closes
    closure : part of all sales lost when it closes and others of its sector step in
    closure_unreplaced : the same while nobody steps in
    defect_influence : defects that all firms deliver, by sales, per unit of its own defect share; NaN if R_q >= 1
    late_buyers : expected number of buyers that one own late event of it makes late directly
    """

    firm: str
    size: str
    sector: str
    region: str
    buyers: int
    sales_share: float
    closure: float
    closure_unreplaced: float
    defect_influence: float
    late_buyers: float


class CriticalSuppliers(NamedTuple):
    """The suppliers whose closure would cost most.

    Attributes
    ----------
    candidates : number of firms whose closure was computed: all, or those with the largest sales, influence on defects
        or direct losses of their buyers
    firms : suppliers, largest loss first
    """

    candidates: int
    firms: tuple[CriticalSupplier, ...]


def _largest(values: Float, count: int) -> Index:
    """Return the places of the largest values; NaN counts as smallest."""
    order: Index = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:count]
    return order


def critical_suppliers(world: World, defects: Influence, late: Influence) -> CriticalSuppliers:
    """Return the suppliers whose closure would cost most, with what each firm is behind in defects and delays."""
    chain = chain_of(world)
    n = chain.output.size
    _, buyers = degrees_of(world)
    supplying = np.flatnonzero(buyers > 0)
    whole = chain.counted.sum()
    if supplying.size == 0 or not whole > 0.0:
        return CriticalSuppliers(0, ())
    chosen = supplying
    if n > ALL_CLOSED:
        lost = np.where(chain.is_critical == 1, 1.0, chain.dependence[chain.buyer] * chain.share)
        direct: Float = np.bincount(chain.supplier, lost * chain.counted[chain.buyer], n).astype(np.float64)
        orders = (chain.counted, defects.total if defects.radius < 1.0 else defects.direct, direct)
        chosen = np.unique(np.concatenate([supplying[_largest(order[supplying], CANDIDATES)] for order in orders]))
    closure = closure_index(chain, chosen)
    first = _largest(closure, SHOWN)
    unreplaced = closure_index(chain, chosen[first], is_replaceable=False)
    members = world.groups.members()
    return CriticalSuppliers(
        int(chosen.size),
        tuple(
            CriticalSupplier(
                world.name(int(firm)),
                *members[int(world.firms.group[firm])],
                int(buyers[firm]),
                float(chain.counted[firm] / whole),
                float(closure[place]),
                float(alone),
                float(defects.total[firm]),
                float(late.direct[firm]),
            )
            for place, firm, alone in zip(first, chosen[first], unreplaced, strict=True)
        ),
    )
