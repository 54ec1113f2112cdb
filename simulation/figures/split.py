"""Splits of a budget that are dominated by none: what each does for the aims, and where its money goes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.errors import InputError
from simulation.experiments.optimisation.results import Optimisation
from simulation.figures.style import BLACK, BLUE, GREEN, GREY, LIGHT, ORANGE, SKY, VERMILION, finish, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "draw"]

TITLE = "Splits of the budget that no other split beats in every aim"
_LETTERS = 22
_COLORS = (BLUE, SKY, VERMILION, ORANGE, GREEN, GREY)


def draw(results: Optimisation) -> Figure:
    """Return the figure: a row per split of the front, with its shares and, per aim, its change on fresh seeds.

    Raises
    ------
    InputError
        There are no trials yet.
    """
    found, fresh = results.front(), results.front(is_confirmed=True)
    if found.empty or fresh.empty:
        message = f"{results.folder} holds no front yet; run the search to its end"
        raise InputError(message)
    first = results.aims[0]
    fresh = fresh.sort_values(first.name, ascending=bool(first.is_lower_better), ignore_index=True)
    found = found.set_index("trial").reindex(fresh["trial"]).reset_index()
    with styled():
        figure = new_figure(10.2, 1.9 + 0.3 * len(fresh), TITLE)
        widths = [1.5, *([1.0] * len(results.aims))]
        panels = figure.subplots(1, len(widths), sharey=True, squeeze=False, width_ratios=widths)[0]
        _shares(panels[0], fresh, results.levers)
        for axes, aim in zip(panels[1:], results.aims, strict=True):
            _changes(axes, aim.name, found, fresh)
            axes.set_title("\n".join(textwrap.wrap(aim.label, _LETTERS)), fontsize=9.5)
            side = f"← better   {aim.unit}" if aim.is_lower_better else f"{aim.unit}   better →"
            axes.set_xlabel(side, fontsize=8.5)
        panels[0].set_ylim(len(fresh) - 0.4, -0.6)
        names = [
            f"split {trial}{'' if is_best else ' †'}"
            for trial, is_best in zip(fresh["trial"], fresh["is_on_front"], strict=True)
        ]
        panels[0].set_yticks(range(len(fresh)), names)
        seeds = results.confirmed()["seed"].nunique()
        trials = results.trials()["trial"].nunique()
        finish(
            figure,
            f"{len(fresh)} of {trials} splits are dominated by none. Points with 95 % intervals (t): mean paired "
            f"difference from {results.baseline.name} on {seeds} seeds that the search has not seen. Hollow: what "
            "the search itself saw, which flatters the best. †: beaten in every aim on the fresh seeds. All splits "
            "have the same envelope.",
        )
    return figure


def _shares(axes: Axes, table: pd.DataFrame, levers: tuple[str, ...]) -> None:
    """Draw the shares as bars side by side."""
    left = np.zeros(len(table))
    for number, lever in enumerate(levers):
        color = _COLORS[number % len(_COLORS)]
        share = 100.0 * table[f"share:{lever}"].to_numpy(float)
        axes.barh(range(len(table)), share, left=left, height=0.72, color=color, edgecolor="white", label=lever)
        for place, (start, width) in enumerate(zip(left, share, strict=True)):
            if width >= 12.0:
                axes.text(start + width / 2, place, f"{width:.0f}", ha="center", va="center", fontsize=7.5, color="w")
        left += share
    axes.set_xlim(0.0, 100.0)
    axes.set_xlabel("% of the envelope", fontsize=8.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(
        [lever.replace("_", " ") for lever in levers], loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2,
        fontsize=8.0, frameon=False, handlelength=1.0, columnspacing=0.9,
    )  # fmt: skip


def _changes(axes: Axes, aim: str, found: pd.DataFrame, fresh: pd.DataFrame) -> None:
    axes.axvline(0.0, color=GREY, linewidth=1.0, zorder=1)
    rows = np.arange(len(fresh))
    axes.hlines(rows, fresh[f"{aim}:low"], fresh[f"{aim}:high"], color=BLUE, linewidth=1.6, zorder=2)
    axes.plot(found[aim], rows, "o", markersize=5.0, color="white", markeredgecolor=GREY, zorder=3)
    axes.plot(fresh[aim], rows, "o", markersize=5.5, color=BLUE, zorder=4)
    axes.grid(axis="x", color=LIGHT)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}".replace("-", "−"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.label.set_color(BLACK)
