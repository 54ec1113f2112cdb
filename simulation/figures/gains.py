"""Who gains from which scenario: differences by size, sector and region of firms, as coloured tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.experiments.gains import gains
from simulation.figures.dates import date
from simulation.figures.style import BLACK, GREY, WIDTH, finish, new_figure, scenario_label, styled
from simulation.figures.summaries import group_heading, seed_ranges
from simulation.scenario.scenario import Scenario
from simulation.texts import say, word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "caption", "draw"]

TITLE = "Who gains"
_LETTERS = 26
_WORSE_TO_BETTER = LinearSegmentedColormap.from_list(
    "worse to better", ["#d55e00", "#f0b58a", "#ffffff", "#8cbfe0", "#0072b2"]
)
"""Vermilion over white to blue: told apart by everybody, and in grey by the figures' words."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    time = comparison.baseline.time
    return say("figure.gains_caption", baseline=scenario_label(comparison.baseline), last=date(time, time.months - 1))


def draw(comparison: Comparison, table: pd.DataFrame | None = None) -> Figure:
    """Return the figure: a panel per outcome, a row per scenario, a column per group of firms.

    ``table`` is ``gains(comparison)``, for callers that have it already.

    Raises
    ------
    InputError
        Where there is nothing to compare the baseline with.
    """
    frame = gains(comparison) if table is None else table
    others = comparison.scenarios[1:]
    if frame.empty or not others:
        raise InputError(say("missing.one_scenario"))
    outcomes = list(dict.fromkeys(frame["outcome"]))
    with styled():
        figure = new_figure(WIDTH, 1.0 + len(outcomes) * (0.36 + 0.21 * len(others)), word(TITLE))
        panels = figure.subplots(len(outcomes), 1, sharex=True, squeeze=False)
        for axes, outcome in zip(panels.flat, outcomes, strict=False):
            _panel(axes, frame[frame["outcome"] == outcome], others)
        count, seeds = int(frame["n"].max()), seed_ranges(comparison.seeds)
        key = "figure.gains_note" if count > 1 else "figure.gains_single"
        finish(figure, say(key, n=count, seeds=seeds, tests=len(frame)))
    return figure


def _panel(axes: Axes, part: pd.DataFrame, others: Sequence[Scenario]) -> None:
    """Draw one outcome: a cell per scenario and group, with its figure; policies set the scale of the colours."""
    names = [scenario.name for scenario in others]
    groups = list(dict.fromkeys(zip(part["kind"], part["group"], strict=True)))
    difference, low, high = (
        part.pivot_table(index="scenario", columns=["kind", "group"], values=name, dropna=False, observed=True)
        .reindex(index=names, columns=groups)
        .to_numpy(float)
        for name in ("difference", "low", "high")
    )
    better = -difference if bool(part["is_lower_better"].iloc[0]) else difference
    is_policy = np.array([bool(scenario.policy) for scenario in others])
    setting = better[is_policy] if is_policy.any() else better
    top = float(np.nanmax(np.abs(setting), initial=0.0)) or 1.0
    axes.pcolormesh(
        np.arange(len(groups) + 1), np.arange(len(names) + 1), better, cmap=_WORSE_TO_BETTER, vmin=-top, vmax=top,
        edgecolors="white", linewidth=1.5,
    )  # fmt: skip
    is_clear = np.isfinite(low) & np.isfinite(high) & ((low > 0.0) | (high < 0.0))
    size = 7.5 if len(groups) <= 8 else 6.5
    for (row, column), value in np.ndenumerate(difference):
        strong = np.isfinite(value) and abs(better[row, column]) > 0.6 * top
        color = ("white" if strong else BLACK) if is_clear[row, column] else ("white" if strong else GREY)
        axes.text(
            column + 0.5, row + 0.5, _short(value), ha="center", va="center", fontsize=size, color=color,
            fontweight="bold" if is_clear[row, column] else "normal",
        )  # fmt: skip
    for place in range(1, len(groups)):
        if groups[place][0] != groups[place - 1][0]:
            axes.axvline(place, color="white", linewidth=5.0)
    unit = "points" if str(part["unit"].iloc[0]).startswith("%") else str(part["unit"].iloc[0])
    axes.set_title(f"{word(str(part['label'].iloc[0]))}, {word(unit)}")
    axes.set_xlim(0, len(groups))
    axes.set_ylim(len(names), 0)
    axes.set_yticks(np.arange(len(names)) + 0.5, [scenario_label(scenario, _LETTERS) for scenario in others])
    headings = [group_heading(group) for _, group in groups]
    axes.set_xticks(np.arange(len(groups)) + 0.5, headings, fontsize=8.0)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(value: float) -> str:
    """Return a difference with about two figures."""
    if not np.isfinite(value):
        return "–"
    if abs(value) < 5e-6:
        return "0"
    decimals = int(np.clip(1 - np.floor(np.log10(abs(value))), 0, 5))
    return f"{value:+,.{decimals}f}".replace("-", "−")
