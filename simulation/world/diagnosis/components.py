"""Who is connected with whom: components of a network and its bow tie.

Goods flow from supplier to buyer. The core is the largest set of firms that all reach each other along goods; IN are
the firms from which goods reach the core, OUT those that goods from the core reach (Broder et al. 2000, "Graph
structure in the Web").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from simulation.state import Index, Links

__all__ = ["Components", "components_of"]


class Components(NamedTuple):
    """Components of a network; shares are of all firms.

    Attributes
    ----------
    weak : number of weak components: firms that trade with each other directly or through others, in any direction
    weak_largest : share of firms in the largest of them
    strong : number of strong components: firms that reach each other along goods
    core : share of firms in the largest strong component; 1 / n where there are no loops
    inward : share of firms from which goods reach the core, without the core
    outward : share of firms that goods from the core reach, without the core
    beside : share of firms of the core's weak component that are neither
    apart : share of firms outside of the core's weak component
    has_loops : whether goods can return to a firm
    """

    weak: int
    weak_largest: float
    strong: int
    core: float
    inward: float
    outward: float
    beside: float
    apart: float
    has_loops: bool


def _reached(graph: csr_array, first: int) -> int:
    """Return how many firms can be reached from one, itself included."""
    reached = breadth_first_order(graph, first, directed=True, return_predecessors=False)
    return int(np.size(reached))


def components_of(links: Links) -> Components:
    """Return the components of the links between n firms, in time linear in firms and links.

    Without loops no firm is more of a core than another, and the shares around the core are NaN.
    """
    n = links.start.size - 1
    if n == 0:
        return Components(0, *(float("nan"),), 0, *(float("nan"),) * 5, False)
    buying = csr_array((np.ones(links.supplier.size, np.int8), links.supplier, links.start), shape=(n, n))
    weak, weak_of = connected_components(buying, directed=True, connection="weak")
    strong, strong_of = connected_components(buying, directed=True, connection="strong")
    weak_sizes: Index = np.bincount(weak_of)
    strong_sizes: Index = np.bincount(strong_of)
    has_loops = bool(strong_sizes.max() > 1)
    largest = weak_sizes.max() / n
    if not has_loops:
        nothing = float("nan")
        return Components(int(weak), float(largest), int(strong), 1.0 / n, *(nothing,) * 4, False)
    first = int(np.argmax(strong_of == np.argmax(strong_sizes)))
    core = int(strong_sizes.max())
    inward = _reached(buying, first) - core
    outward = _reached(csr_array(buying.T), first) - core
    around = int(weak_sizes[weak_of[first]])
    return Components(
        weak=int(weak),
        weak_largest=float(largest),
        strong=int(strong),
        core=core / n,
        inward=inward / n,
        outward=outward / n,
        beside=(around - core - inward - outward) / n,
        apart=(n - around) / n,
        has_loops=has_loops,
    )
