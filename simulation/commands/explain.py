"""``tierwise explain``: one firm in one month of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.commands.output import JsonOption, emit_json

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario
    from simulation.state import World
    from simulation.store import Experiment

__all__ = ["explain", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    folder: Annotated[Path, typer.Argument(help="Folder of a run or of a comparison.")],
    firm: Annotated[str, typer.Option(help="Id of the firm, as in the run's table of firms.")],
    month: Annotated[int | None, typer.Option(min=0, help="Month; by default the last.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of a comparison; by default its first.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; by default the first.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a firm: the terms of its decision, who pressed it, whose defects it delivers, who made it late."""
    from dataclasses import asdict

    from simulation.engines.explaining import explain as explained
    from simulation.store import open_experiment
    from simulation.world.build import build

    experiment = open_experiment(folder)
    chosen = _scenario(experiment, scenario)
    number = _seed(experiment, seed)
    _warn_of_changes(experiment, chosen)
    world = build(chosen, number)
    found = explained(world, chosen, number, _index(world, firm), month)
    if as_json:
        emit_json({"scenario": chosen.name, "seed": number, **asdict(found)})
        return
    typer.echo(f"{chosen.name}, seed {number}")
    typer.echo(str(found))


def _scenario(experiment: Experiment, name: str | None) -> Scenario:
    """Return a scenario as it was run."""
    from simulation.errors import InputError
    from simulation.scenario.scenario import Scenario

    entries: dict[str, Any] = experiment.manifest.get("scenarios") or {}
    if not entries:
        message = f"{experiment.folder} holds no runs of scenarios"
        raise InputError(message)
    if name is not None and name not in entries:
        message = f"{experiment.folder} holds no scenario '{name}', but {', '.join(entries)}"
        raise InputError(message)
    chosen = next(iter(entries)) if name is None else name
    return Scenario.model_validate(entries[chosen]["resolved"]).with_({"budget.strength": "fixed"})


def _seed(experiment: Experiment, seed: int | None) -> int:
    """Return a seed that was run."""
    from simulation.errors import InputError

    seeds = [int(entry) for entry in experiment.manifest["seeds"]]
    if seed is not None and seed not in seeds:
        message = f"seed {seed} was not run here; seeds are {', '.join(map(str, seeds))}"
        raise InputError(message)
    return seeds[0] if seed is None else seed


def _warn_of_changes(experiment: Experiment, scenario: Scenario) -> None:
    """Say so where the model that lives the run again is not the one that was saved."""
    from simulation.compiled import source_digest

    if experiment.manifest.get("environment", {}).get("source") != source_digest():
        typer.echo(f"These results were made by another version of the model; {scenario.name} is run anew.", err=True)


def _index(world: World, firm: str) -> int:
    """Return the index of a firm by its id."""
    from difflib import get_close_matches

    from simulation.errors import InputError

    names = [world.name(i) for i in range(world.firms.key.size)]
    if firm in names:
        return names.index(firm)
    close = get_close_matches(firm, names, 1)
    hint = f"; did you mean {close[0]}?" if close else f"; ids run from {names[0]} to {names[-1]}"
    message = f"there is no firm '{firm}'{hint}"
    raise InputError(message)
