"""``tierwise sweep run``: make the runs of a sweep that a folder does not hold yet."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.output import JsonOption
from simulation.commands.sweep.working import (
    ClusterOption,
    On,
    OnOption,
    SchedulerOption,
    WorkersOption,
    carry_out,
)

__all__ = ["register", "run"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    sweep: Annotated[str, typer.Argument(help="Sweep file, or name of a shipped sweep.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")],
    workers: WorkersOption = None,
    on: OnOption = On.processes,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a sweep. The same command goes on after any interruption, here or on another machine.

    Ctrl-C ends it after the runs that are being made; nothing that was done is lost.
    """
    from simulation.experiments.sweeps import load_sweep, run_sweep

    study = load_sweep(sweep, sets or [])
    carry_out(
        partial(run_sweep, study, output),
        output,
        workers=workers,
        on=on,
        scheduler=scheduler,
        cluster=cluster,
        as_json=as_json,
    )
