"""What the commands that analyse a sweep share: options, and tables and figures beside the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.commands.output import table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.experiments.sample import Sample

__all__ = [
    "FolderArgument", "MissingOption", "OnMissing", "OutputOption", "SeedOption", "number", "records", "sample_of",
    "show", "write_findings",
]  # fmt: skip


class OnMissing(StrEnum):
    """What is done about runs without a value."""

    refuse = "refuse"
    drop = "drop"


FolderArgument = Annotated[Path, typer.Argument(help="Folder of a sweep.")]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Folder for tables and figures; by default one inside of DIR.")
]
MissingOption = Annotated[
    OnMissing,
    typer.Option(help="Runs without a value: refuse, or leave out the points (blocks, replications) that miss one."),
]
SeedOption = Annotated[int, typer.Option(min=1, help="Seed of resampling: the same seed, the same intervals.")]


def sample_of(folder: Path, outcome: str) -> Sample:
    """Return an outcome of a sweep."""
    from simulation.experiments.sweeps import open_sweep

    return open_sweep(folder).sample(outcome)


def write_findings(
    folder: Path, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Figure], sentences: Sequence[str]
) -> list[str]:
    """Write tables as CSV, figures as SVG and sentences as text, and return the names of the files."""
    from simulation.exports.tables import write_table
    from simulation.figures.style import save
    from simulation.store.files import check_folder, replace_file

    check_folder(folder)
    names = []
    for name, frame in tables.items():
        write_table(folder / f"{name}.csv", frame)
        names.append(f"{name}.csv")
    for name, figure in figures.items():
        save(figure, folder / f"{name}.svg")
        names.append(f"{name}.svg")
    text = f"{next(iter(tables))}.txt"
    with replace_file(folder / text) as temporary:
        temporary.write_text("\n".join([*sentences, ""]), encoding="utf-8")
    return [*names, text]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table for JSON."""
    return [
        {str(name): value.item() if hasattr(value, "item") else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def number(value: Any) -> str:  # noqa: ANN401 - an entry of a table
    """Return an entry of a table for people: three digits, a dash for what is not known."""
    if isinstance(value, str):
        return value
    if value != value:
        return "-"
    if isinstance(value, bool) or value is None:
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 10_000.0 else f"{value:.3g}"


def show(
    frame: pd.DataFrame, columns: Mapping[str, str], sentences: Sequence[str], folder: Path, files: Sequence[str]
) -> None:
    """Print some columns of a table under other names, if it has rows, the sentences, and where the files are."""
    if len(frame):
        table(list(columns.values()), [[number(row[name]) for name in columns] for row in records(frame)])
        typer.echo()
    for line in sentences:
        typer.echo(line)
    typer.echo(f"Written to {folder}: {', '.join(files)}")
