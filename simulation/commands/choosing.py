"""What a comparison says of choosing, for people: who is best in what, and what lies on the frontier."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from simulation.commands.output import table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["show_frontier", "show_ranking"]

_FEWEST = 3
"""Choices, the baseline among them, from which on it is told who is best: of two the differences say it already."""

_LABEL = 38
"""Characters of a line of a label."""


def show_ranking(found: pd.DataFrame) -> None:
    """Print by outcome who is best and who cannot be told from it; nothing of fewer than two policies."""
    if found.empty or found["scenario"].nunique() < _FEWEST:
        return
    has_members = bool(found["members"].max())
    rows: list[list[str]] = []
    for _, part in found.groupby("outcome", sort=False):
        records = part.to_dict("records")
        best = [row for row in records if row["rank"] == 1]
        near = [row["scenario"] for row in records if row["rank"] > 1 and not row["is_apart_from_best"]]
        is_same = len(best) == len(records)
        cells = [
            "all the same" if is_same else ", ".join(row["scenario"] for row in best),
            "-" if is_same else _chance(sum(row["probability_best"] for row in best)),
            ", ".join(near) or "-",
        ]
        if has_members:
            cells.append("-" if is_same else _chance(sum(row["members_best"] for row in best)))
        rows += _wrapped(f"{records[0]['label']}", [cells])
    typer.echo("")
    heads = ["best in", "scenario", "probability", "not separable from it", "members"]
    table(heads if has_members else heads[:-1], rows)
    line = (
        "Probability of being best: over resampled seeds. Not separable: by paired tests against the best, with Holm's "
        "correction, at 5 %."
    )
    typer.echo(f"{line} Members: share of the ensemble in which it is best." if has_members else line)


def show_frontier(found: pd.DataFrame) -> None:
    """Print by effect what lies on the cost-effectiveness frontier; nothing of fewer than two policies."""
    if found.empty or found["scenario"].nunique() < _FEWEST:
        return
    has_equal = bool(found["probability_equal_cost"].notna().any())
    rows: list[list[str]] = []
    for _, part in found.groupby("effect", sort=False):
        records = part.to_dict("records")
        on_it = [row for row in records if row["compared_with"]]
        on_it = on_it or [row for row in records if row["status"] == "frontier"][:1]
        cells = [
            [row["scenario"], _price(row), _chance(row["probability"])]
            + ([_chance(row["probability_equal_cost"])] if has_equal else [])
            for row in on_it
        ]
        rows += _wrapped(f"{records[0]['label']} ({records[0]['unit']})", cells)
    typer.echo("")
    heads = ["frontier of public money for", "scenario", "million won per unit more", "probability", "at equal cost"]
    table(heads if has_equal else heads[:-1], rows)
    typer.echo("On the frontier: what no other policy and no mixture beats; probability: over resampled seeds.")
    if has_equal:
        typer.echo("At equal cost: policies of one envelope at their mean cost; only the largest effect then stays.")


def _wrapped(label: str, cells: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return rows with a label that runs over as many lines as it needs."""
    lines = textwrap.wrap(label, _LABEL)
    count = max(len(lines), len(cells))
    lines += [""] * (count - len(lines))
    empty = [""] * len(cells[0])
    return [[line, *(cells[place] if place < len(cells) else empty)] for place, line in enumerate(lines)]


def _price(row: Mapping[Any, Any]) -> str:
    """Return the ICER of a row with its interval, or why there is none."""
    if not row["compared_with"]:
        return "nothing brings more than it"
    if not math.isfinite(row["icer"]):
        return str(row["remark"])
    return f"{row['icer']:,.4g} ({row['icer_low']:,.4g} to {row['icer_high']:,.4g}) over {row['compared_with']}"


def _chance(share: float) -> str:
    """Return a share in per cent with the signs of keyboards."""
    from simulation.report.choosing import percent

    return percent(share).replace("\u2013", "-")
