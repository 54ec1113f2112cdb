"""A grid: every combination of the levels of all factors."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from simulation.errors import InputError
from simulation.experiments.sweeps.designs.design import Design, Placed, Request
from simulation.experiments.sweeps.designs.positions import positions

__all__ = ["DESIGN", "MOST_POINTS"]

MOST_POINTS = 1_000_000


def place(request: Request) -> Placed:
    """Return all combinations, the last factor moving fastest."""
    axes = [positions(factor, request.levels) for factor in request.factors]
    count = math.prod(axis.size for axis in axes)
    if count > MOST_POINTS:
        message = f"the grid would have {count:,} points, more than {MOST_POINTS:,}; give fewer levels or factors"
        raise InputError(message)
    drawn = np.array(list(product(*axes))).reshape(count, len(axes))
    return Placed(drawn, np.arange(count))


DESIGN = Design(place, has_common_seeds=True, has_size=False, can_lose_points=True)
