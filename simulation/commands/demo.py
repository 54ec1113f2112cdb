"""``tierwise demo``: the main job on the shipped scenarios, from files to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation, compare_and_report, show
from simulation.commands.headline import headline
from simulation.commands.output import JsonOption

__all__ = ["SCENARIOS", "demo", "register"]

SCENARIOS = ("baseline", "cash_subsidy", "capability", "balanced", "trickle_down", "zero_influence")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/demo"),
    reps: Annotated[int, typer.Option(min=2, help="Number of seeds.")] = 12,
    as_json: JsonOption = False,
) -> None:
    """Compare the shipped policies at equal public money and write a report."""
    from simulation.scenario.reading import load

    if not as_json:
        typer.echo("Which use of a given public budget closes the gap between large firms and their suppliers?")
    announce_compilation(as_json)
    # Strengths are solved on the very seeds that are compared, so that all policies spend the same here.
    scenarios = [load(f"tierwise:{name}", [f"budget.seeds={reps}"]) for name in SCENARIOS]
    comparison, report = compare_and_report(scenarios, range(1, reps + 1), output, is_quiet=as_json)
    if as_json:
        show(comparison, report, as_json)
        return
    typer.echo("")
    headline(comparison)
    typer.echo(f"\nReport: {report.resolve()}")
