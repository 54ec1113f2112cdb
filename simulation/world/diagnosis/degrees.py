"""How many partners firms have, and how heavy the tails of these numbers are."""

from __future__ import annotations

from math import ceil, nan, sqrt
from typing import NamedTuple

import numpy as np

from simulation.state import Index, World

__all__ = ["QUANTILES", "TAIL_SHARE", "Degrees", "Tail", "degrees_of", "distribution", "tail_of"]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)

TAIL_SHARE = 0.05
"""Part of the firms with partners whose numbers of partners, the largest ones, make the tail."""

_FEWEST = 10
"""Firms below which a tail is not fitted."""


class Tail(NamedTuple):
    """A power law fitted to the largest numbers: Pr(K >= k) falls like k^-exponent.

    Attributes
    ----------
    exponent : NaN where fewer than 10 firms are in the tail or all of them have as many partners
    error : standard error, exponent / sqrt(firms)
    firms : number of firms in the tail
    smallest : smallest number of partners in the tail
    """

    exponent: float
    error: float
    firms: int
    smallest: int


class Degrees(NamedTuple):
    """Numbers of partners of one kind, over all firms.

    Attributes
    ----------
    mean, largest : partners
    quantiles : numbers of partners that the shares `QUANTILES` of all firms do not exceed
    tail : Tail
    values, firms : the numbers that occur, ascending, and how many firms have each
    """

    mean: float
    largest: int
    quantiles: tuple[float, ...]
    tail: Tail
    values: tuple[int, ...]
    firms: tuple[int, ...]


def tail_of(numbers: Index, share: float = TAIL_SHARE) -> Tail:
    """Fit a power law to the largest numbers, by Hill's estimator in its form for whole numbers.

    exponent = k / sum of ln(x_i / (smallest - 1/2)) over the k numbers of the tail, which are the largest ``share`` of
    the positive ones and all that equal the smallest of these (Hill 1975; Clauset, Shalizi and Newman 2009, equation
    3.7, whose alpha is the exponent + 1). Whether the tail is a power law at all is not tested.
    """
    positive = np.sort(numbers[numbers > 0])
    wanted = ceil(share * positive.size)
    if wanted == 0:
        return Tail(nan, nan, 0, 0)
    smallest = int(positive[-wanted])
    tail = positive[positive >= smallest]
    if tail.size < _FEWEST or tail[-1] == smallest:
        return Tail(nan, nan, int(tail.size), smallest)
    exponent = tail.size / float(np.log(tail / (smallest - 0.5)).sum())
    return Tail(exponent, exponent / sqrt(tail.size), int(tail.size), smallest)


def distribution(numbers: Index) -> Degrees:
    """Return mean, quantiles, tail and all values of the numbers of partners of n firms."""
    if numbers.size == 0:
        return Degrees(nan, 0, (nan,) * len(QUANTILES), tail_of(numbers), (), ())
    values, firms = np.unique(numbers, return_counts=True)
    quantiles = np.quantile(numbers, QUANTILES, method="inverted_cdf")
    return Degrees(
        mean=float(numbers.mean()),
        largest=int(values[-1]),
        quantiles=tuple(map(float, quantiles)),
        tail=tail_of(numbers),
        values=tuple(map(int, values)),
        firms=tuple(map(int, firms)),
    )


def degrees_of(world: World) -> tuple[Index, Index]:
    """Return (n,) numbers of suppliers and (n,) numbers of buyers."""
    links = world.links
    suppliers: Index = np.diff(links.start)
    buyers: Index = np.bincount(links.supplier, minlength=suppliers.size)
    return suppliers, buyers
