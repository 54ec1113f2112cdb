"""A Latin hypercube: in every factor one point in each of as many equal parts as there are points (McKay 1979)."""

from __future__ import annotations

from itertools import count

import numpy as np

from simulation.experiments.sweeps.designs.design import Design, Placed, Request

__all__ = ["DESIGN", "SMALLEST"]

SMALLEST = 64
"""Points of the first hypercube; each further one has as many as all before it, so that sizes that are a power of two
consist of whole hypercubes."""


def place(request: Request) -> Placed:
    """Return the first ``size`` points of a sequence of hypercubes of 64, 64, 128, 256, ... points.

    A sweep that is extended keeps its points. A size of 64, 128, 256, ... has only whole hypercubes.
    """
    from scipy.stats import qmc

    parts: list[np.ndarray] = []
    total = 0
    for number in count():
        if total >= request.size:
            break
        points = SMALLEST if number == 0 else total
        random = np.random.default_rng([request.seed, number])
        parts.append(qmc.LatinHypercube(len(request.factors), rng=random).random(points))
        total += points
    drawn = np.concatenate(parts)[: request.size]
    return Placed(drawn, np.arange(request.size))


DESIGN = Design(place, has_common_seeds=False, has_size=True, can_lose_points=True)
