"""``tierwise calibrate``: fit the free parameters to a table of targets and show how well they are met."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.commands.compare import announce_compilation
from simulation.commands.output import JsonOption, SetOption, emit_json, table

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
    firms: Annotated[int, typer.Option(min=100, help="Number of firms.")] = 20_000,
    reps: Annotated[int, typer.Option(min=2, help="Seeds over which the model is averaged.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="First seed.")] = 1,
    is_check: Annotated[bool, typer.Option("--check", help="Move nothing; show how the scenario meets them.")] = False,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the free parameters of the baseline to targets; write the fitted scenario and the table of the fit."""
    from simulation.experiments.calibration import Fit, evaluate, fit_table
    from simulation.experiments.calibration import calibrate as fit_parameters
    from simulation.experiments.targets import read_targets
    from simulation.scenario.reading import load
    from simulation.scenario.shipped import shipped_folder
    from simulation.store import write_manifest
    from simulation.world.build import groups_of

    announce_compilation(as_json)
    start = load(scenario, [f"population.firms={firms}", *(sets or [])])
    file = targets or shipped_folder() / "targets" / "calibration.csv"
    wanted = read_targets(file, groups_of(start), start.time.months)
    seeds = range(seed, seed + reps)
    if is_check:
        fit = Fit(start, {}, wanted, evaluate(start, wanted, seeds), tuple(seeds))
    else:

        def tell(count: int, distance: float) -> None:
            if not as_json:
                typer.echo(f"evaluation {count}: weighted distance {distance:.3f}", err=True)

        fit = fit_parameters(start, wanted, seeds=seeds, on_evaluation=tell)
    rows = fit_table(fit)
    _write(fit, rows, scenario, output)
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
        emit_json({"fitted": fit.values, "targets": rows.to_dict("records")})
        return
    table(["target", "value", "range", "model", "s.e.", ""], [_cells(row) for row in rows.to_dict("records")])
    for path, value in fit.values.items():
        typer.echo(f"{path} = {value:g}")
    typer.echo(f"Written to {output}: fit.csv, fit.md" + ("" if is_check else ", calibrated.yaml"))


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    return [
        str(row["label"]),
        f"{row['target']:.4g}",
        f"{row['low']:.4g} - {row['high']:.4g}",
        f"{row['model']:.4f}",
        f"{row['standard_error']:.4f}",
        ("met" if row["is_met"] else "NOT MET") + ("" if row["is_fitted"] else " (check)"),
    ]


def _write(fit: Fit, rows: pd.DataFrame, scenario: str, folder: Path) -> None:
    from simulation.scenario.writing import to_yaml
    from simulation.store import replace_file

    with replace_file(folder / "fit.csv") as temporary:
        rows.to_csv(temporary, index=False)
    lines = ["| Target | Source says | Counts as met | Model | Standard error | |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows.to_dict("records")]
    firms = fit.scenario.population.firms
    note = f"Mean of {len(fit.seeds)} seeds ({fit.seeds[0]}-{fit.seeds[-1]}) at {firms:,} firms."
    with replace_file(folder / "fit.md") as temporary:
        temporary.write_text("\n".join([*lines, "", note, ""]), encoding="utf-8")
    if fit.values:
        values: dict[str, object] = {"extends": scenario, "name": "calibrated"}
        for path, value in fit.values.items():
            *steps, last = path.split(".")
            place: dict[str, object] = values
            for step in steps:
                place = place.setdefault(step, {})  # type: ignore[assignment]
            place[last] = value
        with replace_file(folder / "calibrated.yaml") as temporary:
            temporary.write_text(to_yaml(values), encoding="utf-8")
