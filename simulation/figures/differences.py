"""Differences between scenarios on common draws, with intervals: a forest plot per outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.figures.style import BLUE, GREY, WIDTH, finish, letters_of, new_figure, scenario_label, styled
from simulation.figures.summaries import seed_ranges
from simulation.state import Bool
from simulation.texts import say, word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "caption", "draw", "draw_outcomes"]

TITLE = "Differences from the baseline"
_COLUMNS = 3
_LETTERS = {3: 24, 4: 18}
"""Letters in a line of a panel's title, by the number of columns."""

_FEW = 5
"""Scenarios that have more room in a figure of one row of panels."""

_NAME = 26
"""Most letters of a scenario's name."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.differences_caption", baseline=scenario_label(comparison.baseline))


def draw(comparison: Comparison, table: pd.DataFrame | None = None) -> Figure:
    """Return the figure: paired differences with 95 % intervals, one panel per outcome, one row per scenario.

    ``table`` is ``comparison.differences()``, for callers that have it already.

    Raises
    ------
    InputError
        Where there is nothing to compare the baseline with.
    """
    frame = comparison.differences() if table is None else table
    names = list(dict.fromkeys(frame["outcome"])) if len(frame) else []
    return draw_outcomes(comparison, frame, names, word(TITLE), columns=_COLUMNS)


def draw_outcomes(
    comparison: Comparison, frame: pd.DataFrame, outcomes: Sequence[str], title: str, columns: int
) -> Figure:
    """Return a forest plot of some outcomes of a table of differences, so many panels side by side."""
    others = comparison.scenarios[1:]
    if frame.empty or not others:
        raise InputError(say("missing.one_scenario"))
    n_rows = -(-len(outcomes) // columns)
    labels = [scenario_label(scenario, _NAME) for scenario in others]
    with styled():
        row = 0.32 if n_rows == 1 and len(others) <= _FEW else 0.21
        figure = new_figure(WIDTH, 0.9 + n_rows * (0.98 + row * len(others)), title)
        panels = figure.subplots(n_rows, columns, sharey=True, squeeze=False)
        has_levers = np.array([bool(scenario.policy) for scenario in others])
        for axes, outcome in zip(panels.flat, outcomes, strict=False):
            part = frame[frame["outcome"] == outcome].set_index("scenario").reindex([s.name for s in others])
            _forest(axes, part, has_levers if has_levers.any() else ~has_levers, _LETTERS.get(columns, 24))
        for axes in panels.flat[len(outcomes) :]:
            axes.set_visible(False)
        panels[0, 0].set_yticks(range(len(others)), labels)
        panels[0, 0].set_ylim(len(others) - 0.4, -0.6)
        count, seeds = int(frame["n"].max()), seed_ranges(comparison.seeds)
        key = "figure.differences_note" if count > 1 else "figure.differences_single"
        finish(figure, say(key, n=count, seeds=seeds, tests=len(frame)))
    return figure


def _forest(axes: Axes, part: pd.DataFrame, sets_scale: Bool, letters: int) -> None:
    """Draw the rows of one outcome; a row that does not set the scale and leaves it becomes an arrow with its value."""
    numbers = part[["difference", "low", "high"]].to_numpy(dtype=float)
    low = float(np.nanmin(numbers[sets_scale], initial=0.0))
    high = float(np.nanmax(numbers[sets_scale], initial=0.0))
    if low == high:
        low, high = (
            min(-1e-9, float(np.nanmin(numbers, initial=0.0))),
            max(1e-9, float(np.nanmax(numbers, initial=0.0))),
        )
    margin = 0.12 * (high - low)
    low, high = low - margin, high + margin
    axes.set_xlim(low, high)
    axes.axvline(0.0, color=GREY, linewidth=1.0, zorder=1)
    for place, (mean, left, right) in enumerate(numbers):
        _row(axes, place, (mean, left, right), (low, high))
    first = part.iloc[0]
    axes.set_title("\n".join(textwrap.wrap(word(str(first["label"])), letters_of(letters))), fontsize=8.0)
    axes.set_xlabel(_direction(str(first["unit"]), first["is_lower_better"]), fontsize=7.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=2 if max(abs(low), abs(high)) < 0.01 else 3, steps=[1, 2, 5, 10]))
    if max(abs(low), abs(high)) >= 1000.0:
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _row(axes: Axes, place: int, numbers: tuple[float, float, float], limits: tuple[float, float]) -> None:
    """Draw one difference with its interval."""
    mean, left, right = numbers
    low, high = limits
    if not np.isfinite(mean):
        axes.text(0.0, place, f" {word('not defined')}", fontsize=7.5, color=GREY, va="center")
        return
    has_interval = bool(np.isfinite(left) and np.isfinite(right))
    is_clear = has_interval and (left > 0.0 or right < 0.0)
    if has_interval:
        axes.plot([left, right], [place, place], color=BLUE, linewidth=1.6, zorder=2)
    fill = BLUE if is_clear else "white"
    look = {"markersize": 5.5, "color": fill, "markeredgecolor": BLUE, "markeredgewidth": 1.3, "zorder": 3}
    if low <= mean <= high:
        axes.plot([mean], [place], marker="o", **look)  # type: ignore[arg-type]
        return
    is_right = mean > high
    edge = high - 0.02 * (high - low) if is_right else low + 0.02 * (high - low)
    axes.plot([edge], [place], marker=">" if is_right else "<", **look)  # type: ignore[arg-type]
    axes.annotate(
        _signed(mean), (edge, place), xytext=(-6 if is_right else 6, 1), textcoords="offset points",
        fontsize=8.0, va="bottom", ha="right" if is_right else "left", color=BLUE,
    )  # fmt: skip


def _signed(value: float) -> str:
    """Return a number of three figures with its sign."""
    text = f"{value:+,.0f}" if abs(value) >= 100.0 else f"{value:+.3g}"
    return text.replace("-", "−")


def _direction(unit: str, is_lower_better: object) -> str:
    """Return the unit of the difference with the side that is better."""
    shown = word("points" if unit.startswith("%") else unit)
    if is_lower_better is None or is_lower_better != is_lower_better:  # NaN where a frame has turned None into one
        return shown
    return word("← better   {unit}" if is_lower_better else "{unit}   better →", unit=shown)
