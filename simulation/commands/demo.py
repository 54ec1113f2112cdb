"""``tierwise demo``: the main job on the shipped scenarios, from files to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation, headline, stages

__all__ = ["SCENARIOS", "demo", "register"]

SCENARIOS = ("baseline", "cash_subsidy", "capability", "balanced", "trickle_down", "zero_influence")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/demo"),
    reps: Annotated[int, typer.Option(min=2, help="Number of seeds.")] = 12,
) -> None:
    """Compare the shipped policies at equal public money and write a report."""
    from simulation.experiments.comparison import compare
    from simulation.report import write_report
    from simulation.scenario.reading import load

    typer.echo("Which use of a given public budget closes the gap between large firms and their suppliers?")
    announce_compilation(is_quiet=False)
    # Strengths are solved on the very seeds that are compared, so that all policies spend the same here.
    scenarios = [load(f"tierwise:{name}", [f"budget.seeds={reps}"]) for name in SCENARIOS]
    with stages(is_quiet=False) as tell:
        comparison = compare(scenarios, range(1, reps + 1), folder=output, on_progress=tell)
        tell("Writing the report", 0, 1)
        report = write_report(comparison, output / "report.html")
        tell("Writing the report", 1, 1)
    typer.echo("")
    headline(comparison)
    typer.echo(f"\nReport: {report.resolve()}")
