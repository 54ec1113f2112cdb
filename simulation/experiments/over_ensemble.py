"""What policies change in every member of the calibrated ensemble: the spread that no number of seeds removes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.strength import policy_start, solve_strength
from simulation.experiments.claims.grid import grid
from simulation.experiments.claims.spread import spread
from simulation.experiments.claims.summaries import gap_by_seed
from simulation.experiments.members import Member
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.settings import Setting, differences
from simulation.experiments.statistics import mean_interval
from simulation.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effects_by_member", "gap_by_member", "grid_by_member", "in_member", "summary"]

_ORIGINS = ("large_defects_from_sme", "large_late_from_sme")
"""Outcomes that need origins, which are not followed here."""

SOLVING_SEEDS = 4
"""Solving strengths takes as long as several runs of every seed; on four, spending is right to about 5 % a member."""


def in_member(scenario: Scenario, member: Member, baseline: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the values of a member and further changes.

    What the scenario itself sets otherwise than the baseline stays: without influence there is none in any member.
    """
    own, usual = scenario.resolved(), baseline.resolved()
    kept = {path: value for path, value in member.values.items() if _at(own, path) == _at(usual, path)}
    return scenario.with_({**kept, **changes})


def _at(values: Any, path: str) -> Any:  # noqa: ANN401 - a value of a scenario
    """Return the value at a dotted path, None where there is none."""
    for step in path.split("."):
        values = values.get(step) if isinstance(values, dict) else None
    return values


def effects_by_member(
    scenarios: Sequence[Scenario],
    members: Sequence[Member],
    *,
    reps: int = 4,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return a frame (member, seed, scenario, outcome, unit, value, baseline, difference) against the first scenario.

    Every member runs the same seeds 1 to ``reps``. The strengths of its policies are solved on the first
    `SOLVING_SEEDS` of them, so that in every member every policy spends about the envelope.
    """
    import pandas as pd

    def one(member: Member) -> pd.DataFrame:
        changes = {"budget.seeds": min(reps, SOLVING_SEEDS)}
        chosen = tuple(solve_strength(in_member(s, member, scenarios[0], changes))[0] for s in scenarios)
        outcomes = [outcome for outcome in outcomes_of(chosen[0]) if outcome.name not in _ORIGINS]
        start = min((policy_start(scenario.policy) for scenario in chosen if scenario.policy), default=0)
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
    """Return `gap_by_seed` of every member: what the gap adds at equal mean, in percent."""

    def one(member: Member) -> pd.DataFrame:
        found = spread(scenario.with_(dict(member.values)), range(1, reps + 1), settings, workers=workers)
        return gap_by_seed(found)

    return _each(members, one, on_done)


def grid_by_member(
    scenario: Scenario,
    members: Sequence[Member],
    *,
    lean: Sequence[float],
    pass_through: Sequence[float],
    reps: int = 2,
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return the `grid` of every member: late days over lean planning and pass-through."""

    def one(member: Member) -> pd.DataFrame:
        changed = scenario.with_(dict(member.values))
        return grid(changed, range(1, reps + 1), lean=lean, pass_through=pass_through, workers=workers)

    return _each(members, one, on_done)


def _each(
    members: Sequence[Member], one: Callable[[Member], pd.DataFrame], on_done: Callable[[int], None] | None
) -> pd.DataFrame:
    """Return the frames of all members, one after another, with the member's number."""
    import pandas as pd

    frames = []
    for number, member in enumerate(members, 1):
        frames.append(one(member).assign(member=member.number))
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
        means = means[np.isfinite(means)]
        mean, *_ = mean_interval(means)
        low, high = np.percentile(means, [2.5, 97.5]) if means.size else (np.nan, np.nan)
        errors = by_member.sem().to_numpy(np.float64)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "mean": mean,
                "low": float(low),
                "high": float(high),
                "seed_error": float(np.nanmean(errors)) if np.isfinite(errors).any() else np.nan,
                "same_sign": float(np.mean(np.sign(means) == np.sign(mean))) if means.size else np.nan,
                "members": means.size,
            }
        )
    return pd.DataFrame(rows)
