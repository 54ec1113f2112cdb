"""Triangles: do the partners of a firm trade with each other? Links are taken without direction."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.state import Index

__all__ = ["Clustering", "clustering_of", "triangles_of"]


class Clustering(NamedTuple):
    """How often two partners of a firm are partners of each other.

    Attributes
    ----------
    whole : triangles over pairs of partners, in the network as a whole (transitivity)
    average : mean over firms of the same share among their own partners, 0 for firms with fewer than two
    by_density : both, expected in a random network with as many firms and pairs
    by_degrees : the first, expected in a random network in which firms have as many partners as here,
        (<k^2> - <k>)^2 / (n <k>^3) (Newman 2010, "Networks", section 13.4); a few firms with very many partners make
        it too large, since they would trade with one another several times
    """

    whole: float
    average: float
    by_density: float
    by_degrees: float


@compiled
def _triangles(start: Index, later: Index) -> Index:
    """Return (n,) triangles of each firm, from each firm's partners of higher rank."""
    n = start.size - 1
    count = np.zeros(n, np.int64)
    marked_by = np.full(n, -1, np.int64)
    for first in range(n):
        for at in range(start[first], start[first + 1]):
            marked_by[later[at]] = first
        for at in range(start[first], start[first + 1]):
            second = later[at]
            for beyond in range(start[second], start[second + 1]):
                third = later[beyond]
                if marked_by[third] == first:
                    count[first] += 1
                    count[second] += 1
                    count[third] += 1
    return count


def triangles_of(pairs: Index, partners: Index) -> Index:
    """Return (n,) in how many triangles each firm is.

    Each pair is looked at from its end with fewer partners, so that hubs cost little (Schank and Wagner 2005): at most
    sqrt(2 p) steps per pair.
    """
    n = partners.size
    rank = np.empty(n, np.int64)
    rank[np.argsort(partners, kind="stable")] = np.arange(n)
    ends = rank[pairs]
    low, high = ends.min(axis=0), ends.max(axis=0)
    order = np.argsort(low, kind="stable")
    start = np.searchsorted(low[order], np.arange(n + 1)).astype(np.int64)
    by_rank: Index = _triangles(start, high[order])
    return by_rank[rank]


def clustering_of(firms: int, pairs: Index) -> Clustering:
    """Return the clustering of so many firms with the pairs (2, p) that trade, each once."""
    if firms < 2:
        return Clustering(nan, nan, nan, nan)
    partners = np.bincount(pairs.ravel(), minlength=firms)
    triangles = triangles_of(pairs, partners)
    possible = partners * (partners - 1) / 2.0
    own = np.divide(triangles, possible, out=np.zeros(firms), where=possible > 0.0)
    mean, square = float(partners.mean()), float((partners.astype(np.float64) ** 2).mean())
    return Clustering(
        whole=float(triangles.sum() / possible.sum()) if possible.sum() > 0.0 else nan,
        average=float(own.mean()),
        by_density=2.0 * pairs.shape[1] / (firms * (firms - 1.0)),
        by_degrees=(square - mean) ** 2 / (firms * mean**3) if mean > 0.0 else nan,
    )
