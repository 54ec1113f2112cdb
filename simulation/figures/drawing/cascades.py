"""Who is late because of whom: the firms that one late firm made late, and the links over which that happened."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulation.figures.drawing.content import Content
from simulation.state import Bool, Float, Index

__all__ = ["Cascade", "cascades"]


class Cascade(NamedTuple):
    """Late firms whose lateness began at one firm.

    Attributes
    ----------
    root : int
        The firm where it began.
    victims : (k,) the firms late because of it
    steps : (s, 2) links that lateness travelled: supplier and buyer
    is_known : (s,) whether the supplier still sells to the buyer; else the root is joined to the late firm directly
    """

    root: int
    victims: Index
    steps: Index
    is_known: Bool


class _Critical(NamedTuple):
    """Critical suppliers by buyer: those of buyer i are ``supplier[start[i]:start[i + 1]]``, largest value first."""

    start: Index
    supplier: Index

    def of(self, buyer: int) -> Index:
        return self.supplier[self.start[buyer] : self.start[buyer + 1]]


def cascades(content: Content) -> list[Cascade]:
    """Return the cascades of the last delivery, those with most victims first."""
    late = np.flatnonzero(content.is_inherited)
    if late.size == 0:
        return []
    root = content.firms["root"].to_numpy(dtype=np.int64)
    travelled = content.firms["travelled"].to_numpy(dtype=np.int64)
    critical = _critical(content)
    found = []
    for start in np.unique(root[late]):
        victims = late[root[late] == start]
        steps: dict[tuple[int, int], bool] = {}
        for victim in victims:
            path = _path(critical, int(start), int(victim), int(travelled[victim]))
            if path is None:
                steps[int(start), int(victim)] = False
            else:
                steps.update(dict.fromkeys(pairwise(path), True))
        pairs = np.array(list(steps), dtype=np.int64).reshape(-1, 2)
        found.append(Cascade(int(start), victims, pairs, np.array(list(steps.values()), dtype=np.uint8)))
    sales: Float = content.firms["sales"].to_numpy(dtype=float)
    return sorted(found, key=lambda one: (-one.victims.size, -float(sales[one.victims].sum()), one.root))


def _critical(content: Content) -> _Critical:
    links = content.links[content.links["critical"].to_numpy() > 0]
    supplier, buyer = (links[end].to_numpy(dtype=np.int64) for end in ("supplier", "buyer"))
    order = np.lexsort((-links["value"].to_numpy(dtype=float), buyer))
    return _Critical(np.searchsorted(buyer[order], np.arange(len(content.firms) + 1)), supplier[order])


def _path(critical: _Critical, root: int, victim: int, length: int) -> list[int] | None:
    """Return a way of so many critical links from the root to the late firm, None where links changed since."""
    following: list[dict[int, int]] = []
    reached = [victim]
    for _ in range(length):
        layer: dict[int, int] = {}
        for buyer in reached:
            for supplier in critical.of(buyer):
                layer.setdefault(int(supplier), buyer)
        following.append(layer)
        reached = list(layer)
    if not following or root not in following[-1]:
        return None
    path = [root]
    for layer in reversed(following):
        path.append(layer[path[-1]])
    return path
