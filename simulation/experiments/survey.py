"""What surveys and statistics say, for drawing beside the model."""

from __future__ import annotations

import csv
from functools import cache
from math import nan
from typing import NamedTuple

from simulation.scenario.shipped import shipped_folder

__all__ = ["SURVEY_START", "SurveyPoint", "survey_points"]

SURVEY_START = 2023
"""Year whose January is month 0 of the files in ``targets/``, whatever year a scenario starts in."""


class SurveyPoint(NamedTuple):
    """One row of ``targets/survey.csv``.

    Attributes
    ----------
    id, label, short, measure, group, unit, source : str
        ``short`` is the word beside the point.
    month : int
        Months since January 2023.
    value, low, high, standard_error : float
        Shares (1 = 100 %); NaN where the source gives none.
    status : str
        ``measured``, ``assumed`` or ``goal``.
    """

    id: str
    label: str
    short: str
    measure: str
    group: str
    month: int
    value: float
    low: float
    high: float
    unit: str
    standard_error: float
    source: str
    status: str


@cache
def survey_points() -> tuple[SurveyPoint, ...]:
    """Return the shipped survey points."""

    def number(text: str) -> float:
        return float(text) if text else nan

    with (shipped_folder() / "targets" / "survey.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            SurveyPoint(
                id=row["id"],
                label=row["label"],
                short=row["short"],
                measure=row["measure"],
                group=row["group"],
                month=int(row["month"]),
                value=number(row["value"]),
                low=number(row["low"]),
                high=number(row["high"]),
                unit=row["unit"],
                standard_error=number(row["standard_error"]),
                source=row["source"],
                status=row["status"],
            )
            for row in csv.DictReader(file)
        )
