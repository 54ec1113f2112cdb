"""The cost-effectiveness plane: what policies cost and bring, and the frontier that no other and no mixture beats."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.experiments.frontier import frontier
from simulation.figures.style import (
    BLUE,
    GREY,
    LIGHT,
    WIDTH,
    apart,
    clipped,
    finish,
    new_figure,
    scenario_label,
    styled,
)
from simulation.figures.summaries import seed_ranges
from simulation.texts import say, word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "caption", "draw"]

TITLE = "Cost-effectiveness frontier"
_COLUMNS = 2
_LETTERS = 24
_SIZE = 7.5
"""Points of the labels of policies."""
_ROOM = 0.48
"""Share of an axis below its labels."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.frontier_caption", baseline=scenario_label(comparison.baseline))


def draw(comparison: Comparison, table: pd.DataFrame | None = None) -> Figure:
    """Return the figure: a plane of public money against effect for each effect of `frontier`.

    ``table`` is ``frontier(comparison)``, for callers that have it already.

    Raises
    ------
    InputError
        Where there is no policy.
    """
    frame = frontier(comparison) if table is None else table
    if frame.empty:
        raise InputError(say("missing.no_policy"))
    labels = {scenario.name: scenario_label(scenario, _LETTERS) for scenario in comparison.scenarios}
    effects = list(dict.fromkeys(frame["effect"]))
    n_rows = -(-len(effects) // _COLUMNS)
    with styled():
        figure = new_figure(WIDTH, 0.8 + 2.75 * n_rows, word(TITLE))
        panels = figure.subplots(n_rows, _COLUMNS, squeeze=False)
        named = []
        for axes, effect in zip(panels.flat, effects, strict=False):
            part = frame[frame["effect"] == effect]
            _plane(axes, part)
            named.append((axes, part))
        for axes in panels.flat[len(effects) :]:
            axes.set_visible(False)
        for row in panels:
            row[0].set_ylabel(word("Public money, million won"))
        count = int(frame["n"].max())
        key = "figure.frontier_note" if count > 1 else "figure.frontier_single"
        finish(figure, say(key, n=count, seeds=seed_ranges(comparison.seeds)))
        figure.draw_without_rendering()  # the places of labels follow from the layout
        for axes, part in named:
            _label(axes, part, labels, comparison.baseline.name)
    return figure


def _plane(axes: Axes, part: pd.DataFrame) -> None:
    """Draw the points of an effect with their intervals, and the frontier."""
    gain, cost = part["gain"].to_numpy(float), part["cost"].to_numpy(float)
    is_on_it = (part["status"] == "frontier").to_numpy()
    for place in range(gain.size):
        color = BLUE if is_on_it[place] else GREY
        across = part[["gain_low", "gain_high"]].to_numpy(float)[place]
        up = part[["cost_low", "cost_high"]].to_numpy(float)[place]
        axes.plot(across, [cost[place]] * 2, color=color, linewidth=1.0, alpha=0.7, zorder=2)
        axes.plot([gain[place]] * 2, up, color=color, linewidth=1.0, alpha=0.7, zorder=2)
    order = np.argsort(gain[is_on_it], kind="stable")
    axes.plot(gain[is_on_it][order], cost[is_on_it][order], color=BLUE, linewidth=1.8, zorder=3)
    for chosen, fill, edge in ((~is_on_it, "white", GREY), (is_on_it, BLUE, BLUE)):
        axes.plot(
            gain[chosen], cost[chosen], linestyle="none", marker="o", markersize=5.0, color=fill,
            markeredgecolor=edge, markeredgewidth=1.2, zorder=4,
        )  # fmt: skip
    first = part.iloc[0]
    axes.axvline(0.0, color=LIGHT, linewidth=1.0, zorder=0)
    axes.set_title("\n".join(textwrap.wrap(word(str(first["label"])), 40)))
    axes.set_xlabel(word("{unit}   more →", unit=word(str(first["unit"]))))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−"))
    low, high = axes.get_ylim()
    axes.set_ylim(low, low + (high - low) / _ROOM)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    axes.set_yticks([tick for tick in ticks if low <= tick <= high])
    axes.grid(axis="y")


def _label(axes: Axes, part: pd.DataFrame, labels: dict[str, str], baseline: str) -> None:
    """Write the names of policies slanted above the points, apart from each other, each joined to its point."""
    whole = sorted(part.to_dict("records"), key=lambda row: (row["gain"], row["cost"]))
    rows = [row for row in whole if row["scenario"] != baseline]
    low, high = axes.get_xlim()
    for row in whole:
        if row["scenario"] == baseline:
            is_right = row["gain"] > 0.6 * high + 0.4 * low
            axes.annotate(
                labels[baseline], (row["gain"], row["cost"]), xytext=(-7 if is_right else 14, 0), va="center",
                textcoords="offset points", ha="right" if is_right else "left", fontsize=_SIZE, color=BLUE,
                fontweight="bold",
            )  # fmt: skip
    bottom, top = axes.get_ylim()
    width = axes.get_position().width * axes.figure.get_figwidth()  # type: ignore[union-attr]
    gap = 2.0 * _SIZE / 72.0 * (high - low) / width
    places = apart([row["gain"] for row in rows], gap, low, high - 0.34 * (high - low))
    height = bottom + (_ROOM + 0.06) * (top - bottom)
    for row, place in zip(rows, places, strict=True):
        is_on_it = row["status"] == "frontier"
        color = BLUE if is_on_it else GREY
        axes.plot([row["gain"], place], [row["cost"], height], color=color, linewidth=0.6, alpha=0.6, zorder=1)
        axes.text(
            place, height, clipped(labels[row["scenario"]], _LETTERS), rotation=42.0, rotation_mode="anchor",
            fontsize=_SIZE, color=color, ha="left", va="bottom", fontweight="bold" if is_on_it else "normal",
        )  # fmt: skip
