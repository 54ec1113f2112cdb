"""Tables of a report as plain rows of text, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10, nan
from typing import TYPE_CHECKING, Any

from simulation.experiments.comparison import Comparison
from simulation.experiments.outcomes import outcomes_of
from simulation.experiments.statistics import mean_interval
from simulation.figures.dates import date, policy_window
from simulation.figures.style import scenario_label
from simulation.figures.summaries import last_year, rows_of
from simulation.report.parameters import changed_parameters
from simulation.report.view import LETTERS, Case, is_clear
from simulation.scenario.scenario import Scenario
from simulation.texts import say, word
from simulation.texts.numbers import (
    MISSING,
    difference_unit,
    fixed,
    interval,
    level,
    places,
    probability,
    signed,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Block",
    "Cell",
    "Line",
    "baseline_means",
    "cases",
    "comparison_blocks",
    "decimals_of",
    "ensemble_glance",
    "glance",
    "has_influence",
    "label_of",
    "lever_name",
    "structure_lines",
]

_GLANCE = ("user_gap", "adopter_gap", "sme_defect_ppm", "sme_late_days", "large_defect_ppm", "large_on_time")


_DECIMALS = 6
"""Most decimals of a difference."""


@dataclass(frozen=True)
class Line:
    """A scenario's row of an outcome."""

    scenario: str
    mean: str
    difference: str
    interval: str
    bootstrap: str
    n: str
    reduction: str
    p_holm: str
    verdict: str
    is_clear: bool


@dataclass(frozen=True)
class Block:
    """An outcome with its rows."""

    label: str
    unit: str
    when: str
    direction: str
    baseline: str
    lines: list[Line]


@dataclass(frozen=True)
class Cell:
    """A difference in the short table."""

    difference: str
    interval: str
    is_clear: bool
    verdict: str


def label_of(scenario: Scenario) -> str:
    """Return what tables call a scenario."""
    return scenario_label(scenario, LETTERS)


def has_influence(scenario: Scenario) -> bool:
    """Say whether partners' adoption counts for a firm's own."""
    weights = scenario.influence
    return scenario.adoption.rule != "hazard" or any((weights.customers, weights.suppliers, weights.peers))


def cases(comparison: Comparison, outcomes: pd.DataFrame) -> list[Case]:
    """Return what the sentences have to know of the scenarios, the baseline first."""
    found = []
    for scenario in comparison.scenarios:
        spent = comparison.spending.get(scenario.name)
        paid = outcomes[(outcomes["outcome"] == "public_cost") & (outcomes["scenario"] == scenario.name)]["value"]
        found.append(
            Case(
                name=scenario.name,
                label=label_of(scenario),
                is_policy=bool(scenario.policy),
                envelope=sum(spent["target"].values()) if spent else nan,
                spent=sum(spent["spent"].values()) if spent else nan,
                paid=mean_interval(paid.to_numpy())[0],
                can_spend=bool(spent["can_spend"]) if spent else True,
                is_mixed=bool(changed_parameters([comparison.baseline, scenario])),
                has_influence=has_influence(scenario),
            )
        )
    return found


