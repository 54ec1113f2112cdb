"""``tierwise sweep extend``: more points or more seeds for a sweep that was run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.output import JsonOption
from simulation.commands.sweep.working import (
    ClusterOption,
    On,
    OnOption,
    SchedulerOption,
    WorkersOption,
    carry_out,
)

__all__ = ["extend", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(extend)


def extend(
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep.")],
    reps: Annotated[int | None, typer.Option(min=1, help="Seeds per point, all together.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Points, blocks or trajectories, all together.")] = None,
    workers: WorkersOption = None,
    on: OnOption = On.processes,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a sweep more seeds per point, or more points, and run what is missing; what is there stays."""
    from simulation.experiments.sweeps import extend as extend_sweep

    if reps is None and size is None:
        raise typer.BadParameter("say by what: --reps N, --size N or both")
    carry_out(
        partial(extend_sweep, folder, size=size, replications=reps),
        folder,
        workers=workers,
        on=on,
        scheduler=scheduler,
        cluster=cluster,
        as_json=as_json,
    )
