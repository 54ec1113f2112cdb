"""``tierwise validate``: check scenario files without running them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.output import JsonOption, emit_json
from simulation.errors import InputError, Problem

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

__all__ = ["checked", "register", "validate"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(validate)


def validate(
    files: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check scenario files and the tables they name; show all problems of all files with file:line:column."""
    found: dict[str, tuple[Problem, ...]] = {}
    for file in files:
        try:
            checked(file, sets or ())
            found[file] = ()
        except InputError as error:
            found[file] = error.problems
    if as_json:
        emit_json([{"file": file, "ok": not problems, "problems": _rows(problems)} for file, problems in found.items()])
    else:
        for file, problems in found.items():
            for problem in problems:
                typer.echo(str(problem), err=True)
            if not problems:
                typer.echo(f"ok {file}")
    if any(found.values()):
        raise typer.Exit(InputError.exit_code)


def checked(file: str, sets: Sequence[str] = ()) -> Scenario:
    """Return a scenario whose tables have been read too.

    Raises
    ------
    InputError
        Everything that is wrong with the file, or else with the tables that it names.
    """
    from simulation.scenario.reading import load

    scenario = load(file, sets)
    if scenario.population.data is not None:
        from simulation.world.own.reading import read_tables

        read_tables(scenario, seed=1)
    if scenario.network.input_output is not None:
        from simulation.world.input_output import sector_mix

        sector_mix(scenario)
    return scenario


def _rows(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"place": problem.place, "path": problem.path, "message": problem.message} for problem in problems]
