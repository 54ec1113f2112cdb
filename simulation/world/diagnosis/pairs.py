"""Links seen as pairs of firms: whether they run both ways, and whether firms trade with their like."""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state import Index, World
from simulation.world.diagnosis.degrees import degrees_of

__all__ = ["Assortativity", "Reciprocity", "assortativity_of", "correlation", "pairs_of", "reciprocity_of"]


class Reciprocity(NamedTuple):
    """Links that run both ways.

    Attributes
    ----------
    share : share of links whose buyer is a supplier of its supplier too
    expected : the same in a random network with as many firms and links: links over ordered pairs
    """

    share: float
    expected: float


class Assortativity(NamedTuple):
    """Correlations over links between numbers of partners at the two ends (Newman 2003; Foster et al. 2010).

    Attributes
    ----------
    buyers_buyers : the supplier's number of buyers with the buyer's number of buyers
    buyers_suppliers : the supplier's number of buyers with the buyer's number of suppliers
    suppliers_buyers : the supplier's number of suppliers with the buyer's number of buyers
    suppliers_suppliers : the supplier's number of suppliers with the buyer's number of suppliers
    partners : numbers of partners of any kind, links without direction; a pair of firms counts once
    """

    buyers_buyers: float
    buyers_suppliers: float
    suppliers_buyers: float
    suppliers_suppliers: float
    partners: float


def correlation(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return the correlation of two lists, NaN where one of them does not vary."""
    if first.size == 0 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return nan
    return float(np.corrcoef(first, second)[0, 1])


def pairs_of(world: World) -> Index:
    """Return (2, p) the pairs of firms that trade in any direction, each once, the smaller number first."""
    n = max(1, world.firms.key.size)
    low = np.minimum(world.links.supplier, world.links.buyer).astype(np.int64)
    high = np.maximum(world.links.supplier, world.links.buyer)
    codes = np.sort(low * n + high)  # np.unique hashes whole numbers, which is slower for millions
    found = codes[np.diff(codes, prepend=-1) > 0]
    pairs: Index = np.stack(np.divmod(found, n))
    return pairs


def reciprocity_of(world: World, pairs: Index) -> Reciprocity:
    """Return how many links run both ways; a pair that trades in both has two links."""
    n, m = world.firms.key.size, world.links.supplier.size
    share = 2.0 * (m - pairs.shape[1]) / m if m > 0 else nan
    return Reciprocity(share, m / (n * (n - 1)) if n > 1 else nan)


def assortativity_of(world: World, pairs: Index) -> Assortativity:
    """Return the correlations of numbers of partners over links."""
    suppliers, buyers = degrees_of(world)
    seller, buyer = world.links.supplier, world.links.buyer
    partners = np.bincount(pairs.ravel(), minlength=suppliers.size)
    ends = np.concatenate([pairs, pairs[::-1]], axis=1)  # without direction, each end is once the first
    return Assortativity(
        correlation(buyers[seller], buyers[buyer]),
        correlation(buyers[seller], suppliers[buyer]),
        correlation(suppliers[seller], buyers[buyer]),
        correlation(suppliers[seller], suppliers[buyer]),
        correlation(partners[ends[0]], partners[ends[1]]),
    )
