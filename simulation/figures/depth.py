"""How far lateness and defects travel: shares by number of links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.experiments.comparison import Comparison
from simulation.figures.dates import date
from simulation.figures.style import BLUE, GREY, ORANGE, WIDTH, finish, new_figure, scenario_label, styled
from simulation.figures.summaries import groups_by_size, last_year, rows_of, runs_note
from simulation.scenario.scenario import Scenario
from simulation.state import DEPTH_BINS
from simulation.texts import say, word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "caption", "draw"]

TITLE = "How far lateness and defects travel"
_SHOWN = 7
"""Bars; the last holds everything that travelled farther."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.depth_caption", scenario=scenario_label(comparison.baseline))


def draw(comparison: Comparison) -> Figure:
    """Return the figure: share of late deliveries, and of delivered defects by size, by links travelled; the baseline.

    Raises
    ------
    InputError
        Where the runs were made without recording origins.
    """
    _, large, small = groups_by_size(comparison)
    baseline = comparison.baseline
    late = _shares(rows_of(comparison, "late_deliveries_at_depth"), baseline)
    defects = _shares(rows_of(comparison, "defects_at_depth"), baseline)
    with styled():
        figure = new_figure(WIDTH, 2.9, word(TITLE))
        left, right = figure.subplots(1, 2)
        _bars(left, [("", late["all"], GREY)])
        left.set_title(word("Late deliveries"))
        left.set_ylabel(word("% of late deliveries"))
        _bars(
            right,
            [
                (word("Large firms" if size == large else "SMEs"), defects[size], color)
                for size, color in ((large, BLUE), (small, ORANGE))
                if size in defects
            ],
        )
        right.set_title(word("Delivered defects"))
        right.set_ylabel(word("% of defects"))
        last = date(baseline.time, baseline.time.months - 1)
        note = say("figure.depth_note", scenario=scenario_label(baseline), last=last)
        finish(figure, f"{runs_note(comparison, say('figure.bars'))} {note}")
    return figure


def _shares(rows: pd.DataFrame, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Return by group the shares in per cent by links travelled: mean, low, high."""
    means = last_year(rows[rows["scenario"] == scenario.name], ["group", "depth"])
    found = {}
    for group, part in means.groupby("group", observed=True):
        table = part.set_index(part["depth"].astype(int))[["mean", "low", "high"]]
        found[str(group)] = 100.0 * table.reindex(range(DEPTH_BINS))
    return found


def _bars(axes: Axes, series: list[tuple[str, pd.DataFrame, str]]) -> None:
    width = 0.8 / max(len(series), 1)
    for place, (label, table, color) in enumerate(series):
        mean = table["mean"].to_numpy()
        tail = float(np.nansum(mean[_SHOWN:]))
        heights = np.array([*np.nan_to_num(mean[:_SHOWN]), tail])
        x = np.arange(heights.size) + (place - 0.5 * (len(series) - 1)) * width
        axes.bar(x, heights, width * 0.94, color=color)
        spread = np.array([*(table["high"] - table["mean"]).to_numpy()[:_SHOWN], np.nan])
        is_sure = np.isfinite(spread) & (heights > 0.0)
        axes.errorbar(
            x[is_sure], heights[is_sure], yerr=spread[is_sure], fmt="none", color="black", linewidth=0.9, capsize=2.0
        )
        for at, height, half in zip(x, heights, np.nan_to_num(spread), strict=True):
            if height >= (1.0 if len(series) > 1 else 0.05):
                axes.annotate(
                    _percent(height), (at, height + half), xytext=(0, 2), textcoords="offset points", ha="center",
                    va="bottom", fontsize=7.0,
                )  # fmt: skip
        if label:
            axes.text(
                0.98, 0.95 - 0.09 * place, label, transform=axes.transAxes, color=color, fontweight="bold", ha="right"
            )
    axes.set_ylim(bottom=0.0)
    axes.set_xticks(range(_SHOWN + 1), [*map(str, range(_SHOWN)), f"{_SHOWN}+"])
    axes.set_xlabel(word("links travelled"))
    axes.grid(axis="y")
    axes.tick_params(axis="x", length=0)


def _percent(share: float) -> str:
    return "<0.1" if share < 0.1 else f"{share:.1f}" if share < 10.0 else f"{share:.0f}"
