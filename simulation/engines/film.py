"""A film of some months: what firms are like in each, and every late delivery, kept while the months are lived.

Ordinary runs keep neither. The months are the same to the last bit, filmed or not, and a film takes one call of
compiled code for many months: handing over the arrays of an engine costs as much as a month of some hundred firms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.state import Bool, Float, Index, Real, Small

__all__ = ["Film", "new_film", "stretch"]

_EVENTS = 400_000
"""Late deliveries, at most, for which a stretch has room: 10 MB."""

_LONGEST = 24
"""Months of a stretch, after which others can be told how far it is."""


class Film(NamedTuple):
    """K months of n firms, and their late deliveries, one round after the other; K is 0 where nothing is filmed.

    Attributes
    ----------
    first : (1,) month of the first row
    place : (m,) where each link, in the order of the world's links, stands in the ties
    users, capacity, adopted, effective, defects : (K, n) at the end of each month; delivered defects of its last round
    supplier : (K, m) at the end of each month, in the order of the world's links
    subsidy, pressure : (K, n) what levers added to the adoption index
    late_count : (K, rounds)
    written : (1,) late deliveries so far, ``late_count.sum()``
    buyer, waited_for, root, links, days : (K x rounds x n,), used for the deliveries written: firms that delivered
        late, the supplier that each waited for (itself where its own lateness weighed more), where the lateness began,
        how many links it travelled, and days
    """

    first: Index
    place: Index
    users: Real
    capacity: Real
    adopted: Bool
    effective: Real
    defects: Real
    supplier: Small
    subsidy: Float
    pressure: Float
    late_count: Index
    written: Index
    buyer: Small
    waited_for: Small
    root: Small
    links: Small
    days: Real


def new_film(
    real: type[np.floating],
    first: int = 0,
    months: int = 0,
    firms: int = 0,
    rounds: int = 0,
    place: Index | None = None,
) -> Film:
    """Return room for months from ``first`` on; for none by default, so that nothing is filmed."""
    places = np.zeros(0, np.int64) if place is None else place
    shape, late = (months, firms), months * rounds * firms
    return Film(
        first=np.array([first], np.int64),
        place=places,
        users=np.empty(shape, real),
        capacity=np.empty(shape, real),
        adopted=np.empty(shape, np.uint8),
        effective=np.empty(shape, real),
        defects=np.empty(shape, real),
        supplier=np.empty((months, places.size), np.int32),
        subsidy=np.empty(shape),
        pressure=np.empty(shape),
        late_count=np.zeros((months, rounds), np.int64),
        written=np.zeros(1, np.int64),
        buyer=np.empty(late, np.int32),
        waited_for=np.empty(late, np.int32),
        root=np.empty(late, np.int32),
        links=np.empty(late, np.int32),
        days=np.empty(late, real),
    )


def stretch(firms: int, rounds: int) -> int:
    """Return for how many months at a time a run of so many firms is best filmed."""
    return max(1, min(_LONGEST, _EVENTS // max(firms * rounds, 1)))
