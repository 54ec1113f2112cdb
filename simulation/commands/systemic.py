"""``tierwise systemic``: the firms on which a network hangs."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Hashable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.commands.changes import FirmsOption, SetOption, changes
from simulation.commands.compare import announce_compilation, stages
from simulation.commands.headline import spending_lines
from simulation.commands.output import JsonOption, emit_json, table

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.systemic import Systemic

__all__ = ["register", "systemic"]


class _By(StrEnum):
    closure = "closure"
    defects = "defects"
    late = "late"
    cost = "cost"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(systemic)


def systemic(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/systemic"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of firms and links, and first seed of the draws.")] = 1,
    firms: FirmsOption = None,
    top: Annotated[int, typer.Option(min=0, help="Firms whose risk is taken away, each by itself.")] = 10,
    by: Annotated[_By, typer.Option(help="What the firms are ranked by.")] = _By.closure,
    reps: Annotated[int, typer.Option(min=1, help="Seeds of the draws, with and without the risk of a firm.")] = 5,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; by default one per processor.")] = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the firms of one network by what is lost when they close and by the defects and delays they pass on.

    For the first of them, what their own risk does to all others is measured by runs with and without it on the same
    draws. Writes firms.csv, removal.csv and closure.svg.
    """
    from simulation.engines.strength import solve_strength
    from simulation.experiments.provenance import what_was_run
    from simulation.experiments.removal import remove_risk
    from simulation.experiments.systemic import add_removal, systemic_firms, top_firms
    from simulation.exports.tables import write_table
    from simulation.figures.closure import draw
    from simulation.figures.style import save
    from simulation.runs import check_seed, run_in_world
    from simulation.scenario.reading import load
    from simulation.store.files import check_folder
    from simulation.store.manifest import write_manifest
    from simulation.world.build import build

    changed = changes(sets, firms)
    loaded = load(scenario, changed)
    check_seed(seed + reps - 1)
    check_folder(output)
    announce_compilation(as_json)
    if loaded.network.seed is None:
        loaded = loaded.with_({"network.seed": seed})  # the draws change, the firms do not
    seeds = range(seed, seed + reps)
    with stages(as_json) as tell:
        tell("Solving the budget", 0, 1)
        solved, spent = solve_strength(loaded)
        tell("Solving the budget", 1, 1)
        world = build(solved, seed)
        threads = workers or os.cpu_count() or 1
        usual = run_in_world(world, solved, seed, has_origins=False)
        found = systemic_firms(
            usual, workers=threads, on_firms=_counter(tell, "Closing firms", 2 * world.firms.key.size)
        )
        chosen = top_firms(found.firms, by.value, top)
        whole, effects = found.firms, None
        if chosen:
            done = _counter(tell, "Taking risks away, runs", (1 + len(chosen)) * reps)
            removal = remove_risk(world, solved, chosen, seeds, workers=threads, on_run=done)
            whole, effects = add_removal(whole, removal), removal.effects()
    ranked = whole.iloc[top_firms(whole, by.value, len(whole))]
    write_table(output / "firms.csv", ranked)
    (output / "removal.csv").unlink(missing_ok=True)  # of an earlier call, about other firms
    if effects is not None:
        effects["firm"] = whole["firm"].to_numpy()[effects["firm"].to_numpy()]
        write_table(output / "removal.csv", effects)
    note = f"{solved.name}, {len(whole):,} firms, network of seed {solved.network.seed}, at its start."
    save(draw(found.firms, world.groups, note), output / "closure.svg")
    described = what_was_run([solved], list(seeds), {solved.name: spent} if spent else {})
    write_manifest(output, {"kind": "systemic", "ranked_by": by.value, "fills": world.fills, **described})
    if as_json:
        emit_json(
            {
                "folder": str(output),
                "radius_defects": found.radius_defects,
                "radius_late": found.radius_late,
                "firms": ranked.head(max(top, 1)).to_dict("records"),
            }
        )
        return
    _show(ranked.head(max(top, 10)), found, reps if chosen else 0)
    for line in (*world.fills, *spending_lines(described["spending"])):
        typer.echo(line)
    typer.echo(f"Written to {output}: firms.csv, {'removal.csv, ' if chosen else ''}closure.svg")


def _counter(tell: Callable[[str, int, int], None], label: str, total: int) -> Callable[..., None]:
    """Return a function that several threads may call when a step, or so many, are done."""
    lock, done = threading.Lock(), 0
    tell(label, 0, total)

    def count(steps: int = 1) -> None:
        nonlocal done
        with lock:
            done += steps
            tell(label, done, total)

    return count


def _show(rows: pd.DataFrame, found: Systemic, reps: int) -> None:
    """Print the first firms with what hangs on them, and what the columns mean."""
    columns = ["firm", "size", "sales", "closes", "unreplaced", "defects", "late", "defect cost", "late cost"]
    cells = [
        [
            str(row["firm"]),
            str(row["size"]),
            f"{100.0 * row['sales_share']:.2f}",
            f"{100.0 * row['closure']:.2f}",
            f"{100.0 * row['closure_unreplaced']:.1f}",
            f"{row['defects_passed']:.3g}",
            f"{row['late_passed']:.3g}",
            f"{row['quality_cost'] + row['handling_cost']:.3g}",
            f"{row['late_cost']:.3g}",
            *(_effect(row, outcome) for outcome in ("defects", "late_days") if reps),
        ]
        for row in rows.to_dict("records")
    ]
    if reps:
        columns += ["defects, removed", "late, removed"]
    table(columns, cells)
    typer.echo(
        "sales: its % of all sales. closes: % of all sales lost when it closes; unreplaced: while nobody steps in."
    )
    typer.echo(
        "defects: ppm that its own add to others' deliveries. late: buyers that its own make late, per 100 deliveries."
    )
    typer.echo(
        "defect cost, late cost: what its own defects (at final demand and in handling) and the lateness that began "
        "with it cost all firms, million won a year."
    )
    if reps:
        half = ", with half of the 95 % interval" if reps > 1 else ""
        typer.echo(f"removed: % less for all others without its own risk, {reps} paired runs{half}.")
    for name, radius in (("R_q of defects", found.radius_defects), ("R_d of late deliveries", found.radius_late)):
        if radius >= 1.0:
            typer.echo(f"{name} is {radius:.2f}: risk does not fade along the chain, and its sum is not defined.")


def _effect(row: Mapping[Hashable, Any], outcome: str) -> str:
    """Return the share of others' burden that goes with a firm's risk, in per cent, with half of its interval."""
    share, effect = row[f"{outcome}_share"], row[f"{outcome}_effect"]
    if math.isnan(share):
        return "-"
    half = 0.5 * (row[f"{outcome}_high"] - row[f"{outcome}_low"]) * (share / effect if effect else 0.0)
    return f"{100.0 * share:.3g}" + (f" +- {100.0 * abs(half):.2g}" if math.isfinite(half) else "")
