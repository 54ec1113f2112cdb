"""Figures of the claims: policies under varied assumptions, the gap at equal mean, late days over lean planning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.experiments.claims.verdicts import CLAIMS
from simulation.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILION,
    finish,
    new_figure,
    styled,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["draw_gap", "draw_grid", "draw_policies"]

_COLORS = (VERMILION, BLUE, GREEN, ORANGE)
_STEPS = (SKY, BLUE, GREEN, ORANGE, VERMILION)
_WORDS: Mapping[str, str] = {
    "trickle_down": "Large-firm support",
    "cash_subsidy": "Grants to SMEs",
    "capability": "Courses for SMEs",
}


def _dots(axes: Axes, rows: pd.DataFrame, places: Mapping[str, int], shift: float, color: str) -> None:
    """Draw means with intervals, a row per setting."""
    y = np.array([places[name] for name in rows["setting"]]) + shift
    mean = rows["mean"].to_numpy()
    axes.hlines(y, rows["low"], rows["high"], color=color, linewidth=1.5)
    axes.plot(mean, y, "o", color=color, markersize=4.5)


def _settings_axis(axes: Axes, places: Mapping[str, int]) -> None:
    axes.set_yticks(list(places.values()), list(places))
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.axvline(0.0, color=GREY, linewidth=0.9, zorder=1)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def draw_policies(table: pd.DataFrame, note: str) -> Figure:
    """Return a panel per outcome and a row per setting, with a dot and its interval for each policy."""
    places = {name: number for number, name in enumerate(dict.fromkeys(table["setting"]))}
    panels = (
        ("sme_manufacturing_adopters", "SME manufacturers adopting"),
        ("sme_defect_ppm", "SMEs' defects"),
        ("sme_late_days", "SMEs' late days"),
        ("large_defect_ppm", "Large firms' defects"),
        ("large_late_days", "Large firms' late days"),
    )
    smallest = {part.outcome: part.smallest for part in CLAIMS[1].parts}
    with styled():
        figure = new_figure(14.0, 6.2, "What the same money changes")
        drawn = figure.subplots(1, len(panels), sharey=True)
        for axes, (outcome, title) in zip(drawn, panels, strict=True):
            matters = smallest.get(outcome)
            part = table[table["outcome"] == outcome]
            for number, scenario in enumerate(dict.fromkeys(part["scenario"])):
                shift = 0.22 * (number - 1)
                _dots(axes, part[part["scenario"] == scenario], places, shift, _COLORS[number])
            if matters is not None:
                axes.axvline(matters, color=BLACK, linewidth=0.9, linestyle=(0, (2.0, 2.0)), zorder=1)
            axes.set_title(title)
            axes.set_xlabel(str(part["unit"].iloc[0]).replace("% of firms", "points").replace("days per", "days a"))
            axes.locator_params(axis="x", nbins=4)
            _settings_axis(axes, places)
        for number, scenario in enumerate(dict.fromkeys(table["scenario"])):
            drawn[0].plot([], [], "o-", color=_COLORS[number], label=_WORDS.get(scenario, scenario))
        figure.legend(loc="outside upper right", ncols=3, frameon=False, fontsize=9.0)
        finish(figure, note)
    return figure


def draw_gap(table: pd.DataFrame, note: str) -> Figure:
    """Return a panel per measure and kind of firm and a row per setting: the effect of the spread in percent."""
    places = {name: number for number, name in enumerate(dict.fromkeys(table["setting"]))}
    large = next(name for name in dict.fromkeys(table["group"]) if name != "all")
    panels = (
        ("defect_ppm", "all", "Defects, all firms"),
        ("defect_ppm", large, "Defects, large firms"),
        ("late_days", "all", "Late days, all firms"),
        ("late_days", large, "Late days, large firms"),
    )
    with styled():
        figure = new_figure(10.6, 5.4, "The gap at equal mean: what it adds to what partners deliver")
        drawn = figure.subplots(1, len(panels), sharey=True)
        for axes, (measure, group, title) in zip(drawn, panels, strict=True):
            part = table[(table["measure"] == measure) & (table["group"] == group)]
            for number, name in enumerate(("whole", "between sizes")):
                _dots(axes, part[part["part"] == name], places, 0.3 * (number - 0.5), (VERMILION, BLUE)[number])
            axes.axvspan(-1.0, 1.0, color="#eeeeee", linewidth=0.0, zorder=0)
            axes.set_title(title)
            axes.set_xlabel("%")
            _settings_axis(axes, places)
        for name, color in (("as firms are", VERMILION), ("only between size classes", BLUE)):
            drawn[0].plot([], [], "o-", color=color, label=name)
        figure.legend(loc="outside upper right", ncols=2, frameon=False, fontsize=9.0)
        finish(figure, note)
    return figure


def draw_grid(table: pd.DataFrame, note: str) -> Figure:
    """Return large firms' late days over lean planning, a line per pass-through, and against structural R_d."""
    large = next(name for name in dict.fromkeys(table["group"]) if name != "all")
    states = {"2030": "Effective use of 2030", "everybody": "Effective use 0.8 everywhere"}
    table = table[table["state"].isin(list(states))]
    with styled():
        figure = new_figure(10.6, 4.6, "Late days of large firms as buyers plan leaner")
        drawn = figure.subplots(1, 3, sharey=True)
        for axes, (state, title) in zip(drawn, states.items(), strict=False):
            part = table[(table["state"] == state) & (table["measure"] == "late_days") & (table["group"] == large)]
            for color, (_, line) in zip(_STEPS, part.groupby("pass_through"), strict=False):
                axes.plot(line["lean"], line["mean"], "o-", color=color, markersize=3.5)
                axes.fill_between(line["lean"], line["low"], line["high"], color=color, alpha=0.15, linewidth=0.0)
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.set_title(title)
            axes.set_xlabel("lean: part of the buffer given up at e = 1")
            axes.grid(axis="y")
        drawn[0].set_ylabel("late days per delivery")
        wide = table.pivot_table(
            index=["state", "lean", "pass_through"], columns=["measure", "group"], values="mean", sort=False
        )
        for color, (passed, part) in zip(_STEPS, wide.groupby("pass_through"), strict=False):
            drawn[2].plot(
                part["structural_late", "all"],
                part["late_days", large],
                "o",
                color=color,
                markersize=4.0,
                label=f"r {passed:g}",
            )
        drawn[2].axvline(1.0, color=BLACK, linewidth=0.9, linestyle=(0, (2.0, 2.0)))
        drawn[2].set_title("Against structural R_d")
        drawn[2].set_xlabel("structural R_d, all firms")
        drawn[2].grid(axis="y")
        drawn[0].legend(*drawn[2].get_legend_handles_labels(), frameon=False, fontsize=8.5, loc="upper left")
        finish(figure, note)
    return figure
