"""``tierwise run``: one scenario, one seed."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation
from simulation.commands.output import JsonOption, SetOption, emit_json, progress, table

__all__ = ["register", "run"]


class _Engine(str, Enum):
    compiled = "compiled"
    agents = "agents"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the results.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of firms, links and draws.")] = 1,
    firms: Annotated[int | None, typer.Option(min=1, help="Number of firms; short for --set population.firms.")] = None,
    months: Annotated[int | None, typer.Option(min=1, help="Months; short for --set time.months.")] = None,
    engine: Annotated[_Engine, typer.Option(help="Compiled loops, or Mesa agents (slow, the same history).")] = (
        _Engine.compiled
    ),
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run one scenario with one seed and save its series, firms and links."""
    from simulation.runs import run as run_scenario
    from simulation.scenario.reading import load
    from simulation.store import save_runs, write_manifest

    announce_compilation(as_json)
    changes = list(sets or [])
    if firms is not None:
        changes.append(f"population.firms={firms}")
    if months is not None:
        changes.append(f"time.months={months}")
    loaded = load(scenario, changes)
    folder = output or Path("out") / f"{loaded.name}-{seed}"
    with progress(loaded.time.months, f"Running {loaded.name}, months", as_json) as advance:
        done = 0

        def tell(month: int) -> None:
            nonlocal done
            advance(month - done)
            done = month

        result = run_scenario(loaded, seed, engine=engine.value, on_month=tell)
    save_runs(folder, [result], has_firms=True)
    write_manifest(
        folder,
        {
            "kind": "run",
            "seeds": [seed],
            "scenarios": {loaded.name: {"digest": result.scenario.digest(), "resolved": result.scenario.resolved()}},
            "digest": result.digest,
        },
    )
    _show(result.series, str(folder), result.digest, as_json)


_SHOWN = (
    ("user_share", ("large", "sme"), 100.0, "%"),
    ("adopter_share", ("large", "sme"), 100.0, "%"),
    ("defect_ppm", ("large", "sme"), 1.0, "ppm"),
    ("on_time_share", ("large", "sme"), 100.0, "%"),
)


def _show(series, folder: str, digest: str, as_json: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    last = series[(series["month"] == series["month"].max()) & series["origin"].isna() & series["depth"].isna()]
    values = last.set_index(["measure", "group"])["value"]
    if as_json:
        found = {f"{measure}/{group}": value for (measure, group), value in values.items()}
        emit_json({"folder": folder, "digest": digest, "last_month": found})
        return
    from simulation.measures import all_measures

    rows = [
        [all_measures()[measure].label, group, f"{values[measure, group] * scale:,.1f} {unit}"]
        for measure, groups, scale, unit in _SHOWN
        for group in groups
        if (measure, group) in values.index
    ]
    table(["in the last month", "group", "value"], rows)
    typer.echo(f"Saved to {folder}")
