"""``tierwise network build``: the world of a scenario before any run, as files to look at, change and run again."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.changes import FirmsOption, SetOption, changes
from simulation.commands.output import JsonOption, emit_json

__all__ = ["Format", "ReplaceOption", "build", "refuse_to_overwrite", "register"]


class Format(StrEnum):
    """Kinds of files; graphs hold firms and links in one."""

    csv = "csv"
    parquet = "parquet"
    graphml = "graphml"
    gexf = "gexf"


ReplaceOption = Annotated[bool, typer.Option("--replace", help="Replace files of the same names.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(build)


def build(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of firms and links, where the scenario fixes none.")] = 1,
    firms: FirmsOption = None,
    kind: Annotated[Format, typer.Option("--format", help="Tables, or a graph.")] = Format.csv,
    is_to_replace: ReplaceOption = False,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write firms and links of a scenario, and a scenario that runs with them: the same runs, to the last bit."""
    from simulation.exports.networks import SCENARIO_FILE, files_of, save_world
    from simulation.runs import check_seed
    from simulation.scenario.reading import load

    changed = changes(sets, firms)
    loaded = load(scenario, changed)
    check_seed(seed)
    names = [*files_of(kind.value).values(), SCENARIO_FILE]
    refuse_to_overwrite((output / name for name in names), is_to_replace)
    world = save_world(loaded, seed, output, kind.value)
    count, links = world.firms.key.size, world.links.supplier.size
    if as_json:
        emit_json({"folder": str(output), "files": names, "firms": count, "links": links, "fills": world.fills})
        return
    for line in world.fills:
        typer.echo(line)
    typer.echo(f"{count:,} firms and {links:,} links written to {output}: {', '.join(names)}")
    typer.echo(f"Run them with: tierwise run {output / SCENARIO_FILE}")


def refuse_to_overwrite(paths: Iterable[Path], is_to_replace: bool) -> None:
    """Refuse to put files in the place of others unless that was asked for."""
    from simulation.errors import InputError, Problem

    present = [] if is_to_replace else [path for path in paths if path.exists()]
    if present:
        raise InputError(
            [Problem("this file is already there; choose another folder, or say --replace", str(p)) for p in present]
        )
