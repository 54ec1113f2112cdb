"""Who sells to whom by size, sector and region."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np

from simulation.state import Float, Index, World
from simulation.world.diagnosis.classes import classes_of

__all__ = ["Mixing", "mixing_by"]


class Mixing(NamedTuple):
    """Sales between classes; rows sell to columns, all entries of a table sum to 1.

    Attributes
    ----------
    names : names of the classes
    links : shares of all links
    value : shares of all purchases, each buyer times its weight
    within : share of links within a class
    within_value : share of purchases within a class
    expected : share of links within a class if suppliers and buyers met by chance, each with as many links as here
    coefficient : (within - expected) / (1 - expected), Newman's (2003) assortativity; NaN with one class
    """

    names: tuple[str, ...]
    links: tuple[tuple[float, ...], ...]
    value: tuple[tuple[float, ...], ...]
    within: float
    within_value: float
    expected: float
    coefficient: float


def _table(seller: Index, buyer: Index, counted: Float, classes: int) -> Float:
    """Return (classes, classes) shares of what is counted."""
    summed = np.bincount(seller * classes + buyer, counted, classes**2).reshape(classes, classes)
    table: Float = summed / summed.sum() if summed.sum() > 0.0 else np.full((classes, classes), nan)
    return table


def mixing_by(world: World, by: str) -> Mixing:
    """Return who sells to whom by ``size``, ``sector`` or ``region``."""
    names: tuple[str, ...] = getattr(world.groups, f"{by}s")
    of_firm: Index = getattr(classes_of(world), by)
    links = world.links
    seller, buyer = of_firm[links.supplier], of_firm[links.buyer]
    counts = _table(seller, buyer, np.ones(seller.size), len(names))
    value = _table(seller, buyer, links.value * world.firms.weight[links.buyer], len(names))
    expected = float(counts.sum(axis=1) @ counts.sum(axis=0))
    within = float(np.trace(counts))
    return Mixing(
        names=names,
        links=tuple(tuple(map(float, row)) for row in counts),
        value=tuple(tuple(map(float, row)) for row in value),
        within=within,
        within_value=float(np.trace(value)),
        expected=expected,
        coefficient=(within - expected) / (1.0 - expected) if expected < 1.0 else nan,
    )
