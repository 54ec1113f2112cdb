"""Where something happens in a sweep, as `tierwise discover` has found it: boxes and rules, read from its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.experiments.sweeps.results import SweepResults
from simulation.report.beside import drawing, read_csv, sentences_of
from simulation.report.choosing import percent
from simulation.report.sweep_tables import factor_label
from simulation.texts import language_now, say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Discovery", "Region", "discovered"]

_ASKED = re.compile(r"^'(.+)' holds at")


@dataclass(frozen=True)
class Region:
    """A box or a leaf: its rule in words, how many of the cases it holds, and how many of its points are cases."""

    number: int
    rules: list[str]
    coverage: str
    density: str


@dataclass(frozen=True)
class Discovery:
    """One question and what was found."""

    condition: str
    regions: list[Region]
    source: str
    file: str
    remarks: list[str]


def discovered(results: SweepResults) -> list[Discovery]:
    """Return what was found in ``discovery`` inside of the sweep's folder."""
    folder = results.folder / "discovery"
    labels = {factor.name: factor_label(factor) for factor in results.sample(results.study.outcomes[0].name).factors}
    found = []
    for path in sorted(folder.glob("*.csv")):
        if path.stem.endswith("_trajectory"):
            continue
        table = read_csv(path)
        if "density" not in table or not {"box", "leaf"} & set(table):
            continue
        found.append(_discovery(path, table, labels))
    return found


def _discovery(path: Path, table: pd.DataFrame, labels: dict[str, str]) -> Discovery:
    remarks = sentences_of(path.with_suffix(".txt"))
    asked = _ASKED.match(remarks[0]) if remarks else None
    picture = path.with_name(f"{path.stem}_box_1.svg") if "box" in table else path.with_suffix(".svg")
    return Discovery(
        condition=asked[1] if asked else path.stem,
        regions=_boxes(table, labels) if "box" in table else _leaves(table),
        source=drawing(picture),
        file=f"discovery/{path.name}",
        remarks=remarks if language_now().code == "en" else [],
    )


def _boxes(table: pd.DataFrame, labels: dict[str, str]) -> list[Region]:
    regions = []
    for _, part in table.groupby("box", sort=True):
        rows: list[dict[Any, Any]] = part.to_dict("records")
        rules = [_rule(row, labels) for row in rows]
        regions.append(Region(int(rows[0]["box"]), rules, percent(rows[0]["coverage"]), percent(rows[0]["density"])))
    return regions


def _rule(row: dict[Any, Any], labels: dict[str, str]) -> str:
    factor = labels.get(str(row["factor"]), str(row["factor"]))
    low, high = (float(row[name]) if row[name] == row[name] else float("nan") for name in ("low", "high"))
    if isfinite(low) and isfinite(high):
        return say("found.between", factor=factor, low=f"{low:.3g}", high=f"{high:.3g}")
    if isfinite(low):
        return say("found.at_least", factor=factor, low=f"{low:.3g}")
    if isfinite(high):
        return say("found.at_most", factor=factor, high=f"{high:.3g}")
    return say("found.among", factor=factor, levels=str(row["levels"]))


def _leaves(table: pd.DataFrame) -> list[Region]:
    return [
        Region(int(row["leaf"]), [str(row["rule"])], percent(row["coverage"]), percent(row["density"]))
        for row in table.to_dict("records")
    ]
