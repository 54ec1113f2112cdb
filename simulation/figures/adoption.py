"""Use and adoption over time: the baseline beside the survey, and adoption by manufacturers under every scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.experiments.comparison import Comparison
from simulation.experiments.survey import SURVEY_START, SurveyPoint, survey_points
from simulation.figures.dates import year
from simulation.figures.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    WIDTH,
    Ending,
    annotate,
    finish,
    label_endings,
    looks,
    new_figure,
    scenario_label,
    styled,
    time_axis,
)
from simulation.figures.summaries import group_name, groups_by_size, monthly, rows_of, runs_note
from simulation.measures.measure import pooled_label
from simulation.texts import say, word
from simulation.world.build import groups_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TITLE", "caption", "draw"]

TITLE = "Who uses AI and who has adopted it"
_SURE = 1.96
"""Standard errors in half a 95 % interval."""


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.adoption_caption", baseline=scenario_label(comparison.baseline))


def draw(comparison: Comparison) -> Figure:
    """Return the figure: user share by size with the survey's points; adopter share of manufacturers by scenario."""
    groups, large, small = groups_by_size(comparison)
    goods = [name for name, is_goods in zip(groups.sectors, groups.is_manufacturing, strict=True) if is_goods]
    users, adopters = rows_of(comparison, "user_share"), rows_of(comparison, "adopter_share")
    with styled():
        sizes = [size for size in (large, small) if size is not None]
        figure = new_figure(WIDTH, 2.4 + 1.9 * len(sizes), word(TITLE))
        axes = figure.subplot_mosaic([[name] for name in ("users", *sizes)])
        pending = [(axes["users"], _draw_users(axes["users"], comparison, users, large, small))]
        for place, size in enumerate(sizes):
            group = f"{size} {goods[0]}" if goods else size
            panel = axes[size]
            is_last = place == len(sizes) - 1
            pending.append(
                (panel, _draw_adopters(panel, comparison, adopters, group, is_first=place == 0, is_last=is_last))
            )
            firms = _firms(size)
            if goods:
                firms = word("{firms} in {sector}", firms=firms, sector=word(goods[0]))
            panel.set_title(word("Adopter share, {firms}", firms=firms))
        finish(figure, f"{runs_note(comparison)} {say('figure.adoption_note')}")
        label_endings(pending)
    return figure


def _draw_users(
    axes: Axes, comparison: Comparison, rows: pd.DataFrame, large: str | None, small: str | None
) -> list[Ending]:
    endings = []
    for size, color in ((large, BLUE), (small, ORANGE)):
        if size is None:
            continue
        table = monthly(rows[rows["scenario"] == comparison.baseline.name], size)
        endings.append(Ending(_firms(size), *_line(axes, comparison, table, color, "solid", 2.4), color))
    for point in _points(comparison, "user_share"):
        if point.group in (large, small):
            # The upper curve has room on its left, the lower one on its right.
            _draw_point(axes, point, *((BLUE, "left") if point.group == large else (ORANGE, "under")))
    time_axis(axes, comparison.scenarios[:1], has_labels=False)
    axes.set_ylabel(word("% of workers"))
    axes.set_title(word("User share by size, {scenario}", scenario=scenario_label(comparison.baseline, 20)))
    return endings


def _points(comparison: Comparison, measure: str) -> list[SurveyPoint]:
    """Return what surveys say of a measure within the months that were simulated, of groups named as in the model."""
    months = comparison.baseline.time.months
    groups = groups_of(comparison.baseline)
    return [
        point._replace(group=pooled_label(groups, point.group))
        for point in survey_points()
        if point.measure == measure and point.month < months
    ]


def _draw_adopters(
    axes: Axes, comparison: Comparison, rows: pd.DataFrame, group: str, *, is_first: bool, is_last: bool
) -> list[Ending]:
    endings = []
    seen = looks(comparison.scenarios)
    for scenario in reversed(comparison.scenarios):
        table = monthly(rows[rows["scenario"] == scenario.name], group)
        if table.empty:
            continue
        look = seen[scenario.name]
        is_baseline = scenario is comparison.baseline
        last = _line(axes, comparison, table, look.color, look.dashes, look.width, has_band=is_baseline)
        endings.append(Ending(scenario_label(scenario), *last, look.color))
    points = [point for point in _points(comparison, "adopter_share") if point.group == group]
    heights = iter(np.arange(0.76, 0.0, -0.12))
    for point in sorted(points, key=lambda point: -np.nanmax([point.value, point.high])):
        _draw_point(axes, point, BLACK, "below", None if point.status == "goal" else float(next(heights)))
    time_axis(axes, comparison.scenarios, has_labels=is_first)
    axes.set_ylim(bottom=0.0)
    axes.margins(y=0.12)
    axes.set_ylabel(word("% of firms"))
    if is_last:
        axes.set_xlabel(word("Year"))
    return endings


def _line(
    axes: Axes, comparison: Comparison, table: pd.DataFrame, color: str,
    dashes: str | tuple[int, tuple[float, ...]], width: float, *, has_band: bool = True,
) -> tuple[float, float]:  # fmt: skip
    """Draw a mean with its band, in per cent, and return where it ends."""
    x = np.array([year(comparison.baseline.time, month) for month in table["month"]])
    mean, low, high = (100.0 * table[name].to_numpy() for name in ("mean", "low", "high"))
    axes.plot(x, mean, color=color, linestyle=dashes, linewidth=width)
    if has_band and np.isfinite(low).any():
        axes.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0.0)
    return float(x[-1]), float(mean[-1])


def _draw_point(axes: Axes, point: SurveyPoint, color: str, where: str, label: float | None = None) -> None:
    """Draw what a survey says, a range that is assumed, or a goal.

    ``label`` is the height (of the axes) of a label that stands at the left with a line to its point; without it the
    label stands beside the point, on the side that ``where`` names.
    """
    x = SURVEY_START + point.month / 12.0
    value, low, high = 100.0 * point.value, 100.0 * point.low, 100.0 * point.high
    if point.status == "assumed":
        axes.plot([x, x], [low, high], color=GREY, linewidth=5.0, alpha=0.45, zorder=3, solid_capstyle="butt")
        text, value = f"{word(point.short)}: {low:.3g}–{high:.3g} %", high
    else:
        error = 100.0 * _SURE * point.standard_error
        if np.isfinite(error):
            axes.errorbar([x], [value], yerr=[error], color=color, capsize=3.0, linewidth=1.2, zorder=4)
        axes.plot(
            [x], [value], marker="D" if point.status == "goal" else "o", markersize=6, color="white",
            markeredgecolor=color, markeredgewidth=1.5, zorder=5, clip_on=False,
        )  # fmt: skip
        text = f"{word(point.short)}: {value:.3g} %"
    if label is None:
        annotate(axes, text, x, value, where=where)
        return
    axes.annotate(
        text, (x, value), xytext=(0.03, label), textcoords="axes fraction", fontsize=8.0, color=GREY, va="center",
        arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "relpos": (1.0, 0.5), "shrinkB": 4},
    )  # fmt: skip


def _firms(size: str) -> str:
    """Return what firms of a size are called."""
    if size == "sme":
        return word("SMEs")
    return group_name(size) if size.startswith("all ") else word("{size} firms", size=word(size))
