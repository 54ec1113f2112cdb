"""Which policy does well whatever comes, as `tierwise robust` has found it, read from its tables."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from simulation.experiments.sweeps.results import SweepResults
from simulation.experiments.words import slug
from simulation.report.beside import drawing, read_csv, sentences_of
from simulation.report.choosing import percent
from simulation.report.tables import label_of
from simulation.texts import language_now, say, word
from simulation.texts.numbers import MISSING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Robust", "robust"]


@dataclass(frozen=True)
class Robust:
    """The ranks of scenarios by every measure.

    Attributes
    ----------
    outcome, caption : str
    scenarios : list of str
        Labels, the columns.
    rows : list
        Of each measure its name, and by scenario (rank, probability of being the best, is it the first).
    firsts : dict
        By scenario in how many measures it is the best, the most first.
    source, file : str
    remarks : list of str
    """

    outcome: str
    caption: str
    scenarios: list[str]
    rows: list[tuple[str, list[tuple[str, str, bool]]]]
    firsts: dict[str, int]
    source: str
    file: str
    remarks: list[str]


def robust(results: SweepResults) -> list[Robust]:
    """Return the analyses found in ``robustness`` inside of the sweep's folder, in the order of its outcomes."""
    folder = results.folder / "robustness"
    labels = {scenario.name: label_of(scenario) for scenario in results.study.scenarios}
    baseline = label_of(results.study.scenarios[0])
    found = []
    for outcome in results.study.outcomes:
        for is_difference in (False, True):
            path = folder / f"{slug(outcome.name + ('_difference' if is_difference else ''))}.csv"
            if not path.is_file():
                continue
            table = read_csv(path)
            if not {"metric", "scenario", "rank", "probability_best"} <= set(table):
                continue
            told = say("found.difference", baseline=baseline) if is_difference else ""
            found.append(
                Robust(
                    outcome=outcome.name,
                    caption=say("found.robustness_caption", outcome=word(outcome.label), difference=told),
                    scenarios=[labels.get(str(name), str(name)) for name in dict.fromkeys(table["scenario"])],
                    rows=_rows(table),
                    firsts=_firsts(table, labels),
                    source=drawing(path.with_suffix(".svg")),
                    file=f"robustness/{path.name}",
                    remarks=sentences_of(path.with_suffix(".txt")) if language_now().code == "en" else [],
                )
            )
    return found


def _rows(table: pd.DataFrame) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    rows = []
    for _, part in table.groupby("metric", sort=False):
        if not part["rank"].notna().any():
            continue
        cells = [
            (f"{rank:.2g}" if isfinite(rank) else MISSING, percent(probability), rank == 1.0)
            for rank, probability in zip(part["rank"], part["probability_best"], strict=True)
        ]
        rows.append((word(str(part["label"].iloc[0])), cells))
    return rows


def _firsts(table: pd.DataFrame, labels: dict[str, str]) -> dict[str, int]:
    counted = table[table["rank"] == 1.0]["scenario"].value_counts()
    return {labels.get(str(name), str(name)): int(count) for name, count in counted.items()}
