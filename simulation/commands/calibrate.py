"""``tierwise calibrate``: fit the free parameters to a table of targets and show how well they are met."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.commands.changes import SetOption
from simulation.commands.compare import announce_compilation
from simulation.commands.ensemble import make_ensemble
from simulation.commands.output import JsonOption, emit_json, table
from simulation.commands.validation import validate_model

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.calibration import Fit

__all__ = ["calibrate", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(calibrate)


def calibrate(
    targets: Annotated[
        Path | None, typer.Argument(help="CSV table of targets; by default the shipped targets of the survey.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/calibration"),
    scenario: Annotated[str, typer.Option(help="Scenario whose parameters are fitted.")] = "tierwise:baseline",
    free: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="A parameter that may move; several times for more. By default all nine."),
    ] = None,
    firms: Annotated[int, typer.Option(min=100, help="Number of firms.")] = 20_000,
    reps: Annotated[int, typer.Option(min=2, help="Seeds over which the model is averaged.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="First seed.")] = 1,
    is_check: Annotated[bool, typer.Option("--check", help="Move nothing; show how the scenario meets them.")] = False,
    is_validation: Annotated[
        bool, typer.Option("--validation", help="Move nothing; put the model beside facts that were not fitted.")
    ] = False,
    ensemble: Annotated[
        int, typer.Option(min=0, help="Make an ensemble of so many calibrated parameter sets instead of one fit.")
    ] = 0,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the free parameters of a scenario to targets; write the fitted scenario and the table of the fit."""
    from simulation.experiments.calibration import Fit, evaluate, fit_table, free_parameters
    from simulation.experiments.calibration import calibrate as fit_parameters
    from simulation.experiments.targets import read_targets
    from simulation.scenario.reading import load
    from simulation.scenario.shipped import shipped_folder
    from simulation.store.files import check_folder
    from simulation.store.manifest import write_manifest
    from simulation.world.build import groups_of

    moving = free_parameters(free)
    start = load(scenario, [f"population.firms={firms}", *(sets or [])])
    if is_validation:
        validate_model(start, range(seed, seed + reps), output, as_json)
        return
    file = targets or shipped_folder() / "targets" / "calibration.csv"
    wanted = read_targets(file, groups_of(start), start.time.months)
    check_folder(output)
    announce_compilation(as_json)
    if ensemble:
        make_ensemble(start, wanted, ensemble, seed, output, as_json)
        return
    seeds = range(seed, seed + reps)
    if is_check:
        fit = Fit(start, {}, wanted, evaluate(start, wanted, seeds), tuple(seeds))
    else:

        def tell(count: int, distance: float) -> None:
            if not as_json:
                typer.echo(f"evaluation {count}: weighted distance {distance:.3f}", err=True)

        fit = fit_parameters(start, wanted, seeds=seeds, free=moving, on_evaluation=tell)
    rows = fit_table(fit)
    written = _write(fit, rows, output)
    if fit.values:
        written.append(_write_scenario(fit.values, scenario, sets or [], output))
    write_manifest(
        output,
        {
            "kind": "calibration",
            "scenario": {"digest": fit.scenario.digest(), "resolved": fit.scenario.resolved()},
            "seeds": list(seeds),
            "fitted": fit.values,
        },
    )
    if as_json:
        emit_json({"folder": str(output), "fitted": fit.values, "targets": rows.to_dict("records")})
        return
    table(["target", "value", "range", "model", "s.e.", ""], [_cells(row) for row in rows.to_dict("records")])
    for path, value in fit.values.items():
        typer.echo(f"{path} = {value:g}")
    typer.echo(f"Written to {output}: {', '.join(written)}")


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    model, error = (f"{row[name]:.4f}" if row[name] == row[name] else "-" for name in ("model", "standard_error"))
    return [
        str(row["label"]),
        f"{row['target']:.4g}",
        f"{row['low']:.4g} - {row['high']:.4g}",
        model,
        error,
        ("met" if row["is_met"] else "NOT MET") + ("" if row["is_fitted"] else " (check)"),
    ]


def _write(fit: Fit, rows: pd.DataFrame, folder: Path) -> list[str]:
    """Write the table of the fit, for machines and for people, and return the names of the files."""
    from simulation.exports.tables import write_table
    from simulation.store.files import replace_file

    write_table(folder / "fit.csv", rows)
    lines = ["| Target | Source says | Counts as met | Model | Standard error | |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows.to_dict("records")]
    firms = fit.scenario.population.firms
    note = f"Mean of {len(fit.seeds)} seeds ({fit.seeds[0]}-{fit.seeds[-1]}) at {firms:,} firms."
    with replace_file(folder / "fit.md") as temporary:
        temporary.write_text("\n".join([*lines, "", note, ""]), encoding="utf-8")
    return ["fit.csv", "fit.md"]


def _write_scenario(fitted: Mapping[str, float], scenario: str, sets: Sequence[str], folder: Path) -> str:
    """Write the fitted scenario, with the number of firms that the scenario itself has, and return the file's name.

    It extends a shipped scenario; any other is written out in full, so that it can be read from this folder.
    """
    from simulation.scenario.reading import load
    from simulation.scenario.shipped import PREFIX, shipped_file
    from simulation.scenario.writing import to_yaml
    from simulation.store.files import replace_file

    if not sets and (scenario.startswith(PREFIX) or (not Path(scenario).is_file() and shipped_file(scenario))):
        values: dict[str, Any] = {"extends": PREFIX + scenario.removeprefix(PREFIX), "name": "calibrated"}
        for path, value in fitted.items():
            *steps, last = path.split(".")
            place = values
            for step in steps:
                place = place.setdefault(step, {})
            place[last] = value
    else:
        values = load(scenario, sets).with_(dict(fitted)).resolved() | {"name": "calibrated"}
        data = values["population"]["data"]
        for name in data or {}:
            data[name] = Path(os.path.relpath(data[name], folder)).as_posix()
    with replace_file(folder / "calibrated.yaml") as temporary:
        temporary.write_text(to_yaml(values), encoding="utf-8")
    return "calibrated.yaml"
