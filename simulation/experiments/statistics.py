"""Paired differences between scenarios on common draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["PairedDifference", "holm", "mean_interval", "paired_difference", "ratio_interval"]

Values = NDArray[np.float64]


class PairedDifference(NamedTuple):
    """Mean difference of pairs with its t interval; NaN where there are too few pairs."""

    difference: float
    low: float
    high: float
    n: int
    correlation: float
    p_value: float


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
    return PairedDifference(mean, low, high, int(new.size), correlation, p_value)


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
