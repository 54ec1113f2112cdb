"""What sensitivity analyses beside a sweep have found, read from their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.experiments.sweeps.results import SweepResults
from simulation.experiments.words import slug
from simulation.report.beside import drawing, read_csv, sentences_of
from simulation.report.tables import label_of
from simulation.texts import language_now, say, word
from simulation.texts.numbers import fixed, interval, places

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.outcomes import Outcome

__all__ = ["Mover", "Moving", "moving"]

_METHODS = {"mu_star": "morris", "total": "sobol", "distance": "pawn", "range": "oat"}
"""What the index is called in the table, and the method that it is of."""

_MOST = 8


@dataclass(frozen=True)
class Mover:
    """A factor with its index."""

    label: str
    name: str
    value: str
    low: str
    high: str
    interval: str


@dataclass(frozen=True)
class Moving:
    """A sensitivity analysis of an outcome."""

    outcome: str
    title: str
    scenario: str
    index: str
    caption: str
    movers: list[Mover]
    more: str
    source: str
    file: str
    remarks: list[str]


def moving(results: SweepResults) -> list[Moving]:
    """Return the analyses found in ``sensitivity`` inside of the sweep's folder, in the order of its outcomes."""
    folder = results.folder / "sensitivity"
    return [
        found
        for outcome, scenario, is_difference, path in _asked(results, folder)
        if (found := _read(results, outcome, scenario, path, is_difference=is_difference)) is not None
    ]


def _asked(results: SweepResults, folder: Path) -> Iterator[tuple[Outcome, str, bool, Path]]:
    """Yield what may have been asked and was: outcome, scenario, whether of its difference, and the table."""
    for outcome in results.study.outcomes:
        for scenario in results.study.scenarios:
            for is_difference in (False, True):
                ending = "_difference" if is_difference else ""
                path = folder / f"{slug(f'{outcome.name}_{scenario.name}' + ending)}.csv"
                if path.is_file():
                    yield outcome, scenario.name, is_difference, path


def _read(results: SweepResults, outcome: Outcome, scenario: str, path: Path, *, is_difference: bool) -> Moving | None:
    table = read_csv(path)
    column = next((name for name in _METHODS if name in table and f"{name}_low" in table), None)
    if column is None or "factor" not in table:
        return None
    method = _METHODS[column]
    labels = {one.name: label_of(one) for one in results.study.scenarios}
    told = labels[scenario]
    if is_difference:
        told += say("found.difference", baseline=label_of(results.study.scenarios[0]))
    table = table.sort_values(column, ascending=False, kind="stable")
    file = f"sensitivity/{path.name}"
    is_cut = len(table) > _MOST
    return Moving(
        outcome=outcome.name,
        title=say("found.figure", outcome=word(outcome.label), scenario=told),
        scenario=told,
        index=say(f"found.index_{method}"),
        caption=say(
            "found.sensitivity_caption",
            outcome=word(outcome.label),
            scenario=told,
            method=say(f"found.method_{method}", unit=word(outcome.unit)),
        ),
        movers=_movers(table.head(_MOST), column),
        more=say("found.more", n=_MOST, total=len(table), file=file) if is_cut else say("found.all", file=file),
        source=drawing(path.with_suffix(".svg")),
        file=file,
        remarks=sentences_of(path.with_suffix(".txt")) if language_now().code == "en" else [],
    )


def _movers(table: pd.DataFrame, column: str) -> list[Mover]:
    movers = []
    for row in table.to_dict("records"):
        low, high = row[f"{column}_low"], row[f"{column}_high"]
        decimals = places([0.5 * (high - low)], [row[column]], most=4)
        one = Mover(
            label=_label(str(row["label"])),
            name=str(row["factor"]),
            value=fixed(row[column], decimals),
            low=fixed(low, decimals),
            high=fixed(high, decimals),
            interval=interval(low, high, decimals),
        )
        movers.append(one)
    return movers


def _label(english: str) -> str:
    """Return the label of a factor or of a group, "defects (4 factors)"."""
    name, opening, rest = english.partition(" (")
    if opening and rest.endswith(" factors)"):
        return word("{name} ({n} factors)", name=word(name), n=rest.removesuffix(" factors)"))
    return word(english)
