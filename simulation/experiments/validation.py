"""Validation: what the baseline says about facts that nobody fitted, with a verdict on each."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.experiments.facts import FACTS, History, Snapshot, needs_snapshot
from simulation.measures import Record
from simulation.runs import check_seed
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.state import Float
from simulation.world.build import build

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fact", "judge", "observe", "read_facts", "validation_table"]

Relation = Literal["independent", "related", "other concept"]
_SURE = 2.0
"""Standard errors by which a mean must lie inside or outside the range before it is judged."""

_MANY = 100.0
"""From here on a distance is written without decimals."""


@dataclass(frozen=True)
class Fact:
    """One row of ``targets/validation.csv``.

    Attributes
    ----------
    id, label, unit, source : str
    quantity, group : str
        A name of `facts.FACTS` and the firms that it is about.
    month, month_to : int
        Month, or first and last month.
    value, low, high : float
        What the source says, and the range that counts as agreement.
    relation : {"independent", "related", "other concept"}
        Whether the source had no part in choosing parameters; whether it, or its like, set a default or a fitted
        target; or whether it counts something that the model does not have, so that nothing can be judged.
    comment : str
        How the value compares and why it may differ.
    """

    id: str
    label: str
    quantity: str
    group: str
    month: int
    month_to: int
    value: float
    low: float
    high: float
    unit: str
    relation: Relation
    source: str
    comment: str


def read_facts(path: Path | None = None) -> tuple[Fact, ...]:
    """Return the shipped facts for validation, or those of another file of the same columns.

    Raises
    ------
    ValueError
        A row whose quantity or relation is unknown, or whose value is outside its range.
    """
    file = path or shipped_folder() / "targets" / "validation.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(_fact(row) for row in csv.DictReader(lines))


def _fact(row: dict[str, str]) -> Fact:
    month = int(row["month"])
    numbers = {"month": month, "month_to": int(row["month_to"] or month)}
    numbers |= {name: float(row[name]) for name in ("value", "low", "high")}  # type: ignore[misc]
    fact = Fact(**{field.name: row[field.name] for field in fields(Fact)} | numbers)  # type: ignore[arg-type]
    if fact.quantity not in FACTS or fact.relation not in get_args(Relation):
        message = f"{fact.id}: unknown quantity {fact.quantity!r} or relation {fact.relation!r}"
        raise ValueError(message)
    if not fact.low <= fact.value <= fact.high or not 0 <= fact.month <= fact.month_to:
        message = f"{fact.id}: value or months are out of order"
        raise ValueError(message)
    return fact


def observe(
    scenario: Scenario, facts: Sequence[Fact], seeds: Sequence[int], on_run: Callable[[int], None] | None = None
) -> Float:
    """Return (seeds, facts) the model's values, without any policy; NaN where a run does not define one."""
    for seed in seeds:
        check_seed(seed)
    last = max(fact.month_to for fact in facts)
    wanted = {month for fact in facts if needs_snapshot(fact.quantity) for month in (fact.month, fact.month_to)}

    def one(seed: int) -> list[float]:
        engine = CompiledEngine(build(scenario, seed), scenario, seed, levers={})
        seen: dict[int, Snapshot] = {}
        for month in sorted(wanted | {last}):
            engine.advance(month + 1 - engine.month)
            seen[month] = Snapshot.of(engine)
        record = Record(engine.world.groups, engine.tallies, engine.awards, scenario.use.ceiling)
        history = History(engine.world, scenario, record, seen)
        values = [FACTS[fact.quantity](history, fact.group, fact.month, fact.month_to) for fact in facts]
        if on_run:
            on_run(1)
        return values

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.array(list(pool.map(one, seeds)))


def judge(fact: Fact, mean: float, error: float) -> str:
    """Return the verdict: "agrees", "misses by ..." or "cannot be judged".

    It cannot be judged where the source counts something else, where the model has no value, and where the mean lies
    within two standard errors of a limit of the range. A miss is the distance to the nearer limit.
    """
    gap = max(fact.low - mean, mean - fact.high)
    if fact.relation == "other concept" or not np.isfinite([mean, error]).all() or abs(gap) <= _SURE * error:
        return "cannot be judged"
    return "agrees" if gap < 0.0 else f"misses by {gap:,.0f}" if gap >= _MANY else f"misses by {gap:.2g}"


def validation_table(facts: Sequence[Fact], model: Float) -> pd.DataFrame:
    """Return a row per fact: the source's value and range, the model's mean over seeds, its standard error, verdict."""
    import pandas as pd

    mean = model.mean(axis=0)
    error = model.std(axis=0, ddof=1) / np.sqrt(len(model))
    rows = [
        {
            **{field.name: getattr(fact, field.name) for field in fields(Fact)},
            "model": float(mean[number]),
            "standard_error": float(error[number]),
            "verdict": judge(fact, float(mean[number]), float(error[number])),
        }
        for number, fact in enumerate(facts)
    ]
    return pd.DataFrame(rows)
