"""Firms at the ends of a network: without suppliers, without buyers, without either."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.state import World
from simulation.world.diagnosis.classes import Mask, classes_of

__all__ = ["Ends", "ends_by_class"]


class Ends(NamedTuple):
    """Firms of one class that lack partners.

    Attributes
    ----------
    label : name of the size or sector, or "all"
    firms : number of firms of the class
    without_suppliers, without_buyers : numbers of firms; those without either count in both
    isolated : number of firms without suppliers and without buyers
    """

    label: str
    firms: int
    without_suppliers: int
    without_buyers: int
    isolated: int


def ends_by_class(world: World) -> tuple[Ends, ...]:
    """Return the firms that lack partners: of all firms, then of each size, then of each sector."""
    n = world.firms.key.size
    no_suppliers = np.diff(world.links.start) == 0
    no_buyers = np.bincount(world.links.supplier, minlength=n) == 0
    classes, groups = classes_of(world), world.groups
    masks: dict[str, Mask] = {"all": np.ones(n, np.bool_)}
    masks |= {name: classes.size == place for place, name in enumerate(groups.sizes)}
    masks |= {name: classes.sector == place for place, name in enumerate(groups.sectors)}
    return tuple(
        Ends(
            label,
            int(mask.sum()),
            int((mask & no_suppliers).sum()),
            int((mask & no_buyers).sum()),
            int((mask & no_suppliers & no_buyers).sum()),
        )
        for label, mask in masks.items()
    )
