"""Scenarios by every metric of robustness, with what is uncertain about it, and whether the metrics agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.response import Missing, Response, drop_missing
from simulation.experiments.robustness.metrics import METRICS, Metric, Terms, regret
from simulation.experiments.robustness.resampling import resampled_performance
from simulation.experiments.sample import Sample
from simulation.experiments.words import percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Robustness", "robustness"]

_SETTLED = 0.9
"""A winner that is the best in fewer of the resamples is called open."""

_SCATTERED = ("latin_hypercube", "sobol", "list", "grid")


@dataclass(frozen=True)
class Robustness:
    """Robustness of S scenarios by M metrics over P states of the world.

    Attributes
    ----------
    label, unit : str
    is_lower_better : bool
    scenarios : tuple of str, S of them
    metrics : tuple of Metric, M of them
    terms : Terms
    performance : (S, P) means over replications, in the outcome's unit
    score : (M, S) robustness, more is better
    low, high : (M, S) interval of the score over points and replications drawn anew
    error_points, error_replications : (M, S) standard errors by points and by replications alone
    bias : (M, S) what luck adds to the score: the mean over resampled replications less the score
    best : (M, S) share of resamples in which the scenario has the highest score
    agreement : (M, M) Kendall's tau-b of the scores
    points, replications : int
    left_out : float
        Share of points left out for missing values.
    confidence : float
    """

    label: str
    unit: str
    is_lower_better: bool
    scenarios: tuple[str, ...]
    metrics: tuple[Metric, ...]
    terms: Terms
    performance: Float
    score: Float
    low: Float
    high: Float
    error_points: Float
    error_replications: Float
    bias: Float
    best: Float
    agreement: Float
    points: int
    replications: int
    left_out: float
    confidence: float

    @property
    def ranks(self) -> Float:
        """(M, S) rank of each scenario by each metric, 1 the best; NaN where the metric is not defined."""
        return np.array([stats.rankdata(-row, method="min", nan_policy="omit") for row in self.score])

    def regret(self) -> Float:
        """Return (S, P) what each scenario lacks to the best one in each state, in the outcome's unit."""
        return regret(-self.performance if self.is_lower_better else self.performance)

    def sign(self, metric: Metric) -> float:
        """Return the factor from a score, of which more is better, to the metric's own value."""
        return -1.0 if metric.scale == "loss" or (metric.scale == "outcome" and self.is_lower_better) else 1.0

    def table(self) -> pd.DataFrame:
        """Return a row per metric and scenario, values in the metric's own direction."""
        import pandas as pd

        rows = []
        for m, metric in enumerate(self.metrics):
            sign = self.sign(metric)
            for s, scenario in enumerate(self.scenarios):
                low, high = sorted((sign * self.low[m, s], sign * self.high[m, s]))
                rows.append(
                    {
                        "metric": metric.name,
                        "label": metric.label,
                        "scenario": scenario,
                        "value": sign * self.score[m, s],
                        "low": low,
                        "high": high,
                        "unit": "" if metric.scale == "score" else self.unit,
                        "better": "lower" if sign < 0.0 else "higher",
                        "rank": self.ranks[m, s],
                        "probability_best": self.best[m, s],
                        "error_points": self.error_points[m, s],
                        "error_replications": self.error_replications[m, s],
                        "bias": sign * self.bias[m, s],
                        "formula": metric.formula,
                        "source": metric.source,
                    }
                )
        return pd.DataFrame(rows)

    def agreements(self) -> pd.DataFrame:
        """Return a row per pair of metrics: Kendall's tau of how they rank the scenarios."""
        import pandas as pd

        pairs = zip(*np.triu_indices(len(self.metrics), 1), strict=True)
        rows = [(self.metrics[i].name, self.metrics[j].name, self.agreement[i, j]) for i, j in pairs]
        return pd.DataFrame(rows, columns=["metric", "other", "tau"])

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: who wins by how many metrics, what is open, where metrics disagree, and warnings."""
        found = [self._winners(), *self._open(), *self._disagreement()]
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the points miss a run and are left out for all scenarios.")
        return (*found, *self.warnings())

    def _defined(self) -> list[int]:
        return [m for m in range(len(self.metrics)) if np.isfinite(self.score[m]).any()]

    def _winners(self) -> str:
        wins = np.zeros(len(self.scenarios))
        defined = self._defined()
        for m in defined:
            wins += self.score[m] == np.nanmax(self.score[m])
        order = np.argsort(-wins, kind="stable")
        parts = [f"{self.scenarios[s]} by {int(wins[s])}" for s in order if wins[s] > 0]
        return f"Most robust for {self.label}, of {len(defined)} metrics: {', '.join(parts)}."

    def _open(self) -> list[str]:
        unsettled = [
            f"{self.metrics[m].name} ({self.scenarios[int(np.argmax(self.best[m]))]} {self.best[m].max():.2f})"
            for m in self._defined()
            if self.best[m].max() < _SETTLED
        ]
        if not unsettled or len(self.scenarios) < 2:
            return []
        return [f"The winner is open, with its probability of being the best, by {', '.join(unsettled)}."]

    def _disagreement(self) -> list[str]:
        pairs = self.agreements().dropna()
        if len(self.scenarios) < 3 or pairs.empty:
            return []
        worst = pairs.sort_values("tau").iloc[0]
        return [
            f"Metrics rank the scenarios with a mean Kendall's tau of {pairs['tau'].mean():.2f}; "
            f"{worst['metric']} and {worst['other']} agree least ({worst['tau']:.2f})."
        ]

    def warnings(self) -> tuple[str, ...]:
        """Return what speaks against trusting a metric."""
        found = []
        names = [metric.name for metric in self.metrics]
        if self.replications < 2:
            found.append("One replication a point: what luck does to the metrics is not known (run at least 2).")
        else:
            pushed = [
                names[m]
                for m in self._defined()
                if np.nanmax(np.abs(self.bias[m]) - self.error_points[m]) > 0.0 and np.isfinite(self.bias[m]).any()
            ]
            if pushed:
                found.append(f"Luck shifts {', '.join(pushed)} by more than a standard error; run more replications.")
        if "mean_variance" in names:
            oriented = -self.performance if self.is_lower_better else self.performance
            if (oriented.mean(axis=1) < -1.0).any():
                found.append(
                    "Mean-variance is a ratio that rewards scatter where the oriented mean lies below -1, as it does "
                    "here: do not rank by it."
                )
        if "satisficing" in names and self.terms.threshold is None:
            found.append("Without a threshold (--threshold) the domain criterion is not defined.")
        return tuple(found)


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
