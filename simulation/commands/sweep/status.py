"""``tierwise sweep status``: how far a sweep is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.output import JsonOption
from simulation.commands.sweep.working import tell

__all__ = ["register", "status"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep.")],
    as_json: JsonOption = False,
) -> None:
    """Say how many runs of a sweep are done, failed and left, and why those failed that did."""
    from simulation.experiments.sweeps import open_sweep

    tell(open_sweep(folder), as_json)
