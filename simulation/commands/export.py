"""``tierwise export``: the results of a folder as flat files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation
from simulation.commands.explain import warn_of_changes
from simulation.commands.network.build import ReplaceOption, refuse_to_overwrite
from simulation.commands.network.export import MonthsOption, month_numbers
from simulation.commands.output import JsonOption, emit_json

__all__ = ["export", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder of results.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    is_parquet: Annotated[bool, typer.Option("--parquet/--csv", help="Parquet files, or CSV.")] = False,
    has_events: Annotated[
        bool, typer.Option("--events", help="Also the late deliveries of one run, which is lived again for that.")
    ] = False,
    months: MonthsOption = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the events; by default the first.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the events; by default the first.")] = None,
    is_to_replace: ReplaceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write series, runs, firms and links of a folder of results as flat files, and late deliveries on request."""
    from simulation.exports.results import event_table, result_tables, save_tables
    from simulation.store import open_experiment

    wanted = month_numbers(months)
    if not has_events and (months, scenario, seed) != (None, None, None):
        raise typer.BadParameter("--months, --scenario and --seed choose late deliveries and need --events")
    experiment = open_experiment(folder)
    tables = result_tables(experiment)
    ending = "parquet" if is_parquet else "csv"
    names = [*tables, *(["events"] if has_events else [])]
    refuse_to_overwrite((output / f"{name}.{ending}" for name in names), is_to_replace)
    if has_events:
        again = experiment.run_again(scenario, seed)
        warn_of_changes(again)
        announce_compilation(as_json)
        tables["events"] = event_table(again, wanted)
    paths = save_tables(tables, output, ending)
    rows = {path.name: len(frame) for path, frame in zip(paths, tables.values(), strict=True)}
    if as_json:
        emit_json({"folder": str(output), "rows": rows})
        return
    told = ", ".join(f"{name} ({count:,} rows)" for name, count in rows.items())
    typer.echo(f"Written to {output}: {told}")
