"""What the commands that run a sweep share: who works, progress with failures, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.compare import announce_compilation
from simulation.commands.output import Advance, emit_json, progress

if TYPE_CHECKING:
    from simulation.experiments.sweeps import SweepResults
    from simulation.experiments.sweeps.running import Progress

__all__ = ["ClusterOption", "On", "OnOption", "SchedulerOption", "WorkersOption", "carry_out", "tell"]


class On(StrEnum):
    """Who does the work."""

    processes = "processes"
    dask = "dask"
    serial = "serial"


WorkersOption = Annotated[int | None, typer.Option(min=1, help="Workers; by default one per processor.")]
OnOption = Annotated[On, typer.Option("--on", help="Processes of this machine, Dask, or no workers at all.")]
SchedulerOption = Annotated[
    str | None, typer.Option(help="Address of a running Dask scheduler, such as tcp://10.0.0.1:8786.")
]
ClusterOption = Annotated[
    Path | None, typer.Option(help="File that says how a batch system (Slurm, PBS, ...) is asked for workers.")
]

_MOST_ERRORS = 5


def carry_out(
    start: Callable[..., SweepResults],
    folder: Path,
    *,
    workers: int | None,
    on: On,
    scheduler: str | None,
    cluster: Path | None,
    as_json: bool,
) -> None:
    """Run what is missing with progress, and say how it ended; exit code 1 where runs failed.

    ``start`` is called with the options of `run_sweep`.
    """
    announce_compilation(as_json)
    chosen = On.dask if scheduler or cluster else on
    shown = _Shown(as_json)
    try:
        results = start(
            workers=workers,
            on=chosen.value,
            scheduler=scheduler,
            cluster=str(cluster) if cluster else None,
            on_progress=shown,
        )
    except KeyboardInterrupt:
        if (folder / "manifest.json").exists():
            typer.echo(f"What was finished is kept: tierwise sweep status {folder} says how much.", err=True)
        raise
    finally:
        shown.close()
    tell(results, as_json)
    if results.status().failed:
        raise typer.Exit(1)


class _Shown:
    """Progress of a sweep as a bar or as lines, with the failures so far."""

    def __init__(self, is_quiet: bool) -> None:
        self.is_quiet = is_quiet
        self.stack = ExitStack()
        self.advance: Advance | None = None
        self.done = 0
        self.failed = 0
        self.workers: int | None = None

    def __call__(self, now: Progress) -> None:
        if self.advance is None:
            self.advance = self.stack.enter_context(progress(now.total, "Running, runs", self.is_quiet))
        self.advance(now.done - self.done)
        self.done = now.done
        if now.failed > self.failed and not self.is_quiet:
            typer.echo(f"{now.failed:,} runs have failed so far; the others go on.", err=True)
        self.failed = now.failed
        if now.workers == 0 and self.workers != 0 and not self.is_quiet:
            typer.echo("No worker is there; waiting for one.", err=True)
        self.workers = now.workers

    def close(self) -> None:
        """End the bar."""
        self.stack.close()


def tell(results: SweepResults, as_json: bool) -> None:
    """Say how far a sweep is."""
    content = _content(results)
    if as_json:
        emit_json(content)
        return
    status = results.status()
    parts = [f"{status.done:,} of {status.total:,} runs done"]
    if status.failed:
        parts.append(f"{status.failed:,} failed")
    if status.left:
        parts.append(f"{status.left:,} left")
    if status.done:
        parts.append(f"{status.seconds:.2g} s a run")
    if status.is_running:
        parts.append("running now")
    typer.echo(f"{results.folder}: {', '.join(parts)}")
    for error, count in list(status.errors.items())[:_MOST_ERRORS]:
        typer.echo(f"  {count:,} x {error}")
    if status.failed:
        typer.echo(f"Try them again: tierwise sweep retry {results.folder}")
    if status.left and not status.is_running:
        typer.echo(f"The command that began it goes on, or: tierwise sweep retry {results.folder}")


def _content(results: SweepResults) -> dict[str, object]:
    """Return how far a sweep is, for machines."""
    status = results.status()
    return {
        "folder": str(results.folder),
        "total": status.total,
        "done": status.done,
        "failed": status.failed,
        "left": status.left,
        "seconds_per_run": status.seconds,
        "is_running": status.is_running,
        "errors": dict(status.errors),
    }
