"""The report of a comparison, or of one run: what its pages show, computed from the stored runs."""

from __future__ import annotations

from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.experiments.comparison import Comparison
from simulation.experiments.cost_effectiveness import cost_effectiveness
from simulation.experiments.frontier import frontier
from simulation.experiments.gains import gains
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.ranking import ranking
from simulation.figures import Picture, all_pictures
from simulation.report import tables
from simulation.report.answer import answer
from simulation.report.background import background_of
from simulation.report.choosing import common_draws_line, frontier_planes, precision_lines, ranking_lines
from simulation.report.document import write_document
from simulation.report.facts import facts_of, key_facts, reproduction
from simulation.report.gaining import gain_blocks
from simulation.report.mandate import mandate_lines
from simulation.report.money import bought, halving_lines, spending_lines, spending_remarks
from simulation.report.parameters import assumed_parameters, changed_parameters, counts, parts_of_the_model
from simulation.report.pictures import Shown, is_font_missing, shown
from simulation.report.resting import influence_line
from simulation.report.view import View
from simulation.texts import say, speaking, word
from simulation.texts.numbers import level

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_report"]

_WITH_DIFFERENCES = ("answer", "differences")
"""Figures that are drawn from the table of differences, which is there already."""


def write_report(comparison: Comparison, path: str | Path, language: str = "en") -> Path:
    """Write the report of a comparison as one HTML file and return its path.

    Everything is computed from the stored runs; the file holds its figures and asks nothing of any other place. With
    one scenario alone it tells of levels; with one seed it says that there is no interval.

    Parameters
    ----------
    comparison : Comparison
    path : path
    language : {"en", "ko"}

    Raises
    ------
    InputError
        There is no such language.
    RunError
        Where the file cannot be written.
    """
    with speaking(language):
        return write_document("comparison.html", lambda: _content(comparison), Path(path))


def _content(comparison: Comparison) -> dict[str, Any]:
    """Return everything that the template shows."""
    table, outcomes = comparison.differences(), comparison.outcomes()
    means = tables.baseline_means(comparison, outcomes)
    units = {outcome.name: outcome.unit for outcome in outcomes_of(comparison.baseline)}
    levels = {name: mean for name, (mean, _, _) in means.items()}
    view = View(table, tables.cases(comparison, outcomes), levels, units)
    numbers = counts(comparison.scenarios)
    gained = gains(comparison)
    return {
        "question": _question(comparison, view),
        "answer": answer(view, background_of(comparison, outcomes, means, numbers["assumed"])),
        "key_facts": key_facts(comparison, view),
        "facts": facts_of(comparison),
        "figures": _figures(comparison, {"differences": table, "gains": gained}),
        "is_font_missing": is_font_missing(),
        "baseline_levels": _levels(comparison, means),
        "numbers": numbers,
        "influence": influence_line(view),
        "reproduction": reproduction(comparison.experiment),
        **_equal_budget(comparison, table, outcomes, view),
        **_groups(comparison, gained),
        **_hanging(comparison),
        **_certainty(comparison, table),
    }


def _question(comparison: Comparison, view: View) -> str:
    if len(comparison.scenarios) == 1:
        return say("question.single")
    return say("question.policies" if view.policies else "question.assumptions")


def _equal_budget(comparison: Comparison, table: pd.DataFrame, outcomes: pd.DataFrame, view: View) -> dict[str, Any]:
    heads, rows = tables.glance(comparison, table)
    bought_heads, bought_rows = bought(cost_effectiveness(comparison), comparison)
    return {
        "scenarios": [_described(scenario) for scenario in comparison.scenarios],
        "is_equal_budget": bool(view.judged) and all(case.is_equal_money for case in view.judged),
        "glance_heads": heads,
        "glance_rows": rows,
        "spending": spending_lines(comparison, outcomes),
        "remarks": spending_remarks(view),
        "bought_heads": bought_heads,
        "bought_rows": bought_rows,
        "planes": frontier_planes(frontier(comparison), comparison),
        "mandates": mandate_lines(comparison),
    }


def _described(scenario: Any) -> tuple[str, str, str, str]:  # noqa: ANN401 - a Scenario
    levers = ", ".join(map(tables.lever_name, scenario.policy))
    return tables.label_of(scenario), scenario.name, word(" ".join(scenario.description.split())), levers


def _groups(comparison: Comparison, gained: pd.DataFrame) -> dict[str, Any]:
    dates, structure = tables.structure_lines(comparison)
    halving_heads, halving_rows = halving_lines(comparison)
    gain_heads, blocks = gain_blocks(gained, comparison)
    return {
        "gain_heads": gain_heads,
        "gain_blocks": blocks,
        "n_gains": len(gained),
        "structure_dates": dates,
        "structure": structure,
        "halving_heads": halving_heads,
        "halving_rows": halving_rows,
    }


def _hanging(comparison: Comparison) -> dict[str, Any]:
    heads, rows = tables.ensemble_glance(comparison)
    return {
        "parts_of_it": parts_of_the_model(comparison.scenarios),
        "changed": changed_parameters(comparison.scenarios),
        "assumed": assumed_parameters(comparison.scenarios),
        "member_heads": heads,
        "member_rows": rows,
        "members": len(comparison.experiment.ensemble()["member"].unique()) if rows else 0,
    }


def _certainty(comparison: Comparison, table: pd.DataFrame) -> dict[str, Any]:
    labels = {scenario.name: tables.label_of(scenario) for scenario in comparison.scenarios}
    apart = table[(table["low"] > 0.0) | (table["high"] < 0.0)] if len(table) else table
    return {
        "blocks": tables.comparison_blocks(comparison, table),
        "n_compared": int(table["p_value"].notna().sum()) if len(table) else 0,
        "n_apart": len(apart),
        "n_clear": int((apart["p_holm"] <= 0.05).sum()) if len(apart) else 0,
        "ranks": ranking_lines(ranking(comparison), comparison),
        "common_draws": common_draws_line(table),
        "precision": precision_lines(comparison.stopping, labels.__getitem__),
        "look_ahead": (comparison.stopping or {}).get("look_ahead", 0),
    }


def _levels(comparison: Comparison, means: dict[str, tuple[float, float, float]]) -> list[tuple[str, str, str, str]]:
    rows = []
    for outcome in outcomes_of(comparison.baseline):
        mean, low, high = means[outcome.name]
        between = word("{low} to {high}", low=level(low), high=level(high)) if isfinite(low) else ""
        rows.append((word(outcome.label), word(outcome.unit), level(mean), between))
    return rows


def _figures(comparison: Comparison, made: dict[str, pd.DataFrame]) -> dict[str, Shown]:
    """Return the figures by name; a run alone has none that compare."""
    is_alone = len(comparison.scenarios) == 1
    return {
        picture.name: shown(picture.title, picture.caption(comparison), _drawing(picture, comparison, made))
        for picture in all_pictures()
        if not (is_alone and picture.name in ("answer", "differences", "frontier", "gains"))
    }


def _drawing(picture: Picture, comparison: Comparison, made: dict[str, pd.DataFrame]) -> Any:  # noqa: ANN401
    """Return the call that draws a figure, with its table where that is made already."""
    name = "differences" if picture.name in _WITH_DIFFERENCES else picture.name
    return partial(picture.draw, comparison, *([made[name]] if name in made else []))
