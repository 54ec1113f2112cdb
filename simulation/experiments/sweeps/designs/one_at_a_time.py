"""One at a time: the scenario as it is, and each factor through its levels while all others stay (ten Broeke 2016)."""

from __future__ import annotations

import numpy as np

from simulation.experiments.sweeps.designs.design import Design, Placed, Request
from simulation.experiments.sweeps.designs.positions import positions

__all__ = ["DESIGN"]


def place(request: Request) -> Placed:
    """Return the scenario's own point, then the levels of the first factor, of the second, and so on."""
    axes = [positions(factor, request.levels) for factor in request.factors]
    moving = np.repeat(np.arange(len(axes)), [axis.size for axis in axes])
    rows = np.arange(1, moving.size + 1)
    drawn = np.tile(request.usual, (moving.size + 1, 1))
    moved = np.zeros(drawn.shape, bool)
    drawn[rows, moving] = np.concatenate(axes)
    moved[rows, moving] = True
    return Placed(drawn, np.arange(moving.size + 1), moved)


DESIGN = Design(place, has_common_seeds=True, has_size=False, can_lose_points=False)
