"""How much of an outcome's variance is luck: what differs between replications of one and the same point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from simulation.experiments.words import percent
from simulation.state import Float, Index

__all__ = ["Noise", "noise_share"]


class Noise(NamedTuple):
    """Share of replicate noise with its interval; NaN with a single replication.

    Attributes
    ----------
    share, low, high : float
        Variance over seeds at a fixed point, as a part of all variance of a single run.
    of_mean : float
        The same of the mean over the replications that were made.
    variance, total : float
        Variance over seeds, and all variance of a single run.
    replications : int
    """

    share: float
    low: float
    high: float
    of_mean: float
    variance: float
    total: float
    replications: int

    def sentence(self) -> str:
        """Return what this says, for people."""
        if self.replications < 2:
            return "One replication a point: how much of the variance is luck is not known (run at least 2)."
        return (
            f"{percent(self.share)} of the variance of a single run is luck "
            f"(95 % interval {percent(self.low)} to {percent(self.high)}); "
            f"{percent(self.of_mean)} of the mean over {self.replications} replications."
        )


def noise_share(values: Float, blocks: Index, confidence: float = 0.95) -> Noise:
    """Return the share of replicate noise by a one-way analysis of variance that allows for shared seeds.

    With s^2 the mean over points of the variance over replications, and V half the mean squared difference of runs that
    share neither point nor replication, and so no seed,

        share = s^2 / V.

    Where no two points share a seed this is the one-way analysis of variance with random effects. Where they do, the
    points' means move together and their variance is too small by what they share, which V avoids. The interval is
    that of the intraclass correlation, from F = 1 + R (V - s^2) / s^2 with (points - 1, nu) degrees of freedom
    (Searle, Casella and McCulloch 1992, section 3.6), where nu counts a deviation that all points of a block share
    once (Satterthwaite 1946), and points of which several make a block are counted as one. It supposes normal
    deviations and is approximate otherwise.

    Parameters
    ----------
    values : (P, R) without gaps
    blocks : (P,) number of those points that share their seeds
    confidence : float
    """
    n_points, n_replications = values.shape
    if n_replications < 2 or n_points < 2:
        return Noise(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n_replications)
    centred = values - values.mean()
    total = _total(centred)
    shared, own = _within(centred, blocks)
    variance = shared + own
    if variance <= 1e-24 * max(total, float(np.mean(values)) ** 2):
        return Noise(0.0, 0.0, 0.0, 0.0, 0.0, total, n_replications)
    n_blocks = np.unique(blocks).size
    freedom = variance**2 / (
        shared**2 / (n_blocks * (n_replications - 1)) + own**2 / max(1, (n_points - n_blocks) * (n_replications - 1))
    )
    points = max(total - variance, 0.0)
    ratio = 1.0 + n_replications * points / variance
    counted = (n_points if n_blocks in (1, n_points) else n_blocks) - 1
    tail = 0.5 - confidence / 2.0
    # Quantiles of F: the largest plausible ratio of the points' variance to luck gives the smallest share of luck.
    most, least = (
        max(0.0, (ratio / float(stats.f.ppf(level, counted, freedom)) - 1.0) / n_replications)
        for level in (tail, 1.0 - tail)
    )
    mean = variance / n_replications
    return Noise(
        share=float(variance / (points + variance)),
        low=1.0 / (1.0 + most),
        high=1.0 / (1.0 + least),
        of_mean=float(mean / (points + mean)),
        variance=float(variance),
        total=float(points + variance),
        replications=n_replications,
    )


def _total(centred: Float) -> float:
    """Return half the mean squared difference of runs that share neither point nor replication."""
    n_points, n_replications = centred.shape
    squares = float(np.sum(centred**2))

    def summed(size: int, sums: Float) -> float:
        """Return the sum of squared differences over ordered pairs within sets of the same size."""
        return 2.0 * size * squares - 2.0 * float(np.sum(sums**2))

    every = summed(centred.size, np.array([centred.sum()]))
    same_point = summed(n_replications, centred.sum(axis=1))
    same_replication = summed(n_points, centred.sum(axis=0))
    pairs = n_points * (n_points - 1) * n_replications * (n_replications - 1)
    return float(0.5 * (every - same_point - same_replication) / pairs)


def _within(centred: Float, blocks: Index) -> tuple[float, float]:
    """Return the parts of the variance over replications that points of a block share, and that they do not."""
    n_points, n_replications = centred.shape
    deviations = centred - centred.mean(axis=1, keepdims=True)
    _, number, size = np.unique(blocks, return_inverse=True, return_counts=True)
    sums = np.zeros((size.size, n_replications))
    np.add.at(sums, number, deviations)
    freedom = n_points * (n_replications - 1)
    shared = float(np.sum(sums**2 / size[:, None])) / freedom
    return shared, max(0.0, float(np.sum(deviations**2)) / freedom - shared)
