"""What cannot be had together: splits of which none is better in one aim without being worse in another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.state import Float

__all__ = ["front_probability", "non_dominated"]


def non_dominated(values: Float) -> NDArray[np.bool_]:
    """Return (N,) whether a row of (N, A) values, all to be small, is dominated by none.

    A row is dominated by another that is nowhere larger and somewhere smaller (Pareto); NaN is dominated.
    """
    known = np.asarray(np.isfinite(values).all(axis=1))
    found = np.array(known)
    for row in np.flatnonzero(known):
        others = values[known]
        is_as_good = (others <= values[row]).all(axis=1)
        is_better = (others < values[row]).any(axis=1)
        found[row] = not (is_as_good & is_better).any()
    return found


def front_probability(values: Float, draws: int = 1000, seed: int = 1) -> Float:
    """Return (N,) how often a row is dominated by none when the seeds are drawn again.

    Parameters
    ----------
    values : (N, A, R) by row, aim and seed; all rows share their seeds, which are drawn together
    draws : int
        Of the bootstrap over seeds.
    seed : int
        Of the draws.
    """
    random = np.random.default_rng(seed)
    counts = np.zeros(len(values))
    for _ in range(draws):
        chosen = random.integers(values.shape[2], size=values.shape[2])
        counts += non_dominated(values[:, :, chosen].mean(axis=2))
    found: Float = counts / draws
    return found
