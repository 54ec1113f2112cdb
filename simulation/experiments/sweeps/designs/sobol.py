"""Saltelli's design for Sobol indices: blocks of points that differ in one factor at a time (Saltelli 2002)."""

from __future__ import annotations

import warnings

import numpy as np

from simulation.experiments.extras import needed
from simulation.experiments.sweeps.designs.design import Design, Placed, Request
from simulation.experiments.sweeps.designs.problem import problem_of

__all__ = ["DESIGN"]


def place(request: Request) -> Placed:
    """Return ``size`` blocks of G + 2 points, or 2 G + 2 with second order, G being the number of groups."""
    with needed("analysis"):
        from SALib.sample import sobol

    problem = problem_of(request.factors)
    with warnings.catch_warnings():  # sizes that are no power of two are told of by the analysis
        warnings.simplefilter("ignore")
        drawn = sobol.sample(
            problem, request.size, calc_second_order=request.has_second_order, scramble=True, seed=request.seed
        )
    return Placed(drawn, np.repeat(np.arange(request.size), len(drawn) // request.size))


DESIGN = Design(place, has_common_seeds=False, has_size=True, can_lose_points=False)
