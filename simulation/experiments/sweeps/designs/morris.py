"""Morris's trajectories: from a random point one factor after another takes a step (Morris 1991, Campolongo 2007)."""

from __future__ import annotations

import numpy as np

from simulation.experiments.extras import needed
from simulation.experiments.sweeps.designs.design import Design, Placed, Request
from simulation.experiments.sweeps.designs.problem import problem_of

__all__ = ["DESIGN"]


def place(request: Request) -> Placed:
    """Return ``size`` trajectories of G + 1 points, G being the number of groups."""
    with needed("analysis"):
        from SALib.sample import morris

    problem = problem_of(request.factors)
    levels = request.levels + request.levels % 2  # the step is half of an even number of levels
    seeds = np.random.SeedSequence(request.seed).spawn(request.size)
    drawn = np.concatenate(
        [morris.sample(problem, 1, num_levels=levels, seed=np.random.default_rng(one)) for one in seeds]
    )
    return Placed(drawn, np.repeat(np.arange(request.size), len(drawn) // request.size))


DESIGN = Design(place, has_common_seeds=False, has_size=True, can_lose_points=False)
