"""From seeds to intervals: what the claims' experiments say, with 95 % intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.experiments.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["gap_effects", "mean_levels", "policy_effects"]


def policy_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """Return a row per setting, scenario and outcome: mean paired difference over seeds with its interval."""
    return _intervals(effects, ["setting", "scenario", "outcome", "unit"], "difference")


def gap_effects(spread: pd.DataFrame) -> pd.DataFrame:
    """Return a row per setting, measure, group and part of the spread: its effect in percent, with its interval.

    Part "whole" is the state as it is over the equal one, "between sizes" the state by size over the equal one.
    """
    import pandas as pd

    keys = ["setting", "measure", "group"]
    table = spread.pivot(index=[*keys, "seed"], columns="state", values="value").reset_index()
    parts = [
        table[[*keys, "seed"]].assign(part=part, effect=100.0 * (table[state] / table["equal"] - 1.0))
        for part, state in (("whole", "as it is"), ("between sizes", "by size"))
    ]
    return _intervals(
        pd.concat(parts, ignore_index=True), [*keys, "part"], "effect", list(dict.fromkeys(spread["setting"]))
    )


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
