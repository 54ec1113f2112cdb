"""The table of a report about who gains: a block per outcome, a row per scenario, a column per group of firms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.experiments.comparison import Comparison
from simulation.figures.summaries import group_heading
from simulation.report.tables import decimals_of, label_of
from simulation.report.view import is_clear
from simulation.texts import say, word
from simulation.texts.numbers import difference_unit, interval, level, signed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gain", "GainBlock", "gain_blocks"]


@dataclass(frozen=True)
class Gain:
    """A difference for a group."""

    difference: str
    interval: str
    is_clear: bool


@dataclass(frozen=True)
class GainBlock:
    """An outcome with its rows, and the baseline's level for each group."""

    label: str
    unit: str
    direction: str
    levels: list[str]
    rows: list[tuple[str, list[Gain]]]


def gain_blocks(table: pd.DataFrame, comparison: Comparison) -> tuple[list[str], list[GainBlock]]:
    """Return the names of the groups, and a block per outcome of `gains`; nothing where there is one scenario."""
    if table.empty:
        return [], []
    names = {scenario.name: label_of(scenario) for scenario in comparison.scenarios}
    blocks = []
    for _, part in table.groupby("outcome", sort=False):
        first, levels = part.iloc[0], part.drop_duplicates(["kind", "group"])["mean_baseline"]
        rows = []
        for scenario, own in part.groupby("scenario", sort=False):
            cells = [_cell(row) for row in own.to_dict("records")]
            rows.append((names[str(scenario)], cells))
        blocks.append(
            GainBlock(
                label=word(first["label"]),
                unit=difference_unit(first["unit"]),
                direction=say("sure.lower" if first["is_lower_better"] else "sure.higher"),
                levels=[level(value) for value in levels],
                rows=rows,
            )
        )
    groups = table.drop_duplicates(["kind", "group"])["group"]
    return [group_heading(group) for group in groups], blocks


def _cell(row: Mapping[Any, Any]) -> Gain:
    clear, decimals = is_clear(row["low"], row["high"]), decimals_of(row)
    return Gain(signed(row["difference"], decimals, is_clear=clear), interval(row["low"], row["high"], decimals), clear)
