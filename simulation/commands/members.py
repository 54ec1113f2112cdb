"""What a comparison over an ensemble says, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from simulation.commands.output import table

if TYPE_CHECKING:
    from simulation.experiments.comparison import Comparison

__all__ = ["show_members"]


def show_members(comparison: Comparison) -> None:
    """Print how differences spread over the members of an ensemble; nothing where none was run."""
    from simulation.texts.numbers import fixed, places, signed

    found = comparison.ensemble()
    if found.empty:
        return
    rows = []
    for _, part in found.groupby("outcome", sort=False):
        shown = places((0.5 * (part["high"] - part["low"])).tolist(), part["mean"].tolist())
        for row in part.to_dict("records"):
            between = f"{signed(row['low'], shown)} to {signed(row['high'], shown)}"
            error = fixed(row["seed_error"], shown) if row["seed_error"] == row["seed_error"] else "-"
            cells = [f"{row['label']} ({row['unit']})", row["scenario"], signed(row["mean"], shown), between, error]
            rows.append([cell.replace("\u2212", "-").replace("\u2013", "-") for cell in cells])
    typer.echo("")
    table(["over the ensemble", "scenario", "mean", "95 % of members", "seed error"], rows)
    count, name = int(found["members"].max()), comparison.baseline.name
    typer.echo(
        f"Mean differences from {name} in {count} calibrated sets of parameters, and between what 95 % of them lie; "
        "seed error: standard error that the seeds of a member leave in its mean."
    )
