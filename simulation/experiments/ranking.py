"""Which scenario is best in each outcome, how sure the seeds make that, and whether the ensemble agrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.experiments.choices import choices, resampled_means
from simulation.experiments.comparison import Comparison
from simulation.experiments.outcomes import Outcome, outcomes_of
from simulation.experiments.statistics import holm, paired_difference
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "best_shares", "mean_ranks", "ranking"]

COLUMNS = (
    "outcome", "label", "unit", "is_lower_better", "scenario", "mean", "rank", "probability_best", "expected_rank",
    "p_from_best", "is_apart_from_best", "n", "members", "members_best", "members_rank",
)  # fmt: skip


def ranking(comparison: Comparison, scenarios: Sequence[str] | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Return a row per outcome with a direction and scenario, the best first.

    Parameters
    ----------
    comparison : Comparison
    scenarios : sequence of str, optional
        Names of those to rank; by default the baseline and the policies (see `choices`).
    confidence : float
        One less the error rate at which a scenario is told apart from the best.

    Returns
    -------
    DataFrame
        outcome, label, unit, is_lower_better, scenario, mean;

        - rank: by the mean, from 1; exact ties share the better one.
        - probability_best, expected_rank: over resamples of the seeds, in which all scenarios keep their common draws;
          ties share the probability and take the mean of their ranks.
        - p_from_best: of the paired t test against the scenario with the best mean, by Holm's correction for all that
          are tested against it; NaN for that one itself. is_apart_from_best: whether it is at most 1 - confidence.
        - n: seeds on which all that are ranked have a value; the others are left out.
        - members, members_best, members_rank: in how many members of the ensemble all have a value, the share of them
          in which the scenario is best by its mean over the member's seeds, and its mean rank; 0 and NaN without one.

        A scenario for which an outcome is not defined has no rank in it. Empty where there is nothing to choose.
    """
    import pandas as pd

    chosen = [scenario.name for scenario in choices(comparison, scenarios)]
    if len(chosen) < 2:
        return pd.DataFrame(columns=COLUMNS)
    values, members = comparison.outcomes(), comparison.experiment.ensemble()
    rows: list[dict[str, Any]] = []
    for outcome in outcomes_of(comparison.baseline):
        if outcome.is_lower_better is None:
            continue
        part = values[values["outcome"] == outcome.name]
        table = part.pivot(index="seed", columns="scenario", values="value").reindex(columns=chosen)
        own = members[members["outcome"] == outcome.name] if len(members) else members
        rows += _ranked(outcome, table, own, 1.0 - confidence)
    return pd.DataFrame(rows, columns=COLUMNS)


def _ranked(outcome: Outcome, table: pd.DataFrame, members: pd.DataFrame, error: float) -> list[dict[str, Any]]:
    """Return the rows of an outcome, from its values (seed x scenario) and what it changes by member."""
    whole = table.dropna(axis="columns", how="all").dropna()
    if whole.empty or table.columns[0] not in whole:
        return []
    sign = -1.0 if outcome.is_lower_better else 1.0
    names, values = list(whole.columns), whole.to_numpy(np.float64)
    gains = sign * (values - values[:, :1])  # common luck off, so that scenarios with equal runs are equal to the bit
    means, drawn = gains.sum(axis=0) / len(gains), resampled_means(gains)
    ranks = 1 + (means[:, np.newaxis] < means).sum(axis=1)
    best = int(np.argmax(means))
    p_values = np.array([paired_difference(column, gains[:, best]).p_value for column in gains.T])
    p_values[best] = np.nan
    p_values = holm(p_values)
    count, shares, over_members = _over_members(names, members, sign)
    found = [
        {
            "outcome": outcome.name,
            "label": outcome.label,
            "unit": outcome.unit,
            "is_lower_better": outcome.is_lower_better,
            "scenario": name,
            "mean": float(values[:, place].mean()),
            "rank": int(ranks[place]),
            "probability_best": probability,
            "expected_rank": expected,
            "p_from_best": float(p_values[place]),
            "is_apart_from_best": bool(p_values[place] <= error),
            "n": len(whole),
            "members": count,
            "members_best": shares[place],
            "members_rank": over_members[place],
        }
        for place, (name, probability, expected) in enumerate(
            zip(names, best_shares(drawn).tolist(), mean_ranks(drawn).tolist(), strict=True)
        )
    ]
    return sorted(found, key=lambda row: row["rank"])


def _over_members(names: Sequence[str], members: pd.DataFrame, sign: float) -> tuple[int, list[float], list[float]]:
    """Return how many members have a value for all, the shares in which each is best, and mean ranks."""
    nothing = [float("nan")] * len(names)
    if members.empty:
        return 0, nothing, nothing
    means = members.pivot_table(index="member", columns="scenario", values="difference", aggfunc="mean")
    gains = means.reindex(columns=list(names))
    gains[names[0]] = 0.0  # the first is the baseline
    gains = sign * gains.dropna()
    if gains.empty:
        return 0, nothing, nothing
    array = gains.to_numpy(np.float64)
    return len(array), best_shares(array).tolist(), mean_ranks(array).tolist()


def best_shares(gains: Float) -> Float:
    """Return (S,) in what share of the rows of ``gains`` (rows, S) each column is largest; ties share a row."""
    is_best = gains == gains.max(axis=1, keepdims=True)
    shares: Float = (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def mean_ranks(gains: Float) -> Float:
    """Return (S,) mean ranks of the columns of ``gains`` (rows, S), 1 for the largest; ties take their mean rank."""
    above = np.array([(gains > column[:, np.newaxis]).sum(axis=1).mean() for column in gains.T])
    equal = np.array([(gains == column[:, np.newaxis]).sum(axis=1).mean() for column in gains.T])
    ranks: Float = above + (equal + 1.0) / 2.0
    return ranks
