"""``tierwise network draw``: a picture of the firms and links of a scenario, or of a run at its end."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import FirmsOption, SetOption, changes
from simulation.commands.output import JsonOption, emit_json

if TYPE_CHECKING:
    from simulation.figures.drawing.content import Content

__all__ = ["draw", "register"]


class _Scale(StrEnum):
    small = "small"
    medium = "medium"
    large = "large"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(draw)


def draw(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|DIR",
            help="Scenario, drawn before its first month, or folder of results, drawn at the end of a run.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="File of the picture: .svg, .png or .pdf.")],
    scale: Annotated[
        _Scale | None,
        typer.Option(help="Every link (small), every firm (medium) or cells (large); by default by number of firms."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; by default 1, or the first of the folder.")] = None,
    firms: FirmsOption = None,
    month: Annotated[
        int | None, typer.Option(min=0, help="Month at whose end to draw; the scenario is run that far.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario of a comparison; by default its first.")] = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw who sells to whom, by tier and region, and who is late because of whom."""
    from simulation.figures.drawing import draw as drawn
    from simulation.figures.drawing import scale_of
    from simulation.figures.style import format_of, save

    format_of(output)
    changed = changes(sets, firms)
    content = (
        _of_folder(Path(source), scenario, seed, month, changed)
        if Path(source).is_dir()
        else _of_scenario(source, 1 if seed is None else seed, month, changed, as_json)
    )
    path = save(drawn(content, None if scale is None else scale.value), output)
    chosen = scale_of(len(content.firms)) if scale is None else scale.value
    if as_json:
        emit_json(
            {
                "picture": str(path),
                "scale": chosen,
                "firms": len(content.firms),
                "links": len(content.links),
                "late": int(content.is_late.sum()) if content.has_lateness else None,
                "late_because_of_another": int(content.is_inherited.sum()) if content.has_lateness else None,
            }
        )
        return
    typer.echo(f"Picture of {len(content.firms):,} firms and {len(content.links):,} links, scale {chosen}: {path}")


def _of_scenario(name: str, seed: int, month: int | None, changes: list[str], is_quiet: bool) -> Content:
    """Return the world of a scenario, or what it has become at the end of a month."""
    from simulation.commands.compare import announce_compilation
    from simulation.engines.strength import solve_strength
    from simulation.figures.drawing.content import of_month, of_world
    from simulation.runs import check_seed
    from simulation.scenario.reading import load
    from simulation.world.build import build

    check_seed(seed)
    loaded = load(name, changes)
    if month is None:
        return of_world(build(loaded, seed), loaded, seed)
    announce_compilation(is_quiet)
    return of_month(solve_strength(loaded)[0], seed, month)


def _of_folder(folder: Path, name: str | None, seed: int | None, month: int | None, changes: list[str]) -> Content:
    """Return a stored run at its end, or lived again to the end of a month."""
    from simulation.errors import InputError
    from simulation.figures.drawing.content import of_experiment, of_month
    from simulation.replays import stored_run
    from simulation.store.experiment import open_experiment

    experiment = open_experiment(folder)
    if changes:
        message = f"{folder} holds results, which --firms and --set cannot change; name a scenario instead"
        raise InputError(message)
    stored = stored_run(experiment.manifest, folder, name, seed)
    if month is None:
        return of_experiment(experiment, stored.scenario, seed)
    return of_month(stored.scenario, stored.seed, month)
