"""Targets of calibration: what a survey or a statistic says, beside which the model's value is put."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from simulation.errors import InputError, Problem
from simulation.measures import Record, all_measures, labels
from simulation.measures.measure import log_odds, pooled_label
from simulation.state import Float, Groups

__all__ = ["Target", "read_targets", "target_value"]

Kind = Literal["level", "growth", "movement"]
_NUMBERS = ("value", "low", "high", "weight")
_ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_COLUMNS = (
    "id", "label", "kind", "measure", "group", "month", "month_to", *_NUMBERS[:3], "unit", "is_fitted", "weight",
    "source",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One number that the model should reproduce.

    Attributes
    ----------
    id, label, unit, source : str
    kind : {"level", "growth", "movement"}
        The measure in a month; the yearly rise of its log-odds between two months; or the distance between its
        largest and smallest value from one month to another.
    measure, group : str
        Line of the series; "sme" and "large" stand for all such sizes, "capital" and "elsewhere" for all such
        regions, where no class has that name.
    month, month_to : int
        Month, or first and last month.
    value, low, high : float
        What the source says, and the range that counts as met.
    is_fitted : bool
        Whether calibration moves parameters for it; otherwise it is a check.
    weight : float
        What a distance of 1 counts in the fit.
    """

    id: str
    label: str
    kind: Kind
    measure: str
    group: str
    month: int
    month_to: int
    value: float
    low: float
    high: float
    unit: str
    is_fitted: bool
    weight: float
    source: str


def target_value(target: Target, record: Record) -> float:
    """Return the model's value of a target in one run; NaN where the measure is not defined."""
    measure = all_measures()[target.measure]
    group = pooled_label(record.groups, target.group)
    series: Float = measure.of(record, labels(record.groups, measure.scope)[group])
    first, last = series[target.month], series[target.month_to]
    if target.kind == "level":
        return float(first)
    if target.kind == "movement":
        span = series[target.month : target.month_to + 1]
        return float(span.max() - span.min())
    ceiling = record.ceiling if target.measure.startswith("user_") else 1.0
    rise = log_odds(np.array([last]), ceiling) - log_odds(np.array([first]), ceiling)
    return float(rise[0]) * 12.0 / (target.month_to - target.month)


def read_targets(path: str | Path, groups: Groups, months: int) -> tuple[Target, ...]:
    """Read targets from a CSV file.

    Raises
    ------
    InputError
        Everything that is wrong with the file, each with its line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(Problem(f"the targets cannot be read: {reason}", str(path))) from error
    found: dict[str, Target] = {}
    problems: list[Problem] = []
    reader = csv.DictReader(StringIO(text, newline=""))
    try:
        _check_header(reader.fieldnames, path)
        for row in reader:
            try:
                target = _target(row, groups, months)
                if target.id in found:
                    raise ValueError(f"the id {target.id!r} stands in an earlier line too")
                found[target.id] = target
            except ValueError as error:
                problems.append(Problem(str(error), f"{path}:{reader.line_num}"))
    except csv.Error as error:
        problems.append(Problem(f"this is not a line of a CSV file: {error}", f"{path}:{reader.line_num}"))
    if not found and not problems:
        problems.append(Problem("there are no targets in the file", str(path)))
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _check_header(names: Sequence[str] | None, path: str | Path) -> None:
    if missing := [name for name in _COLUMNS if name not in (names or ())]:
        raise InputError(Problem(f"the column {missing[0]!r} is missing; columns are {', '.join(_COLUMNS)}", str(path)))


def _target(row: dict[str, str], groups: Groups, months: int) -> Target:
    """Return the target of a row; ValueError with a sentence where it makes none."""
    if any(row[name] is None for name in _COLUMNS):
        raise ValueError("the line has fewer cells than the header")
    if None in row:
        raise ValueError("the line has more cells than the header; text with commas needs quotation marks")
    if not row["id"]:
        raise ValueError("the target has no id")
    if row["kind"] not in get_args(Kind):
        raise ValueError(f"the kind {row['kind']!r} is not one of {', '.join(get_args(Kind))}")
    measure = all_measures().get(row["measure"])
    if measure is None:
        raise ValueError(f"there is no measure {row['measure']!r}")
    known = labels(groups, measure.scope)
    if pooled_label(groups, row["group"]) not in known:
        raise ValueError(f"{row['measure']} has no group {row['group']!r}; it has {', '.join(known)}")
    try:
        month = int(row["month"])
        month_to = int(row["month_to"] or month)
        numbers = {name: float(row[name]) for name in _NUMBERS}
    except ValueError as error:
        raise ValueError(f"a month or number cannot be read: {error}") from error
    if not 0 <= month <= month_to < months or (row["kind"] != "level" and month == month_to):
        raise ValueError(f"months {month} to {month_to} do not fit into the {months} months of the scenario")
    if not all(np.isfinite(list(numbers.values()))) or not numbers["low"] <= numbers["value"] <= numbers["high"]:
        raise ValueError("value must be finite and lie between low and high")
    if numbers["weight"] < 0.0:
        raise ValueError(f"the weight {numbers['weight']:g} is negative")
    fitted = row["is_fitted"].strip().lower()
    if fitted not in _ANSWERS:
        raise ValueError(f"is_fitted is {row['is_fitted']!r}; write yes or no")
    return Target(
        id=row["id"],
        label=row["label"],
        kind=row["kind"],  # type: ignore[arg-type]
        measure=row["measure"],
        group=row["group"],
        month=month,
        month_to=month_to,
        unit=row["unit"],
        is_fitted=_ANSWERS[fitted],
        source=row["source"],
        **numbers,
    )
