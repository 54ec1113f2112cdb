"""``tierwise page``: runs side by side in one HTML file that plays them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from simulation.commands.changes import FirmsOption, MonthsOption, SetOption, changes
from simulation.commands.compare import announce_compilation, stages
from simulation.commands.output import JsonOption, emit_json

__all__ = ["page", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(page)


def page(
    scenarios: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file.")] = Path("out/page.html"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of firms, links and draws, the same for all runs.")] = 1,
    firms: FirmsOption = None,
    months: MonthsOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one HTML file that plays scenarios side by side on the same draws; it opens anywhere, offline."""
    from simulation.page import write_page
    from simulation.scenario.reading import load

    changed = changes(sets, firms, months)
    loaded = [load(file, changed) for file in scenarios]
    typed = ["tierwise", "page", *scenarios, "--seed", str(seed)]
    for change in changed:
        typed += ["--set", change]
    announce_compilation(as_json)
    with stages(as_json) as tell:
        written = write_page(loaded, seed, output, tell, shlex.join(typed))
    fills = list(dict.fromkeys(fill for recording in written.recordings for fill in recording.world.fills))
    if as_json:
        emit_json(
            {
                "page": str(written.path),
                "bytes": written.size,
                "seed": seed,
                "scenarios": [recording.scenario.name for recording in written.recordings],
                "firms": int(written.recordings[0].world.firms.key.size),
                "late_deliveries": [int(recording.late.month.size) for recording in written.recordings],
                "fills": fills,
            }
        )
        return
    for line in fills:
        typer.echo(line)
    typer.echo(f"Page: {written.path} ({written.size / 1e6:.1f} MB)")
