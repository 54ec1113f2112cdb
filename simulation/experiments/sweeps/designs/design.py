"""What a design is: from the factors and a size to positions of points and to blocks that share their seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulation.experiments.sample import Factor
from simulation.state import Bool, Float, Index

__all__ = ["Design", "Placed", "Request"]


class Request(NamedTuple):
    """What a design is asked for.

    Attributes
    ----------
    factors : tuple of Factor, F of them
    usual : (F,) positions of the scenario's own values, NaN where a value has none
    size : int
        Points, blocks or trajectories.
    levels : int
        Values into which a range is divided.
    seed : int
    has_second_order : bool
    listed : (P, F) or None
        Positions of the points of a list, NaN where a point does not name a factor.
    """

    factors: tuple[Factor, ...]
    usual: Float
    size: int
    levels: int
    seed: int
    has_second_order: bool = False
    listed: Float | None = None


class Placed(NamedTuple):
    """Where the points are.

    Attributes
    ----------
    drawn : (P, F) positions, from 0 to 1 within the ranges
    blocks : (P,) number of the block of each point
    moved : (P, F) or None
        Whether the point sets the factor; else it keeps the scenario's own value. None: all are set.
    """

    drawn: Float
    blocks: Index
    moved: Bool | None = None


class Design(NamedTuple):
    """A way to place points.

    Attributes
    ----------
    place : callable
        From a request to positions and blocks, the same for the same request. A larger size continues a smaller one:
        its first points are those of the smaller.
    has_common_seeds : bool
        Whether all points share their seeds, where the sweep does not say; else each block has its own.
    has_size : bool
        Whether ``size`` decides how many points there are, so that the sweep can be extended by points.
    can_lose_points : bool
        Whether constraints may leave points out: a design with a structure of its own would break.
    """

    place: Callable[[Request], Placed]
    has_common_seeds: bool
    has_size: bool
    can_lose_points: bool
