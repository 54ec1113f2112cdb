"""``tierwise sweep plan``: what a sweep will run and take, without running it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.compare import announce_compilation
from simulation.commands.output import JsonOption, duration, emit_json, progress, table
from simulation.commands.sweep.working import WorkersOption

__all__ = ["plan", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(
    sweep: Annotated[str, typer.Argument(help="Sweep file, or name of a shipped sweep.")],
    workers: WorkersOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of results: what it holds already is taken off.")
    ] = None,
    is_timed: Annotated[
        bool, typer.Option("--time/--no-time", help="Time the runs of two points on this machine, keeping nothing.")
    ] = True,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the points, the number of runs, and the time and disk that they will take; nothing is run for good."""
    from simulation.experiments.executors import processors
    from simulation.experiments.sweeps import load_sweep, open_sweep
    from simulation.experiments.sweeps.measuring import estimate

    study = load_sweep(sweep, sets or [])
    there = open_sweep(output).status() if output is not None and (output / "manifest.json").exists() else None
    left = study.runs - (there.done + there.failed if there else 0)
    count = workers or processors()
    found = None
    if is_timed:
        announce_compilation(as_json)
        with progress(2, "Timing two points", as_json) as advance:
            found = estimate(study, advance)
    content = {
        "name": study.sweep.name,
        "design": study.sweep.design,
        "points": len(study.numbers),
        "left_out": study.left_out,
        "replications": study.sweep.replications,
        "scenarios": [scenario.name for scenario in study.scenarios],
        "outcomes": [outcome.name for outcome in study.outcomes],
        "runs": study.runs,
        "left": left,
        "workers": count,
        "seconds_per_run": found.seconds_per_run if found else None,
        "seconds": found.seconds_per_run * left / count if found else None,
        "bytes": found.size(left, count) if found else None,
    }
    if as_json:
        emit_json(content)
        return
    rows = [
        [
            factor.name,
            ", ".join(map(str, factor.levels)) if factor.levels and len(factor.levels) <= 8
            else f"{len(factor.levels)} levels" if factor.levels
            else f"{factor.low:g} to {factor.high:g}" + (" (log)" if factor.is_logarithmic else ""),
            factor.unit,
            factor.label,
        ]
        for factor in study.factors
    ]  # fmt: skip
    table(["factor", "values", "unit", "what it is"], rows)
    typer.echo("")
    points = f"{len(study.numbers):,} points ({study.sweep.design})"
    if study.left_out:
        points += f", {100 * study.left_out:.0f} % of the design left out by constraints"
    typer.echo(points)
    typer.echo(
        f"{len(study.numbers):,} points x {study.sweep.replications:,} seeds x {len(study.scenarios)} scenarios "
        f"({', '.join(scenario.name for scenario in study.scenarios)}) = {study.runs:,} runs"
    )
    if left != study.runs:
        typer.echo(f"{output} holds {study.runs - left:,} of them; {left:,} are left")
    if found:
        typer.echo(
            f"about {found.seconds_per_run:.2g} s a run here: {duration(found.seconds_per_run * left / count)} on "
            f"{count} workers, {_size(found.size(left, count))} on disk"
        )


def _size(count: float) -> str:
    return f"{count / 1e3:,.0f} kB" if count < 1e6 else f"{count / 1e6:,.1f} MB"
