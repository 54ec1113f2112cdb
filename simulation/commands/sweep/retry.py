"""``tierwise sweep retry``: try the runs again that failed, and make those that are missing."""

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

__all__ = ["register", "retry"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(retry)


def retry(
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep.")],
    workers: WorkersOption = None,
    on: OnOption = On.processes,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try the runs of a folder again that failed, and make those that are missing."""
    from simulation.experiments.sweeps import resume

    carry_out(
        partial(resume, folder, has_failed_again=True),
        folder,
        workers=workers,
        on=on,
        scheduler=scheduler,
        cluster=cluster,
        as_json=as_json,
    )
