"""``tierwise explain``: one firm in one month of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.output import JsonOption, emit_json

if TYPE_CHECKING:
    from simulation.replays import Replay
    from simulation.state import World

__all__ = ["explain", "register", "warn_of_changes"]


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
    from simulation.store.experiment import open_experiment

    again = open_experiment(folder).run_again(scenario, seed)
    warn_of_changes(again)
    world, chosen, number = again.world, again.scenario, again.seed
    found = explained(world, chosen, number, _index(world, firm), month)
    if as_json:
        emit_json({"scenario": chosen.name, "seed": number, **asdict(found)})
        return
    typer.echo(f"{chosen.name}, seed {number}")
    typer.echo(str(found))


def warn_of_changes(again: Replay) -> None:
    """Say so where the model that lives a run again is not the one that made it."""
    if not again.is_of_this_model:
        typer.echo(
            f"These results were made by another version of the model; {again.scenario.name} is run anew.", err=True
        )


def _index(world: World, firm: str) -> int:
    """Return the index of a firm by its id."""
    from difflib import get_close_matches

    from simulation.errors import InputError

    names = [world.name(i) for i in range(world.firms.key.size)]
    if firm in names:
        return names.index(firm)
    close = get_close_matches(firm, names, 1)
    ends = [end(names, key=lambda name: (len(name), name)) for end in (min, max)]
    hint = f"; did you mean {close[0]}?" if close else f"; ids run from {ends[0]} to {ends[1]}"
    message = f"there is no firm '{firm}'{hint}"
    raise InputError(message)
