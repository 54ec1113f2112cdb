"""Paired differences between scenarios on common draws."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "FEWEST_FOR_BOOTSTRAP",
    "PairedDifference",
    "bootstrap_interval",
    "holm",
    "mean_interval",
    "paired_difference",
    "ratio_interval",
]

Values = NDArray[np.float64]

FEWEST_FOR_BOOTSTRAP = 5
"""Pairs below which there is no bootstrap interval: too few different resamples to read 2.5 % off."""

_RESAMPLES = 4999
_SEED = 1
"""Of the resamples: always the same, so that the same runs give the same tables."""


class PairedDifference(NamedTuple):
    """Mean difference of pairs with its t interval; NaN where there are too few pairs.

    ``variance_reduction`` is (var(new) + var(old)) / var(new - old): how many times fewer runs common draws need than
    independent ones for an interval of the same width. 1 where pairs share nothing, below 1 where common draws harm,
    infinite where the difference has no spread though the values have; NaN where nothing has any.
    """

    difference: float
    low: float
    high: float
    n: int
    correlation: float
    p_value: float
    variance_reduction: float


def mean_interval(values: Values, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return the mean and its t interval; the interval is NaN below two values and of width 0 without spread."""
    kept = values[np.isfinite(values)]
    if kept.size == 0:
        return (np.nan, np.nan, np.nan)
    mean = float(kept.mean())
    if kept.size == 1:
        return (mean, np.nan, np.nan)
    half = float(stats.t.ppf(0.5 + confidence / 2.0, kept.size - 1) * kept.std(ddof=1) / np.sqrt(kept.size))
    return (mean, mean - half, mean + half)


def paired_difference(values: Values, baseline: Values, confidence: float = 0.95) -> PairedDifference:
    """Return the mean of values - baseline, pair by pair; a pair with a NaN is left out and not counted in ``n``."""
    is_pair = np.isfinite(values) & np.isfinite(baseline)
    new, old = values[is_pair], baseline[is_pair]
    change = new - old
    mean, low, high = mean_interval(change, confidence)
    correlation = np.nan
    if new.size > 1 and new.std() > 0.0 and old.std() > 0.0:
        correlation = float(np.corrcoef(new, old)[0, 1])
    if new.size < 2:
        p_value = np.nan
    elif change.std() == 0.0:
        p_value = 1.0 if mean == 0.0 else 0.0
    else:
        t = mean * np.sqrt(change.size) / change.std(ddof=1)
        p_value = float(2.0 * stats.t.sf(abs(t), change.size - 1))
    return PairedDifference(mean, low, high, int(new.size), correlation, p_value, _variance_reduction(new, old))


def _variance_reduction(new: Values, old: Values) -> float:
    """Return how many times fewer runs common draws need; NaN below two pairs and without any spread."""
    if new.size < 2:
        return np.nan
    apart, together = float(new.var(ddof=1) + old.var(ddof=1)), float((new - old).var(ddof=1))
    if together == 0.0:
        return np.inf if apart > 0.0 else np.nan
    return apart / together


def bootstrap_interval(values: Values, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bootstrap interval of the mean, bias-corrected and accelerated (BCa: Efron 1987).

    It does not assume that means are normally distributed, so beside the t interval it shows whether skewness matters;
    it is too narrow with few values. Resamples are always the same. NaN below `FEWEST_FOR_BOOTSTRAP` values (those that
    are NaN are left out), of width 0 without spread.
    """
    kept = values[np.isfinite(values)]
    if kept.size < FEWEST_FOR_BOOTSTRAP:
        return (np.nan, np.nan)
    if kept.min() == kept.max():
        return (float(kept[0]), float(kept[0]))
    return _bootstrapped(np.ascontiguousarray(kept, np.float64).tobytes(), confidence)


@lru_cache(maxsize=4096)
def _bootstrapped(content: bytes, confidence: float) -> tuple[float, float]:
    """Return the interval; remembered, because screen, files and report all ask for the same table."""
    values = np.frombuffer(content, np.float64)
    scale = float(np.abs(values).max())  # so that powers of very large or small amounts stay numbers
    found = stats.bootstrap(
        (values / scale,),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=confidence,
        method="BCa",
        random_state=np.random.default_rng(_SEED),
    ).confidence_interval
    return (float(found.low) * scale, float(found.high) * scale)


def ratio_interval(above: Values, below: Values, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return mean(above) / mean(below) over pairs with Fieller's interval (Fieller 1954).

    It holds every ratio R for which a t test of mean(above - R below) = 0 does not reject. Where the mean of ``below``
    cannot be told from 0 that is no interval: then all three are NaN, as they are below two pairs.
    """
    is_pair = np.isfinite(above) & np.isfinite(below)
    y, x = above[is_pair], below[is_pair]
    if y.size < 2:
        return (np.nan, np.nan, np.nan)
    largest = (float(np.abs(y).max()) or 1.0, float(np.abs(x).max()) or 1.0)
    y, x = y / largest[0], x / largest[1]  # so that squares of very large or small amounts stay numbers
    t2 = float(stats.t.ppf(0.5 + confidence / 2.0, y.size - 1)) ** 2 / y.size
    a = x.mean() ** 2 - t2 * x.var(ddof=1)
    if not a > 0.0:
        return (np.nan, np.nan, np.nan)
    b = x.mean() * y.mean() - t2 * float(np.cov(x, y)[0, 1])
    c = y.mean() ** 2 - t2 * y.var(ddof=1)
    half = np.sqrt(max(0.0, b * b - a * c))
    scale = largest[0] / largest[1]
    return (float(y.mean() / x.mean() * scale), float((b - half) / a * scale), float((b + half) / a * scale))


def holm(p_values: Values) -> Values:
    """Return p-values adjusted for testing all of them (Holm 1979); NaN stays NaN and is not counted."""
    adjusted = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, float(p_values[place]) * (known.size - rank)))
        adjusted[place] = largest
    return adjusted
