"""What policies change in every member of the calibrated ensemble: the spread that no number of seeds removes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.strength import policy_start, solve_strength
from simulation.experiments.claims.spread import spread
from simulation.experiments.claims.summaries import gap_effects
from simulation.experiments.ensemble import Member
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.settings import Setting, differences
from simulation.experiments.statistics import mean_interval
from simulation.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effects_by_member", "gap_by_member", "summary"]

_ORIGINS = ("large_defects_from_sme", "large_late_from_sme")
"""Outcomes that need origins, which are not followed here."""


def effects_by_member(
    scenarios: Sequence[Scenario],
    members: Sequence[Member],
    *,
    reps: int = 4,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (member, seed, scenario, outcome, unit, value, baseline, difference).

    Every member runs the same seeds 1 to ``reps``, on which the strengths of its policies are solved: in every member
    every policy spends the envelope.
    """
    import pandas as pd

    def one(member: Member) -> pd.DataFrame:
        changes: dict[str, Any] = {**member.values, "budget.seeds": reps}
        chosen = tuple(solve_strength(scenario.with_(changes))[0] for scenario in scenarios)
        outcomes = [outcome for outcome in outcomes_of(chosen[0]) if outcome.name not in _ORIGINS]
        start = min(policy_start(scenario.policy) for scenario in chosen if scenario.policy)
        setting = Setting(str(member.number), chosen)
        return pd.concat([differences(setting, seed, outcomes, start) for seed in range(1, reps + 1)])

    frames: list[pd.DataFrame] = []
    with ThreadPoolExecutor(workers) as pool:
        for number, rows in enumerate(pool.map(one, members), 1):
            frames.append(rows)
            if on_done:
                on_done(number)
    return pd.concat(frames, ignore_index=True).rename(columns={"setting": "member"}).astype({"member": int})


def gap_by_member(
    scenario: Scenario,
    members: Sequence[Member],
    settings: Mapping[str, Mapping[str, Any]],
    *,
    reps: int = 2,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (member, setting, measure, group, part, mean) of what the gap adds at equal mean, in percent."""
    import pandas as pd

    frames = []
    for number, member in enumerate(members, 1):
        found = spread(scenario.with_(dict(member.values)), range(1, reps + 1), settings, workers=workers)
        frames.append(gap_effects(found).assign(member=member.number))
        if on_done:
            on_done(number)
    return pd.concat(frames, ignore_index=True)


def summary(frame: pd.DataFrame, keys: Sequence[str], column: str) -> pd.DataFrame:
    """Return a row per key: mean over members, where 95 % of the members lie, and the error that seeds leave.

    ``low`` and ``high`` are the 2.5 and 97.5 percentiles of the members' means; ``seed_error`` is the mean standard
    error of a member's mean over its seeds, NaN where there is one value a member; ``same_sign`` is the share of
    members with the sign of the mean.
    """
    import pandas as pd

    rows = []
    for key, part in frame.groupby(list(keys), sort=False):
        by_member = part.groupby("member")[column]
        means = by_member.mean().to_numpy(np.float64)
        mean, *_ = mean_interval(means)
        low, high = np.percentile(means, [2.5, 97.5])
        errors = by_member.sem().to_numpy(np.float64)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "mean": mean,
                "low": float(low),
                "high": float(high),
                "seed_error": float(np.nanmean(errors)) if np.isfinite(errors).any() else np.nan,
                "same_sign": float(np.mean(np.sign(means) == np.sign(mean))),
                "members": means.size,
            }
        )
    return pd.DataFrame(rows)
