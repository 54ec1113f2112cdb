"""``tierwise network check``: what a network is like, and what that means for a run, before any run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.changes import FirmsOption, SetOption, changes
from simulation.commands.output import JsonOption, emit_json, json_text, progress

__all__ = ["check", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for check.json, check.txt and check.svg.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the run, and of firms and links.")] = 1,
    firms: FirmsOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say before a run what the network is like: who is connected, who depends on whom, and whether risk dies out."""
    from simulation.experiments.network_check.check import STAGES, check_network, plain
    from simulation.experiments.network_check.words import findings
    from simulation.report.network_check import network_lines
    from simulation.runs import check_seed
    from simulation.scenario.reading import load
    from simulation.store.files import check_folder
    from simulation.world.build import build

    changed = changes(sets, firms)
    loaded = load(scenario, changed)
    check_seed(seed)
    if output is not None:
        check_folder(output)
    with progress(1 + STAGES, "Checking the network", as_json) as advance:
        world = build(loaded, seed)
        advance(1)
        checked = check_network(world, loaded, seed, advance)
    found = findings(checked)
    content = plain(checked) | {"findings": plain(found)}
    lines = network_lines(checked, found)
    if output is not None:
        from simulation.figures.network_check import draw
        from simulation.figures.style import save
        from simulation.store.files import replace_file

        for name, text in (("check.json", json_text(content)), ("check.txt", "\n".join(lines))):
            with replace_file(output / name) as temporary:
                temporary.write_text(f"{text}\n", encoding="utf-8")
        save(draw(checked), output / "check.svg")
    if as_json:
        emit_json(content)
        return
    for line in lines:
        typer.echo(line)
    if output is not None:
        typer.echo(f"\nWritten to {output}: check.json, check.txt, check.svg")
