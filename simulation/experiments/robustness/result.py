"""Robustness of scenarios as tables and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from simulation.experiments.robustness.metrics import Metric, Terms, regret
from simulation.experiments.words import percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Robustness"]

_SETTLED = 0.9
"""A winner that is the best in fewer of the resamples is called open."""


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
