"""A list: the points that the file names, in its order."""

from __future__ import annotations

import numpy as np

from simulation.experiments.sweeps.designs.design import Design, Placed, Request

__all__ = ["DESIGN"]


def place(request: Request) -> Placed:
    """Return the listed points; a factor that a point does not name keeps the scenario's own value."""
    listed = request.listed if request.listed is not None else np.empty((0, len(request.factors)))
    moved = np.isfinite(listed)
    return Placed(np.where(moved, listed, request.usual), np.arange(len(listed)), moved)


DESIGN = Design(place, has_common_seeds=True, has_size=False, can_lose_points=True)
