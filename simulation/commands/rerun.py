"""``tierwise rerun``: results made again, to prove that they are the same or to have them anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.compare import announce_compilation, stages
from simulation.commands.output import JsonOption, emit_json, table

if TYPE_CHECKING:
    from simulation.experiments.rerunning import Check
    from simulation.experiments.rerunning.checking import Difference

__all__ = ["register", "rerun"]

_SHOWN = 10
"""Runs that are named; --json names all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rerun)


def rerun(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, a comparison or a sweep.")],
    is_check: Annotated[
        bool, typer.Option("--check", help="Compare with what is stored; exit code 1 where anything differs.")
    ] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="New folder for the same experiment.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Check so many runs, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample.")] = 1,
    workers: Annotated[int | None, typer.Option(min=1, help="Workers; by default one per processor.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the runs of a folder again and prove that they are bit for bit the same, or say what differs."""
    from simulation.experiments.rerunning import check

    if is_check == (output is not None):
        raise typer.BadParameter("say which: --check compares with the folder, -o NEW makes all of it anew")
    if sample is not None and not is_check:
        raise typer.BadParameter("--sample belongs to --check")
    announce_compilation(as_json)
    if output is not None:
        _repeat(folder, output, workers, as_json)
        return
    with stages(as_json) as tell:
        found = check(
            folder,
            sample=sample,
            seed=seed,
            workers=workers,
            on_progress=lambda done, total: tell("Running again, runs", done, total),
        )
    if as_json:
        from dataclasses import asdict

        emit_json(asdict(found) | {"folder": str(found.folder), "is_identical": found.is_identical})
    else:
        _tell(found)
    if not found.is_identical:
        raise typer.Exit(1)


def _repeat(folder: Path, output: Path, workers: int | None, as_json: bool) -> None:
    from dataclasses import asdict

    from simulation.experiments.rerunning import repeat

    with stages(as_json) as tell:
        found = repeat(
            folder,
            output,
            workers=workers,
            on_progress=lambda done, total: tell("Running again, runs", done, total),
        )
    if as_json:
        emit_json(asdict(found) | {"folder": str(found.folder)})
    else:
        typer.echo(f"Saved to {found.folder}")
        same = f"{found.runs - len(found.different):,} of {found.runs:,} runs are bit for bit those of {folder}."
        typer.echo(f"{same} tierwise rerun {folder} --check says what differs." if found.different else same)
        for name in found.left_out:
            typer.echo(f"The {name} of {folder} is not made again.")
    if found.different:
        raise typer.Exit(1)


def _tell(found: Check) -> None:
    """Say what came of a check."""
    chosen = f"{found.again:,} of {found.runs - found.failed:,} runs, drawn at random," if (
        found.again < found.runs - found.failed
    ) else f"all {found.again:,} runs" if found.again > 1 else "the run"  # fmt: skip
    if found.differences:
        typer.echo(f"{found.folder}: {len(found.differences):,} of {found.again:,} runs made again differ.")
    elif found.again == 0:
        typer.echo(f"{found.folder}: there is no run to make again.")
    else:
        typer.echo(f"{found.folder}: {chosen} came out the same, bit for bit, with every stored number.")
    if found.failed:
        typer.echo(f"{found.failed:,} runs had failed and were left out.")
    for name in found.parts:
        typer.echo(f"parts/{name} does not hold what was written: it was changed or damaged.")
    _tell_differences(found)
    if found.changes:
        harmless = "" if found.differences else "; it changes no number here"
        typer.echo(f"What is not as it was when these results were made{harmless}:")
        table(["what", "then", "now"], [[one.name, _short(one.then), _short(one.now)] for one in found.changes])
    elif found.differences:
        typer.echo(
            "Model, versions, platform and data are as they were: the folder was changed, or memory or disk failed."
        )


def _tell_differences(found: Check) -> None:
    gaps = found.by_measure()
    if gaps:
        rows = [
            [name, f"{runs:,}", f"{gap.absolute:.3g}", f"{gap.relative:.3g}", gap.where] for name, runs, gap in gaps
        ]
        table(["differs", "runs", "largest difference", "relative", "where"], rows)
    for one in found.differences[:_SHOWN]:
        typer.echo(f"  {_named(one)}: {_how(one)}")
    if len(found.differences) > _SHOWN:
        typer.echo(f"  and {len(found.differences) - _SHOWN:,} more; --json names them all")


def _named(one: Difference) -> str:
    point = "" if one.point is None else f"point {one.point}, "
    return f"{point}{one.scenario}, seed {one.seed}"


def _how(one: Difference) -> str:
    if one.error:
        return f"cannot be made again: {one.error}"
    measures = f"{len(one.gaps)} measure{'s' if len(one.gaps) > 1 else ''}"
    if one.has_same_digest:
        return f"the run is the same, but what is stored of {measures} is not what it gives"
    return f"another digest, and {measures} differ" if one.gaps else "another digest, and all stored numbers the same"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:28]}...{text[-28:]}"
