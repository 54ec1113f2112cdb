"""Scenarios by every metric of robustness, with what is uncertain about it, and whether the metrics agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.response import Missing, Response, drop_missing
from simulation.experiments.robustness.metrics import METRICS, Metric, Terms
from simulation.experiments.robustness.resampling import resampled_performance
from simulation.experiments.robustness.result import Robustness
from simulation.experiments.sample import Sample
from simulation.state import Float

if TYPE_CHECKING:
    pass

__all__ = ["robustness"]

_SCATTERED = ("latin_hypercube", "sobol", "list", "grid")


def robustness(
    sample: Sample,
    terms: Terms | None = None,
    *,
    is_difference: bool = False,
    metrics: Sequence[Metric] = METRICS,
    on_missing: Missing = "refuse",
    resamples: int = 400,
    confidence: float = 0.95,
    seed: int = 1,
) -> Robustness:
    """Return the scenarios' robustness over the points of a sweep.

    Performance in a state is the mean over its replications. Intervals are percentiles of a bootstrap over points and
    replications at once; the two are also drawn alone. Points are the states that the sweep chose: intervals say how
    the metrics would differ with other points of the same ranges, not with other ranges.

    Parameters
    ----------
    sample : Sample
        Its ``is_lower_better`` decides what is better.
    terms : Terms
        Weight of the best state in Hurwicz's rule, and from which value of the outcome (or of its difference from the
        baseline) on a state is satisfactory, in the better direction.
    is_difference : bool
        Judge differences from the baseline on the same seeds instead of levels; the baseline itself is left out.

    Raises
    ------
    InputError
        Where the outcome has no direction, the design is not one of scattered points, there is a single scenario, or
        values are missing.
    """
    wanted = terms or Terms()
    _check(sample, wanted.optimism)
    everything = sample.values.transpose(1, 0, 2).reshape(len(sample.points), -1)
    whole, left_out = drop_missing(Response(sample, "all scenarios", False, everything), on_missing)
    values, scenarios = whole.sample.values, sample.scenarios
    if is_difference:
        values, scenarios = values[1:] - values[0], scenarios[1:]
    sign = -1.0 if sample.is_lower_better else 1.0
    oriented = replace(wanted, threshold=None if wanted.threshold is None else sign * wanted.threshold)

    def scores(performance: Float) -> Float:
        return np.stack([metric.compute(sign * performance, oriented) for metric in metrics], axis=-2)

    def drawn(shift: int, *, has_points: bool, has_replications: bool) -> Float:
        again = resampled_performance(
            whole.sample,
            values,
            resamples,
            seed + shift,
            has_points=has_points,
            has_replications=has_replications,
        )
        return np.concatenate([scores(performance) for performance in again])

    score = scores(values.mean(axis=2))
    both = drawn(0, has_points=True, has_replications=True)
    points = drawn(1, has_points=True, has_replications=False)
    luck = drawn(2, has_points=False, has_replications=True)
    tail = 0.5 - confidence / 2.0
    is_repeated = values.shape[2] > 1
    nothing = np.full(score.shape, np.nan)
    what = sample.label or sample.outcome
    return Robustness(
        label=f"{what}, minus {sample.scenarios[0]}" if is_difference else what,
        unit=sample.unit,
        is_lower_better=bool(sample.is_lower_better),
        scenarios=tuple(scenarios),
        metrics=tuple(metrics),
        terms=wanted,
        performance=values.mean(axis=2),
        score=score,
        low=np.quantile(both, tail, axis=0),
        high=np.quantile(both, 1.0 - tail, axis=0),
        error_points=points.std(axis=0, ddof=1),
        error_replications=luck.std(axis=0, ddof=1) if is_repeated else nothing,
        bias=luck.mean(axis=0) - score if is_repeated else nothing,
        best=_share_best(both),
        agreement=_agreement(score),
        points=values.shape[1],
        replications=values.shape[2],
        left_out=left_out,
        confidence=confidence,
    )


def _check(sample: Sample, optimism: float) -> None:
    if sample.is_lower_better is None:
        message = f"whether more or less of {sample.outcome} is better is not known; say it (--better higher or lower)"
        raise InputError(message)
    if sample.design not in _SCATTERED:
        message = (
            f"robustness is judged over points scattered over all factors ({', '.join(_SCATTERED)}); "
            f"this sweep is of the kind {sample.design}, whose points are not"
        )
        raise InputError(message)
    if len(sample.scenarios) < 2:
        message = "robustness compares scenarios, and the sweep holds only one"
        raise InputError(message)
    if not 0.0 <= optimism <= 1.0:
        message = f"optimism is a weight from 0 to 1, not {optimism:g}"
        raise InputError(message)


def _share_best(scores: Float) -> Float:
    """Return (M, S) shares of resamples in which a scenario has the highest score; those with equal ones share."""
    known = np.where(np.isfinite(scores), scores, -np.inf)
    top = known.max(axis=2, keepdims=True)
    is_best = (known == top) & np.isfinite(top)
    return np.asarray((is_best / np.maximum(1, is_best.sum(axis=2, keepdims=True))).mean(axis=0))


def _agreement(score: Float) -> Float:
    """Return (M, M) Kendall's tau-b between the metrics' scores; NaN where a metric does not tell scenarios apart."""
    n = len(score)
    found = np.full((n, n), np.nan)
    for i in range(n):
        for j in range(n):
            pair = score[[i, j]]
            if np.isfinite(pair).all() and np.ptp(pair, axis=1).min() > 0.0:
                found[i, j] = stats.kendalltau(*pair).statistic
    return found
