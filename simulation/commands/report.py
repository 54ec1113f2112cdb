"""``tierwise report``: the report of a run, a comparison or a sweep that was made before."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.output import JsonOption, emit_json

__all__ = ["register", "report"]


class _Language(StrEnum):
    en = "en"
    ko = "ko"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, a comparison or a sweep.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="HTML file; by default report.html in the folder, in Korean report-ko.html."
        ),
    ] = None,
    language: Annotated[_Language, typer.Option(help="Language of the report and its figures.")] = _Language.en,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Folder in which the figures of a run or comparison are written as PNG files too."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a report as one HTML file that needs nothing else; the browser prints it to A4."""
    from simulation.report import write_folder_report

    path = write_folder_report(folder, output, language.value)
    drawn = _pictures(folder, pictures, language.value) if pictures is not None else []
    if as_json:
        emit_json({"report": str(path), "figures": [str(picture) for picture in drawn]})
        return
    typer.echo(f"Report: {path}")
    for picture in drawn:
        typer.echo(f"Figure: {picture}")


def _pictures(folder: Path, target: Path, language: str) -> list[Path]:
    """Write the figures of a run or a comparison and return their paths; a sweep has them beside it already."""
    from simulation.experiments.comparison import as_comparison
    from simulation.experiments.sweeps.results import SweepResults
    from simulation.figures import save_pictures
    from simulation.report.folder import open_reportable
    from simulation.texts import speaking

    found = open_reportable(folder)
    if isinstance(found, SweepResults):
        return []
    with speaking(language):
        return [Path(picture) for picture in save_pictures(as_comparison(found), target, "png")]
