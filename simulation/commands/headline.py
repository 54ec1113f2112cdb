"""What a comparison says on the screen: levels, differences, how precise they are, who is best."""

from __future__ import annotations

import math
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from simulation.commands.choosing import show_frontier, show_ranking
from simulation.commands.members import show_members
from simulation.commands.output import table

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.comparison import Comparison

__all__ = ["headline", "spending_lines"]

_LABEL = 38
"""Characters of a line of an outcome's label; more leave no room for the numbers."""
_WIDTH = 120
"""Characters of a line where there is no terminal that has a width."""
_ROUNDING = 1e-9
"""Half an interval over the difference below which it is rounding."""

_GAP = 2
"""Blanks between two columns of a table."""


def headline(comparison: Comparison) -> None:
    """Print the baseline's outcomes and what each policy changes, with 95 % intervals."""
    from simulation.experiments.frontier import frontier
    from simulation.experiments.ranking import ranking
    from simulation.report.choosing import common_draws_line, precision_lines
    from simulation.texts.numbers import level

    levels = comparison.levels()
    first = levels[levels["scenario"] == comparison.baseline.name]
    differences = comparison.differences()
    others = [scenario.name for scenario in comparison.scenarios[1:]]
    rows: list[list[str]] = []
    for row in first.to_dict("records"):
        label, *more = textwrap.wrap(f"{row['label']} ({row['unit']})", _LABEL)
        changes = _changes(differences[differences["outcome"] == row["outcome"]]) if others else []
        rows.append([label, _plain(level(row["mean"])), *changes])
        rows.extend([line, *[""] * (1 + len(others))] for line in more)
    columns = ["outcome", comparison.baseline.name, *others]
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    for number, block in enumerate(_blocks(widths, shutil.get_terminal_size((_WIDTH, 24)).columns)):
        if number > 0:
            typer.echo("")
        table([columns[column] for column in block], [[row[column] for column in block] for row in rows])
    seeds = len(comparison.seeds)
    if others:
        half = ", with half of their 95 % intervals" if seeds > 1 else ""
        typer.echo(
            f"{comparison.baseline.name}: mean over {_counted(seeds)}. Others: mean paired differences from it{half}."
        )
    else:
        typer.echo(f"Mean over {_counted(seeds)}.")
    for line in [common_draws_line(differences), *precision_lines(comparison.stopping)]:
        if line:
            typer.echo(line)
    for line in spending_lines(comparison.spending):
        typer.echo(line)
    show_members(comparison)
    show_ranking(ranking(comparison))
    show_frontier(frontier(comparison))


def _blocks(widths: Sequence[int], room: int) -> list[list[int]]:
    """Return which columns stand side by side: the first two in every block, of the others as many as there is room."""
    blocks = [[0, 1]]
    for column, width in enumerate(widths[2:], 2):
        if len(blocks[-1]) > 2 and sum(widths[other] + _GAP for other in blocks[-1]) + width > room:
            blocks.append([0, 1])
        blocks[-1].append(column)
    return blocks


def spending_lines(spending: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each scenario that does not spend the public money that it was given."""
    lines = []
    for name, spent in spending.items():
        if not spent["can_spend"]:
            whole, paid = sum(spent["target"].values()), sum(spent["spent"].values())
            lines.append(
                f"{name} misses its envelope by more than 1 %: it spends {paid:,.0f} of {whole:,.0f} million won "
                f"(mean of {_counted(len(spent['seeds']))}). Compare it with care."
            )
    return lines


def _counted(seeds: int) -> str:
    return f"{seeds} seed" if seeds == 1 else f"{seeds} seeds"


def _changes(part: pd.DataFrame) -> list[str]:
    """Return a cell per scenario of one outcome: the difference and half the width of its interval."""
    from simulation.texts.numbers import fixed, places, signed

    halves = (0.5 * (part["high"] - part["low"])).tolist()
    decimals = places(halves, part["difference"].tolist())
    cells = []
    for difference, half in zip(part["difference"].tolist(), halves, strict=True):
        shown = decimals
        if half < _ROUNDING * abs(difference):
            half = 0.0
        if half > 0.0 and not fixed(half, decimals).strip("0."):
            shown = min(9, 1 - math.floor(math.log10(half)))  # an interval that is not 0 is not shown as 0
        cell = signed(difference, shown, is_clear=abs(difference) > half)
        if half > 0.0:
            cell += f" ± {fixed(half, shown)}"
        cells.append(_plain(cell))
    return cells


def _plain(number: str) -> str:
    """Return a number with the minus sign of keyboards, so that it can be copied into a calculation."""
    return number.replace("\u2212", "-").replace("\u2013", "-")
