"""Table of a report about mandates: whom they covered, who did not follow, and what that cost them."""

from __future__ import annotations

from typing import NamedTuple

from simulation.experiments.comparison import Comparison
from simulation.figures.dates import date
from simulation.figures.summaries import rows_of
from simulation.policies.mandate import Mandate
from simulation.report.tables import label_of
from simulation.scenario.scenario import Scenario
from simulation.texts.numbers import fixed

__all__ = ["MandateLine", "mandate_lines"]


class MandateLine(NamedTuple):
    """A scenario with a mandate; numbers are means over runs, of the economy that the model's firms stand for.

    Attributes
    ----------
    scenario, month : str
        What it is called, and the last month of its mandates.
    covered, overdue, sales : str
        Firms covered and overdue in that month, and the sales of the overdue, million won a year.
    lost : str
        Links that overdue firms lost in all months.
    excluded, excluded_baseline : str
        Firms without sales in the last month of the run, here and in the baseline.
    """

    scenario: str
    month: str
    covered: str
    overdue: str
    sales: str
    lost: str
    excluded: str
    excluded_baseline: str


def mandate_lines(comparison: Comparison) -> list[MandateLine]:
    """Return a line for every scenario with a mandate."""
    found = []
    for scenario in comparison.scenarios:
        ends = [lever.last for lever in scenario.policy.values() if isinstance(lever, Mandate)]
        if not ends:
            continue
        end = min(max(ends), scenario.time.months - 1)
        last = scenario.time.months - 1
        found.append(
            MandateLine(
                scenario=label_of(scenario),
                month=date(scenario.time, end),
                covered=fixed(_mean(comparison, scenario, "covered", end, end), 1),
                overdue=fixed(_mean(comparison, scenario, "overdue", end, end), 1),
                sales=fixed(_mean(comparison, scenario, "overdue_sales", end, end), 0),
                lost=fixed(_mean(comparison, scenario, "lost_slots", 0, last), 1),
                excluded=fixed(_mean(comparison, scenario, "excluded", last, last), 1),
                excluded_baseline=fixed(_mean(comparison, comparison.baseline, "excluded", last, last), 1),
            )
        )
    return found


def _mean(comparison: Comparison, scenario: Scenario, measure: str, first: int, last: int) -> float:
    """Return the mean over runs of a measure of all firms, summed over some months."""
    rows = rows_of(comparison, measure)
    chosen = rows[(rows["group"] == "all") & (rows["scenario"] == scenario.name) & rows["month"].between(first, last)]
    return float(chosen.groupby("seed")["value"].sum().mean())
