"""``tierwise report``: the report of a comparison that was run before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.output import JsonOption, emit_json

__all__ = ["register", "report"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a comparison.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="HTML file; by default report.html in the folder.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder in which the figures are written as PNG files too.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a comparison as one HTML file that needs nothing else."""
    from simulation.experiments.comparison import open_comparison
    from simulation.report import write_report

    comparison = open_comparison(folder)
    path = write_report(comparison, output or folder / "report.html")
    drawn: list[Path] = []
    if pictures is not None:
        from simulation.figures import save_pictures

        drawn = [Path(picture) for picture in save_pictures(comparison, pictures, "png")]
    if as_json:
        emit_json({"report": str(path), "figures": [str(picture) for picture in drawn]})
        return
    typer.echo(f"Report: {path}")
    for picture in drawn:
        typer.echo(f"Figure: {picture}")
