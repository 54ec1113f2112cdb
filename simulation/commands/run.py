"""``tierwise run``: one scenario, one seed."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import FirmsOption, MonthsOption, SetOption, changes
from simulation.commands.compare import announce_compilation, stages
from simulation.commands.headline import spending_lines
from simulation.commands.output import JsonOption, emit_json, table

if TYPE_CHECKING:
    from simulation.records import Run

__all__ = ["register", "run"]


class _Engine(StrEnum):
    compiled = "compiled"
    agents = "agents"


_SHOWN = (
    ("user_share", 100.0, "%"),
    ("adopter_share", 100.0, "%"),
    ("defect_ppm", 1.0, "ppm"),
    ("on_time_share", 100.0, "%"),
)
"""Measures of the table, each with what turns it into the unit beside it."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for the results; by default out/NAME-SEED.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of firms, links and draws.")] = 1,
    firms: FirmsOption = None,
    months: MonthsOption = None,
    engine: Annotated[_Engine, typer.Option(help="Compiled loops, or Mesa agents (slow, the same history).")] = (
        _Engine.compiled
    ),
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run one scenario with one seed and save its series, firms and links."""
    from simulation.engines.strength import solve_strength
    from simulation.experiments.provenance import what_was_run
    from simulation.runs import check_seed
    from simulation.runs import run as run_scenario
    from simulation.scenario.reading import load
    from simulation.store.files import check_folder
    from simulation.store.manifest import write_manifest
    from simulation.store.parts import save_runs

    changed = changes(sets, firms, months)
    loaded = load(scenario, changed)
    check_seed(seed)
    folder = output or Path("out") / f"{_file_name(loaded.name)}-{seed}"
    check_folder(folder)
    announce_compilation(as_json)
    with stages(as_json) as tell:
        solved, spent = loaded, None
        if loaded.policy:
            tell("Solving the budget", 0, 1)
            solved, spent = solve_strength(loaded)
            tell("Solving the budget", 1, 1)
        result = run_scenario(
            solved,
            seed,
            engine=engine.value,
            on_month=lambda month: tell(f"Running {loaded.name}, months", month, loaded.time.months),
        )
    parts = save_runs(folder, [result], has_firms=True)
    described = what_was_run([solved], [seed], {loaded.name: spent} if spent else {})
    write_manifest(folder, {"kind": "run", **described, "fills": result.world.fills, "digest": result.digest}, parts)
    if as_json:
        emit_json(
            {
                "folder": str(folder),
                "digest": result.digest,
                "last_month": _last_month(result),
                "fills": result.world.fills,
                "spending": described["spending"].get(loaded.name),
            }
        )
        return
    _show(result)
    for line in (*result.world.fills, *spending_lines(described["spending"])):
        typer.echo(line)
    typer.echo(f"Saved to {folder}")


def _file_name(name: str) -> str:
    """Return the name of a scenario as that of a folder: what would lead elsewhere or cannot be typed becomes _."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "_"


def _last_month(run: Run) -> dict[str, float]:
    """Return by measure/group the values of the last month."""
    series = run.series
    last = series[(series["month"] == series["month"].max()) & series["origin"].isna() & series["depth"].isna()]
    return {
        f"{measure}/{group}": float(value)
        for measure, group, value in zip(last["measure"], last["group"], last["value"], strict=True)
    }


def _show(run: Run) -> None:
    """Print the measures of large and small firms in the last month."""
    from simulation.measures import all_measures
    from simulation.measures.measure import pool_label
    from simulation.texts.numbers import level

    values = _last_month(run)
    rows = [
        [all_measures()[measure].label, group, f"{level(values[f'{measure}/{group}'] * scale)} {unit}"]
        for measure, scale, unit in _SHOWN
        for group in (pool_label(run.world.groups, is_sme) for is_sme in (False, True))
        if f"{measure}/{group}" in values
    ]
    table(["in the last month", "group", "value"], rows)
