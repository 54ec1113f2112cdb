"""``tierwise optimise``: which splits of a fixed budget over levers are beaten by no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.compare import announce_compilation, stages
from simulation.commands.output import JsonOption, emit_json, table
from simulation.commands.sweep.working import ClusterOption, On, OnOption, SchedulerOption, WorkersOption

if TYPE_CHECKING:
    from simulation.experiments.optimisation.results import Optimisation

__all__ = ["optimise", "register"]

_AIMS = ("adopter_gap", "large_late_days", "regional_user_gap")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(optimise)


def optimise(
    scenario: Annotated[
        str, typer.Argument(help="Scenario whose levers with a budget_share the money is split among, such as split.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the trials.")],
    aim: Annotated[
        list[str] | None,
        typer.Option(help=f"Outcome that is to become better; may stand several times. By default {', '.join(_AIMS)}."),
    ] = None,
    baseline: Annotated[str, typer.Option(help="Scenario that effects are differences from.")] = "baseline",
    trials: Annotated[int, typer.Option(min=1, help="Splits that are tried, all together.")] = 100,
    reps: Annotated[int, typer.Option(min=2, help="Seeds of each split.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 1,
    workers: WorkersOption = None,
    on: OnOption = On.processes,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search for splits of the public envelope over levers, and show those that no other beats in every aim.

    The splits found are run again on fresh seeds. The same command goes on after an interruption, or with more trials.
    """
    from simulation.experiments.optimisation.aims import search_of
    from simulation.experiments.optimisation.results import open_optimisation
    from simulation.experiments.optimisation.search import optimise as search_splits
    from simulation.exports.tables import write_table
    from simulation.figures.split import draw
    from simulation.figures.style import save
    from simulation.scenario.reading import load

    changes = list(sets or [])
    own = [text for text in changes if not text.startswith("policy.")]
    search = search_of(load(scenario, changes), load(baseline, own), aim or _AIMS, replications=reps, seed=seed)
    announce_compilation(as_json)
    with stages(as_json) as tell:
        search_splits(
            search,
            output,
            trials,
            workers=workers,
            on=(On.dask if scheduler or cluster else on).value,
            scheduler=scheduler,
            cluster=str(cluster) if cluster else None,
            on_progress=lambda done, total: tell("Searching, splits", done, total),
        )
    results = open_optimisation(output)
    fresh = results.front(is_confirmed=True)
    write_table(output / "front.csv", fresh, digits=6)
    save(draw(results), output / "front.svg")
    if as_json:
        emit_json({"folder": str(output), "trials": trials, "front": fresh.to_dict("records")})
        return
    _show(results)
    typer.echo(f"Written to {output}: front.csv, front.svg")


def _show(results: Optimisation) -> None:
    """Print the front with its shares and changes on fresh seeds."""
    fresh = results.front(is_confirmed=True)
    rows = []
    for row in fresh.to_dict("records"):
        shares = [f"{100.0 * row[f'share:{name}']:.0f} %" for name in results.levers]
        changes = [f"{row[aim.name]:+.3g} ({row[f'{aim.name}:low']:.3g} to {row[f'{aim.name}:high']:.3g})"
                   for aim in results.aims]  # fmt: skip
        rows.append([str(row["trial"]), *shares, *changes, f"{100.0 * row['on_front']:.0f} %"])
    table(["split", *results.levers, *[aim.name for aim in results.aims], "on front"], rows)
    seeds = results.confirmed()["seed"].nunique()
    typer.echo(
        f"Splits that no other beat in every aim in the search: changes against {results.baseline.name} on {seeds} "
        f"fresh seeds with 95 % intervals. There {fresh['is_on_front'].sum()} of {len(fresh)} are still beaten by none "
        "of the others; on front: how often that is so when the seeds are drawn again."
    )
    if not fresh["can_spend"].all():
        typer.echo("Some of them cannot spend the whole envelope (can_spend in front.csv). Compare them with care.")
