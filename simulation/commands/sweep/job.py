"""``tierwise sweep job``: what a batch system would be given for the workers of a sweep."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["job", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(job)


def job(
    cluster: Annotated[str, typer.Argument(help="Cluster file, or name of a shipped one, such as tierwise:slurm.")],
) -> None:
    """Print the script of each job that a cluster file asks a batch system for; nothing is submitted.

    The address of the scheduler and the name of the worker in it are filled in when a sweep is run.
    """
    from simulation.experiments.executors.batch_system import job_script

    typer.echo(job_script(cluster), nl=False)
