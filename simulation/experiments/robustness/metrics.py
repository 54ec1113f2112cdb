"""Metrics of robustness, as McPhail et al. (2018) unify them: transform performance, choose states, sum up.

Every metric is computed from g, the performance oriented so that more is better: the outcome itself, or its negative
where lower is better. S scenarios (decision alternatives) stand in the second last axis, P points (states of the world)
in the last.

Sources: McPhail, Maier, Kwakkel, Giuliani, Castelletti and Westra (2018), Earth's Future 6, 169-191, and the works
named with each metric. The paper adds up undesirable deviations; here they are averaged, which ranks alike and does
not grow with the number of points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulation.state import Float

__all__ = ["METRICS", "Metric", "Terms", "regret"]


@dataclass(frozen=True)
class Terms:
    """What some metrics need to be told.

    Attributes
    ----------
    optimism : float
        Weight of the best state in Hurwicz's rule, from 0 to 1.
    threshold : float or None
        Performance from which a state is satisfactory: oriented like g for `Metric.compute`, in the outcome's own
        direction for `robustness`.
    """

    optimism: float = 0.5
    threshold: float | None = None


@dataclass(frozen=True)
class Metric:
    """One idea of robustness.

    Attributes
    ----------
    name, label : str
    formula, source : str
    scale : {"outcome", "loss", "score"}
        What its values are, for people: an outcome in its unit and direction; a loss in its unit, of which less is
        better; or a score without unit, of which more is better.
    compute : callable
        From (..., S, P) g and the terms to (..., S) robustness, more is better; NaN where it is not defined.
    """

    name: str
    label: str
    formula: str
    source: str
    scale: Literal["outcome", "loss", "score"]
    compute: Callable[[Float, Terms], Float]


def regret(g: Float) -> Float:
    """Return what each scenario lacks to the best one in the same state."""
    return np.asarray(g.max(axis=-2, keepdims=True) - g)


def _quantile(g: Float, level: float) -> Float:
    return np.asarray(np.quantile(g, level, axis=-1))


def _ratio(above: Float, below: Float) -> Float:
    """Return a ratio, NaN where nothing is below."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0.0))


def _hurwicz(g: Float, terms: Terms) -> Float:
    return np.asarray(terms.optimism * g.max(axis=-1) + (1.0 - terms.optimism) * g.min(axis=-1))


def _mean_variance(g: Float, terms: Terms) -> Float:
    if g.shape[-1] < 2:
        return np.full(g.shape[:-1], np.nan)
    return np.asarray((g.mean(axis=-1) + 1.0) / (g.std(axis=-1, ddof=1) + 1.0))


def _undesirable_deviations(g: Float, terms: Terms) -> Float:
    ordered = np.sort(g, axis=-1)
    worse = ordered[..., : (g.shape[-1] + 1) // 2]
    return np.asarray((worse - _quantile(g, 0.5)[..., None]).mean(axis=-1))


def _skewness(g: Float, terms: Terms) -> Float:
    low, middle, high = (_quantile(g, level) for level in (0.1, 0.5, 0.9))
    return _ratio((high + low) / 2.0 - middle, (high - low) / 2.0)


def _peakedness(g: Float, terms: Terms) -> Float:
    return _ratio(_quantile(g, 0.9) - _quantile(g, 0.1), _quantile(g, 0.75) - _quantile(g, 0.25))


def _satisficing(g: Float, terms: Terms) -> Float:
    if terms.threshold is None:
        return np.full(g.shape[:-1], np.nan)
    return np.asarray((g >= terms.threshold).mean(axis=-1))


METRICS = (
    Metric(
        "maximin", "Maximin: the worst state", "min_p g_p", "Wald (1950)", "outcome", lambda g, _: g.min(axis=-1)
    ),
    Metric(
        "maximax", "Maximax: the best state", "max_p g_p", "Wald (1950)", "outcome", lambda g, _: g.max(axis=-1)
    ),
    Metric(
        "hurwicz", "Optimism-pessimism rule", "a max_p g_p + (1 - a) min_p g_p", "Hurwicz (1953)", "outcome", _hurwicz
    ),
    Metric(
        "laplace", "Insufficient reason: the mean", "mean_p g_p", "Laplace; McPhail et al. (2018)", "outcome",
        lambda g, _: g.mean(axis=-1),
    ),
    Metric(
        "minimax_regret", "Minimax regret", "max_p (max_s g_sp - g_p)", "Savage (1951)", "loss",
        lambda g, _: -regret(g).max(axis=-1),
    ),
    Metric(
        "regret_90", "90th percentile minimax regret", "q90_p (max_s g_sp - g_p)", "Herman et al. (2015)", "loss",
        lambda g, _: -_quantile(regret(g), 0.9),
    ),
    Metric(
        "mean_variance", "Mean-variance", "(mean + 1) / (standard deviation + 1)",
        "Hamarat et al. (2014); McPhail et al. (2018)", "score", _mean_variance,
    ),
    Metric(
        "undesirable_deviations", "Undesirable deviations", "mean over the worse half of (median - g_p)",
        "Kwakkel et al. (2016)", "loss", _undesirable_deviations,
    ),
    Metric(
        "skewness", "Percentile-based skewness", "((q90 + q10) / 2 - q50) / ((q90 - q10) / 2)",
        "Voudouris et al. (2014)", "score", _skewness,
    ),
    Metric(
        "peakedness", "Percentile-based peakedness", "(q90 - q10) / (q75 - q25)", "Voudouris et al. (2014)", "score",
        _peakedness,
    ),
    Metric(
        "satisficing", "Domain criterion: share of satisfactory states", "mean_p [g_p >= threshold]", "Starr (1963)",
        "score", _satisficing,
    ),
)  # fmt: skip
"""All metrics, in the order of tables."""
