"""Performance drawn anew: other states of the world, other luck, or both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulation.experiments.sample import Sample
from simulation.state import Float

__all__ = ["resampled_performance"]

_ENTRIES = 200_000
"""Numbers held at a time."""


def resampled_performance(
    sample: Sample, values: Float, count: int, seed: int, *, has_points: bool, has_replications: bool
) -> Iterator[Float]:
    """Yield (K, S, P) performance, the mean over replications, of resampled points or replications, K at a time.

    All scenarios get the same points and replications, so that they stay paired. Points that make blocks are drawn as
    blocks, and points that share their seeds get the same replications. With R replications a bootstrap
    of them scatters by sqrt((R - 1) / R) too little, so deviations from the mean are stretched by its inverse (Rao and
    Wu 1988).

    Parameters
    ----------
    sample : Sample
        Says which points make blocks and which share their seeds.
    values : (S, P, R) without gaps
    count, seed : int
    has_points, has_replications : bool
        What is drawn anew.
    """
    n_replications = values.shape[2]
    luck = np.unique(sample.luck, return_inverse=True)[1]
    order = np.argsort(sample.blocks, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(sample.blocks[order])) + 1)
    has_equal_units = len({part.size for part in members}) == 1
    mean = values.mean(axis=2)
    rng = np.random.default_rng(seed)

    def one() -> Float:
        performance = mean
        if has_replications and n_replications > 1:
            picks = rng.integers(n_replications, size=(int(luck.max()) + 1, n_replications))[luck]
            drawn = np.take_along_axis(values, picks[None], axis=2).mean(axis=2)
            performance = mean + np.sqrt(n_replications / (n_replications - 1)) * (drawn - mean)
        if has_points:
            chosen = rng.integers(len(members), size=len(members))
            performance = performance[:, np.concatenate([members[unit] for unit in chosen])]
        return np.asarray(performance)

    part = max(1, _ENTRIES // mean.size) if has_equal_units else 1
    for done in range(0, count, part):
        yield np.array([one() for _ in range(min(part, count - done))])