def baseline_means(comparison: Comparison, outcomes: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Return by outcome the baseline's mean with its interval."""
    part = outcomes[outcomes["scenario"] == comparison.baseline.name]
    return {str(name): mean_interval(group["value"].to_numpy()) for name, group in part.groupby("outcome", sort=False)}


def _verdict(row: Mapping[Any, Any]) -> str:
    """Return what a row of the differences says; "perhaps" where Holm's correction does not bear the interval out."""
    difference, low, high, is_lower_better = (row[name] for name in ("difference", "low", "high", "is_lower_better"))
    if not isfinite(difference):
        return say("verdict.not_defined")
    if not isfinite(low):
        return say("verdict.one_pair")
    if low == high == 0.0:
        return say("verdict.same")
    if not is_clear(low, high):
        return say("verdict.none")
    if is_lower_better is None or is_lower_better != is_lower_better:
        verdict = say("verdict.higher" if difference > 0.0 else "verdict.lower")
    else:
        verdict = say("verdict.better" if (difference < 0.0) == bool(is_lower_better) else "verdict.worse")
    return verdict if row["p_holm"] <= 0.05 else say("verdict.perhaps", verdict=verdict)


def _times(reduction: float) -> str:
    """Return a ratio of variances with two figures, and no figures where it says only that little differs."""
    if reduction != reduction:
        return MISSING
    if reduction >= 1e6:
        return ">1,000,000"
    return f"{reduction:.1f}" if reduction < 10.0 else f"{round(reduction, 1 - floor(log10(reduction))):,.0f}"


def decimals_of(row: Mapping[Any, Any], name: str = "difference") -> int:
    """Return decimals that leave two figures of half an interval, of each row its own: effects differ by magnitudes."""
    return places([0.5 * (row["high"] - row["low"])], [row[name]], most=_DECIMALS)


def lever_name(name: str) -> str:
    """Return the name of a lever in words."""
    return word(name) if word(name) != name else name.replace("_", " ")


def comparison_blocks(comparison: Comparison, table: pd.DataFrame) -> list[Block]:
    """Return the table of differences, a block per outcome."""
    names = {scenario.name: label_of(scenario) for scenario in comparison.scenarios}
    whens: dict[str, str] = {outcome.name: outcome.when for outcome in outcomes_of(comparison.baseline)}
    blocks = []
    for _, part in table.groupby("outcome", sort=False) if len(table) else ():
        lines = [
            Line(
                scenario=names[row["scenario"]],
                mean=level(row["mean_scenario"]),
                difference=signed(row["difference"], decimals_of(row), is_clear=is_clear(row["low"], row["high"])),
                interval=interval(row["low"], row["high"], decimals_of(row)) or MISSING,
                bootstrap=interval(row["boot_low"], row["boot_high"], decimals_of(row)) or MISSING,
                n=str(row["n"]),
                reduction=_times(row["variance_reduction"]),
                p_holm=probability(row["p_holm"]),
                verdict=_verdict(row),
                is_clear=is_clear(row["low"], row["high"]),
            )
            for row in part.to_dict("records")
        ]
        first = part.iloc[0]
        better = first["is_lower_better"]
        direction = "" if better is None or better != better else say("sure.lower" if better else "sure.higher")
        when = _when(comparison, whens[first["outcome"]])
        blocks.append(
            Block(word(first["label"]), word(first["unit"]), when, direction, level(first["mean_baseline"]), lines)
        )
    return blocks


def _when(comparison: Comparison, when: str) -> str:
    """Return which months an outcome is taken from, in words."""
    time = comparison.baseline.time
    last = time.months - 1
    window = policy_window(comparison.scenarios)
    spans = {
        "last": say("differences.last", last=date(time, last)),
        "last year": say("differences.last_year", first=date(time, max(0, last - 11)), last=date(time, last)),
        "since start": say(
            "differences.last_year", first=date(time, window[0] if window else 0), last=date(time, last)
        ),
    }
    return spans.get(when, "")


def glance(comparison: Comparison, table: pd.DataFrame) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """Return the short table: headings of its outcomes, and for each scenario its cells."""
    if table.empty:
        return [], []
    chosen = _glanced(table)
    by_key = {(row["outcome"], row["scenario"]): row for row in table.to_dict("records")}
    rows = []
    for scenario in comparison.scenarios[1:]:
        cells = []
        for name in chosen:
            row = by_key[name, scenario.name]
            cells.append(
                Cell(
                    signed(row["difference"], decimals_of(row), is_clear=is_clear(row["low"], row["high"])),
                    interval(row["low"], row["high"], decimals_of(row)),
                    is_clear(row["low"], row["high"]),
                    _verdict(row),
                )
            )
        rows.append((label_of(scenario), cells))
    return _heads(table, chosen), rows


def ensemble_glance(comparison: Comparison) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """Return the short table over the members of an ensemble: mean, and between what 95 % of the members lie."""
    table = comparison.ensemble()
    if table.empty:
        return [], []
    chosen = _glanced(table)
    by_key = {(row["outcome"], row["scenario"]): row for row in table.to_dict("records")}
    rows = []
    for scenario in comparison.scenarios[1:]:
        cells = []
        for name in chosen:
            row = by_key[name, scenario.name]
            shown = decimals_of(row, "mean")
            clear = is_clear(row["low"], row["high"])
            between = interval(row["low"], row["high"], shown)
            cells.append(Cell(signed(row["mean"], shown, is_clear=clear), between, clear, ""))
        rows.append((label_of(scenario), cells))
    return _heads(table, chosen), rows


def _glanced(table: pd.DataFrame) -> list[str]:
    """Return the outcomes of the short tables, of those that a table has."""
    present = list(dict.fromkeys(table["outcome"]))
    adopters = [name for name in present if name.startswith("sme_") and name.endswith("_adopters")]
    return [*adopters, *(name for name in _GLANCE if name in present)]


def _heads(table: pd.DataFrame, chosen: Sequence[str]) -> list[str]:
    """Return headings of outcomes with the units of their differences."""
    firsts = [table[table["outcome"] == name].iloc[0] for name in chosen]
    return [f"{word(first['label'])}, {difference_unit(first['unit'])}" for first in firsts]


def structure_lines(comparison: Comparison) -> tuple[list[str], list[tuple[str, list[str], list[str], str]]]:
    """Return the reproduction numbers: dates, and for each scenario R_q and R_d at them, and the realised R_d."""
    defects, late = rows_of(comparison, "structural_defects"), rows_of(comparison, "structural_late")
    realised = last_year(rows_of(comparison, "reproduction_late"), ["scenario"]).set_index("scenario")["mean"]
    months = sorted(int(month) for month in defects["month"].unique())
    rows = []
    for scenario in comparison.scenarios:
        numbers = [
            [fixed(float(means.get(month, nan)), 3) for month in months]
            for means in (_means_by_month(frame, scenario) for frame in (defects, late))
        ]
        rows.append((label_of(scenario), numbers[0], numbers[1], fixed(float(realised.get(scenario.name, nan)), 3)))
    return [date(comparison.baseline.time, month, is_short=True) for month in months], rows


def _means_by_month(frame: pd.DataFrame, scenario: Scenario) -> pd.Series[float]:
    return frame[frame["scenario"] == scenario.name].groupby("month")["value"].mean()
