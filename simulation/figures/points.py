"""A sweep at a glance: what scenarios change over its points, or how an outcome of one scenario spreads over them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.errors import InputError
from simulation.figures.answer import answering
from simulation.figures.style import BLUE, GREY, SKY, WIDTH, finish, letters_of, new_figure, scenario_label, styled
from simulation.texts import say, word

if TYPE_CHECKING:
    from simulation.experiments.outcomes import Outcome
    from simulation.experiments.sweeps.results import SweepResults
    from simulation.state import Float

__all__ = ["TITLE", "at_points", "caption", "draw"]

TITLE = "Over all points of the sweep"
_INNER = (5.0, 95.0)
"""Percentiles between which 90 % of the points lie."""
_PANELS = 4
_LETTERS = 18
_NAME = 26


def caption(results: SweepResults) -> str:
    """Return what the figure shows, for people."""
    scenarios = results.study.scenarios
    key = "figure.points_caption" if len(scenarios) > 1 else "figure.points_single"
    return say(key, baseline=scenario_label(scenarios[0]))


def draw(results: SweepResults) -> Figure:
    """Return the figure: a panel per outcome; of several scenarios their differences from the first, a row each.

    Raises
    ------
    InputError
        No run has ended, so there is nothing to draw.
    """
    study = results.study
    kept = {outcome.name: outcome for outcome in study.outcomes}
    chosen = [kept[name] for name in (answering(list(kept)) or list(kept))[:_PANELS]]
    if results.status().done == 0:
        raise InputError(say("sweep.no_runs").rstrip("."))
    others = study.scenarios[1:]
    with styled():
        figure = new_figure(WIDTH, 2.6 + 0.28 * len(others), word(TITLE))
        panels = figure.subplots(1, len(chosen), sharey=bool(others), squeeze=False)[0]
        for axes, outcome in zip(panels, chosen, strict=True):
            if others:
                _changes(axes, results, outcome)
            else:
                _spread(axes, at_points(results.sample(outcome.name).of()))
            axes.set_title("\n".join(textwrap.wrap(word(outcome.label), letters_of(_LETTERS))), fontsize=8.0)
            unit = "points" if others and outcome.unit.startswith("%") else outcome.unit
            axes.set_xlabel(_direction(word(unit), outcome.is_lower_better if others else None), fontsize=7.5)
            axes.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
        if others:
            panels[0].set_yticks(range(len(others)), [scenario_label(scenario, _NAME) for scenario in others])
            panels[0].set_ylim(len(others) - 0.4, -0.6)
        note = say("figure.points_note", n=f"{len(study.numbers):,}", replications=study.sweep.replications,
                   first=study.sweep.first_seed)  # fmt: skip
        finish(figure, note)
    return figure


def at_points(values: Float) -> Float:
    """Return means over the replications that there are, of the points that have any, from (P, R) values."""
    is_known = np.isfinite(values)
    count = is_known.sum(axis=1)
    total = np.where(is_known, values, 0.0).sum(axis=1)
    means: Float = total[count > 0] / count[count > 0]
    return means


def _changes(axes: Axes, results: SweepResults, outcome: Outcome) -> None:
    """Draw for every scenario all points, the range of 90 % of them, and their mean."""
    sample = results.sample(outcome.name)
    axes.axvline(0.0, color=GREY, linewidth=1.0, zorder=1)
    for place, name in enumerate(sample.scenarios[1:]):
        change = at_points(sample.difference(name))
        if change.size == 0:
            continue
        low, high = np.percentile(change, _INNER)
        axes.plot([low, high], [place, place], color=BLUE, linewidth=1.8, solid_capstyle="butt", zorder=3)
        axes.plot([change.mean()], [place], "o", color=BLUE, markersize=5.0, zorder=4)
        inner = change[(change >= low) & (change <= high)]
        spread = 0.24 * (2.0 * ((np.arange(inner.size) * 0.6180339887) % 1.0) - 1.0)
        axes.plot(inner, place + spread, ".", color=SKY, markersize=1.6, alpha=0.6, zorder=2, rasterized=True)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _spread(axes: Axes, levels: Float) -> None:
    """Draw how many points have which level."""
    axes.hist(levels, bins=min(30, max(5, int(np.sqrt(levels.size)))), color=SKY)
    axes.axvline(float(levels.mean()), color=BLUE, linewidth=1.8)
    axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _direction(unit: str, is_lower_better: bool | None) -> str:
    if is_lower_better is None:
        return unit
    return word("← better   {unit}" if is_lower_better else "{unit}   better →", unit=unit)
