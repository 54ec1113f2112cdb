"""``tierwise show``: all values of a scenario, where each was set, or the register of all parameters."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.output import JsonOption, emit_json, table

__all__ = ["register", "show"]

_COLUMNS = ("path", "symbol", "default", "low", "high", "unit", "status", "label", "source")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(show)


def show(
    file: Annotated[str | None, typer.Argument(help="Scenario file, or name of a shipped scenario.")] = None,
    is_with_origin: Annotated[bool, typer.Option("--origin", help="Say where each value was set.")] = False,
    is_register: Annotated[
        bool, typer.Option("--register", help="List every declared parameter with range, unit and source.")
    ] = False,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a scenario with all its values, defaults included; the output is itself a scenario file."""
    if is_register:
        if file is not None:
            raise typer.BadParameter("--register lists the declarations and takes no file")
        _show_register(as_json)
    elif file is None:
        raise typer.BadParameter("name a scenario file, or a shipped scenario such as baseline")
    else:
        _show_scenario(file, sets or [], is_with_origin, as_json)


def _show_scenario(file: str, sets: list[str], is_with_origin: bool, as_json: bool) -> None:
    from simulation.scenario.reading import load
    from simulation.scenario.writing import shown_values, to_yaml

    scenario = load(file, sets)
    values = shown_values(scenario)
    if as_json:
        content = {"digest": scenario.digest(), "values": values}
        emit_json(content | {"origins": scenario.origins()} if is_with_origin else content)
    else:
        typer.echo(to_yaml(values, scenario.origins() if is_with_origin else None), nl=False)


def _show_register(as_json: bool) -> None:
    from simulation.scenario.register import register as entries

    if as_json:
        emit_json([entry._asdict() for entry in entries()])
        return
    rows = [[_cell(getattr(entry, column)) for column in _COLUMNS] for entry in entries()]
    table(_COLUMNS, rows)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
