"""The gaps between large firms and SMEs over time, in points and in log-odds."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.figures.dates import year
from simulation.figures.style import (
    WIDTH,
    Ending,
    finish,
    label_endings,
    looks,
    new_figure,
    scenario_label,
    styled,
    time_axis,
)
from simulation.figures.summaries import groups_by_size, monthly, rows_of, runs_note
from simulation.texts import say, word

__all__ = ["TITLE", "caption", "draw"]

TITLE = "Gap between large firms and SMEs"
_PANELS = (
    ("user_gap", "User gap", "points", 100.0),
    ("user_gap_log_odds", "User gap", "log-odds", 1.0),
    ("adopter_gap", "Adopter gap", "points", 100.0),
    ("adopter_gap_log_odds", "Adopter gap", "log-odds", 1.0),
)


def caption(comparison: Comparison) -> str:
    """Return what the figure shows, for people."""
    return say("figure.gaps_caption")


def draw(comparison: Comparison) -> Figure:
    """Return the figure: user gap and adopter gap, in points and in log-odds, a line per scenario."""
    _, large, small = groups_by_size(comparison)
    if large is None or small is None:
        raise InputError(say("missing.one_kind"))
    seen = looks(comparison.scenarios)
    with styled():
        figure = new_figure(WIDTH, 4.5, word(TITLE))
        panels = figure.subplots(2, 2, sharex=True)
        pending = []
        for place, (axes, (measure, title, unit, scale)) in enumerate(zip(panels.flat, _PANELS, strict=True)):
            rows = rows_of(comparison, measure)
            endings = []
            for scenario in reversed(comparison.scenarios):
                table = monthly(rows[rows["scenario"] == scenario.name], "all")
                look = seen[scenario.name]
                table.loc[table["n"] < len(comparison.seeds), ["mean", "low", "high"]] = np.nan
                x = np.array([year(scenario.time, month) for month in table["month"]])
                mean, low, high = (scale * table[name].to_numpy() for name in ("mean", "low", "high"))
                axes.plot(x, mean, color=look.color, linestyle=look.dashes, linewidth=look.width)
                if scenario is comparison.baseline and np.isfinite(low).any():
                    axes.fill_between(x, low, high, color=look.color, alpha=0.15, linewidth=0.0)
                known = np.flatnonzero(np.isfinite(mean))
                if known.size:
                    endings.append(
                        Ending(scenario_label(scenario), float(x[known[-1]]), float(mean[known[-1]]), look.color)
                    )
            axes.set_title(f"{word(title)}, {word(unit)}")
            axes.set_ylabel(word(unit))
            # Adoption begins near 0, so that the top of its panel has room on the left.
            time_axis(axes, comparison.scenarios, has_labels=(measure, unit) == ("adopter_gap", "points"))
            if place % 2:
                pending.append((axes, endings))
        for axes in panels[1]:
            axes.set_xlabel(word("Year"))
        band = say("figure.band_of", baseline=scenario_label(comparison.baseline))
        finish(figure, f"{runs_note(comparison, band)} {say('figure.gaps_note')}")
        label_endings(pending)
    return figure
