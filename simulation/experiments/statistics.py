"""Paired differences between scenarios on common draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["PairedDifference", "holm", "mean_interval", "paired_difference"]

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
