"""Numbers behind the figures: means over runs with their intervals, and sentences about how they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.experiments.statistics import mean_interval
from simulation.measures.measure import pool_label
from simulation.scenario.scenario import Scenario
from simulation.state import Groups
from simulation.texts import language_now, say, word
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "chosen_scenario",
    "group_heading",
    "group_name",
    "groups_by_size",
    "last_year",
    "monthly",
    "rows_of",
    "runs_note",
    "seed_ranges",
]


def groups_by_size(comparison: Comparison) -> tuple[Groups, str | None, str | None]:
    """Return the groups of the baseline, and the labels of all large and of all small and medium firms, or None."""
    groups = groups_of(comparison.baseline)
    large, small = (
        pool_label(groups, is_sme) if is_sme in groups.is_sme else None for is_sme in (False, True)
    )  # fmt: skip
    return groups, large, small


def chosen_scenario(comparison: Comparison, name: str | None) -> Scenario:
    """Return the scenario of a name, the baseline without one; `InputError` where there is none."""
    if name is None:
        return comparison.baseline
    found = next((scenario for scenario in comparison.scenarios if scenario.name == name), None)
    if found is None:
        message = f"there is no scenario '{name}'; there are {', '.join(s.name for s in comparison.scenarios)}"
        raise InputError(message)
    return found


def group_name(name: str) -> str:
    """Return what a group is called in figures: "SME services" for "sme services"."""
    english = " ".join({"sme": "SME", "smes": "SMEs"}.get(part, part) for part in name.split(" "))
    return word(english) if word(english) != english else " ".join(map(word, english.split(" ")))


def group_heading(name: str) -> str:
    """Return a group as the heading of a column: "Large firms", "Capital region", "Manufacturing"."""
    special = {"large": "Large firms", "sme": "SMEs", "capital": "Capital region", "elsewhere": "Elsewhere"}
    shown = group_name(name)
    if language_now().code != "en":
        return shown
    return special.get(name, f"{shown[:1].upper()}{shown[1:]}")


def rows_of(comparison: Comparison, measure: str) -> pd.DataFrame:
    """Return the rows of a measure; `InputError` where the runs hold none."""
    frame = comparison.experiment.series([measure])
    if frame.empty:
        raise InputError(say("missing.no_measure", folder=comparison.experiment.folder, measure=measure))
    return frame


def monthly(rows: pd.DataFrame, group: str, confidence: float = 0.95) -> pd.DataFrame:
    """Return by scenario and month the mean of a group over runs: scenario, month, mean, low, high, n."""
    import pandas as pd

    chosen = rows[rows["group"] == group]
    table = chosen.pivot_table(
        index=["scenario", "month"], columns="seed", values="value", observed=True, dropna=False, sort=True
    )
    values = table.to_numpy(dtype=np.float64)
    summary = [(*mean_interval(row, confidence), int(np.isfinite(row).sum())) for row in values]
    frame = pd.DataFrame(summary, columns=["mean", "low", "high", "n"])
    index = table.index.to_frame(index=False)
    return pd.concat([index.astype({"scenario": str}), frame], axis=1)


def last_year(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return means over the last twelve months of each run, then over runs: keys, mean, low, high."""
    import pandas as pd

    chosen = rows[rows["month"] > rows["month"].max() - 12]
    by_run = chosen.groupby([*keys, "seed"], observed=True, sort=False)["value"].mean().reset_index()
    found = []
    for names, part in by_run.groupby(list(keys), observed=True, sort=False):
        values = part["value"].to_numpy(dtype=np.float64)
        found.append((*(names if isinstance(names, tuple) else (names,)), *mean_interval(values)))
    return pd.DataFrame(found, columns=[*keys, "mean", "low", "high"])


def seed_ranges(seeds: Iterable[int]) -> str:
    """Return seeds as ranges: "1-30", "1, 4-6"."""
    parts: list[list[int]] = []
    for seed in sorted(set(seeds)):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1][1:] = [seed]
        else:
            parts.append([seed])
    return ", ".join("–".join(map(str, part)) for part in parts)


def runs_note(comparison: Comparison, intervals: str | None = None) -> str:
    """Return the sentence about runs, interval and seeds that every figure carries.

    ``intervals`` is what shows the interval in the figure, "bands" unless something else is said.
    """
    seeds = seed_ranges(comparison.seeds)
    if len(comparison.seeds) == 1:
        return say("figure.one_run", seeds=seeds)
    return say("figure.runs", n=len(comparison.seeds), seeds=seeds, intervals=intervals or say("figure.bands"))
