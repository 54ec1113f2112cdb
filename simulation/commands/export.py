"""``tierwise export``: the results of a folder for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the flat files.")] = None,
    is_parquet: Annotated[bool, typer.Option("--parquet/--csv", help="Parquet files, or CSV.")] = False,
    netcdf: Annotated[
        Path | None, typer.Option("--xarray", help="File for arrays with named dimensions: FILE.nc (netCDF).")
    ] = None,
    ema: Annotated[Path | None, typer.Option(help="File for EMA Workbench: FILE.tar.gz.")] = None,
    has_events: Annotated[
        bool, typer.Option("--events", help="Also the late deliveries of one run, which is lived again for that.")
    ] = False,
    months: MonthsOption = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of the events; by default the first.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the events; by default the first.")] = None,
    is_to_replace: ReplaceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the results of a folder as flat files, as arrays, or for EMA Workbench; late deliveries on request."""
    wanted = month_numbers(months)
    if not has_events and (months, scenario, seed) != (None, None, None):
        raise typer.BadParameter("--months, --scenario and --seed choose late deliveries and need --events")
    if has_events and output is None:
        raise typer.BadParameter("--events are flat files and need -o FOLDER")
    if (output, netcdf, ema) == (None, None, None):
        raise typer.BadParameter("say where to: -o FOLDER, --xarray FILE.nc or --ema FILE.tar.gz")
    for file, ending in ((netcdf, ".nc"), (ema, ".tar.gz")):
        if file is not None and not file.name.endswith(ending):
            raise typer.BadParameter(f"the name of the file ends in {ending}: {file}")
    files = [file for file in (netcdf, ema) if file is not None]
    refuse_to_overwrite(files, is_to_replace)
    told: dict[str, Any] = {}
    if output is not None:
        told |= _flat(folder, output, is_parquet, has_events, wanted, scenario, seed, is_to_replace, as_json)
    told |= _others(folder, netcdf, ema)
    if as_json:
        emit_json(told)
        return
    if output is not None:
        rows = ", ".join(f"{name} ({count:,} rows)" for name, count in told["rows"].items())
        typer.echo(f"Written to {output}: {rows}")
    for name, what in (("xarray", "variables"), ("ema", "outcomes")):
        if name in told:
            missing = told[name].get("missing_runs", 0)
            left_out = f"; {missing:,} runs are missing and have no number" if missing else ""
            typer.echo(f"Written to {told[name]['file']}: {told[name][what]:,} {what}{left_out}")


def _flat(
    folder: Path,
    output: Path,
    is_parquet: bool,
    has_events: bool,
    months: list[int] | None,
    scenario: str | None,
    seed: int | None,
    is_to_replace: bool,
    is_quiet: bool,
) -> dict[str, Any]:
    """Write flat files and return their rows."""
    from simulation.experiments.opening import open_results
    from simulation.exports.results import event_table, result_tables, save_tables

    experiment = open_results(folder)
    tables = result_tables(experiment)
    ending = "parquet" if is_parquet else "csv"
    names = [*tables, *(["events"] if has_events else [])]
    refuse_to_overwrite((output / f"{name}.{ending}" for name in names), is_to_replace)
    if has_events:
        again = experiment.run_again(scenario, seed)
        warn_of_changes(again)
        announce_compilation(is_quiet)
        tables["events"] = event_table(again, months)
    paths = save_tables(tables, output, ending)
    rows = {path.name: len(frame) for path, frame in zip(paths, tables.values(), strict=True)}
    return {"folder": str(output), "rows": rows}


def _others(folder: Path, netcdf: Path | None, ema: Path | None) -> dict[str, Any]:
    """Write arrays and archives and return what they hold."""
    told: dict[str, Any] = {}
    if netcdf is not None:
        from simulation.exports.datasets import save_netcdf

        dataset = save_netcdf(folder, netcdf)
        told["xarray"] = {
            "file": str(netcdf),
            "variables": len(dataset.data_vars),
            "missing_runs": int(dataset.attrs["missing_runs"]),
        }
    if ema is not None:
        from simulation.exports.ema import save_ema

        found = save_ema(folder, ema)
        told["ema"] = {"file": str(ema)} | found
    return told
