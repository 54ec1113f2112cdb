"""From seeds to intervals: what the claims' experiments say, with 95 % intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.experiments.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["gap_by_seed", "gap_effects", "mean_levels", "policy_effects", "with_courses"]


def policy_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """Return a row per setting, scenario and outcome: mean paired difference over seeds with its interval."""
    return _intervals(effects, ["setting", "scenario", "outcome", "unit"], "difference")


def with_courses(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the effects of policies and, as outcome "sme_defects_beside", those of grants less half of courses'.

    Positive where grants take less than half as much off SMEs' defects as courses do for the same money; nothing is
    added where one of the two was not run.
    """
    import pandas as pd

    keys = [name for name in ("setting", "member", "seed", "unit") if name in effects]
    part = effects[effects["outcome"] == "sme_defect_ppm"]
    table = part.pivot(index=keys, columns="scenario", values="difference")
    if not {"cash_subsidy", "capability"} <= set(table.columns):
        return effects
    beside = (table["cash_subsidy"] - 0.5 * table["capability"]).rename("difference").reset_index()
    named = beside.assign(scenario="cash_subsidy", outcome="sme_defects_beside")
    return pd.concat([effects, named], ignore_index=True)


def gap_by_seed(spread: pd.DataFrame) -> pd.DataFrame:
    """Return a frame (setting, measure, group, seed, part, effect) of what the spread adds, in percent.

    Part "whole" is the state as it is over the equal one, "between sizes" the state by size over the equal one.
    """
    import pandas as pd

    keys = ["setting", "measure", "group", "seed"]
    table = spread.pivot(index=keys, columns="state", values="value").reset_index()
    parts = [
        table[keys].assign(part=part, effect=100.0 * (table[state] / table["equal"] - 1.0))
        for part, state in (("whole", "as it is"), ("between sizes", "by size"))
    ]
    return pd.concat(parts, ignore_index=True)


def gap_effects(spread: pd.DataFrame) -> pd.DataFrame:
    """Return a row per setting, measure, group and part of `gap_by_seed`: the mean over seeds with its interval."""
    order = list(dict.fromkeys(spread["setting"]))
    return _intervals(gap_by_seed(spread), ["setting", "measure", "group", "part"], "effect", order)


def mean_levels(grid: pd.DataFrame) -> pd.DataFrame:
    """Return a row per state, lean, pass-through, measure and group: mean over seeds with its interval."""
    return _intervals(grid, ["state", "lean", "pass_through", "measure", "group"], "value")


def _intervals(
    frame: pd.DataFrame, keys: Sequence[str], column: str, order: Sequence[str] | None = None
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for key, part in frame.groupby(list(keys), sort=False):
        mean, low, high = mean_interval(part[column].to_numpy(np.float64))
        names = dict(zip(keys, key, strict=True))
        rows.append({**names, "mean": mean, "low": low, "high": high, "n": int(part[column].notna().sum())})
    table = pd.DataFrame(rows)
    if order is not None:
        place = {name: number for number, name in enumerate(order)}
        table = table.sort_values("setting", key=lambda names: names.map(place), kind="stable", ignore_index=True)
    return table
