"""``tierwise claims``: the claims that the model is asked about, under varied assumptions and in their nulls."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.changes import SetOption
from simulation.commands.compare import announce_compilation, stages
from simulation.commands.output import JsonOption, emit_json, table

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.members import Member
    from simulation.scenario.scenario import Scenario

__all__ = ["FILES", "claims", "register"]

SCENARIOS = ("baseline", "trickle_down", "cash_subsidy", "capability")

PICTURES = ("policies.png", "gap.png", "lean.png")
_TABLES = ("policies", "gap", "lean", "ensemble", "ensemble_gap", "ensemble_lean", "verdicts")
FILES = (*(f"{name}.csv" for name in _TABLES), *PICTURES, "manifest.json")
"""What the command writes."""

LEAN, PASS_THROUGH = (0.0, 0.2, 0.6, 1.0), (0.7, 1.0)
"""Points of the grid that every member of the ensemble is asked about."""

Tell = Callable[[str, int, int], None]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(claims)


def claims(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/claims"),
    reps: Annotated[int, typer.Option(min=2, help="Number of seeds.")] = 20,
    firms: Annotated[int, typer.Option(min=100, help="Number of firms.")] = 6_000,
    members: Annotated[
        int, typer.Option(min=0, help="Members of the shipped ensemble in which the claims are asked again.")
    ] = 100,
    member_reps: Annotated[int, typer.Option(min=2, help="Seeds of each member for claims a and b.")] = 16,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the claims to the model: trickle-down, money without capability, the gap itself, lean chains."""
    from simulation.experiments.claims.verdicts import verdicts
    from simulation.experiments.members import read_ensemble
    from simulation.exports.tables import write_table
    from simulation.scenario.reading import load
    from simulation.store.files import check_folder
    from simulation.store.manifest import write_manifest

    scenarios = [load(f"tierwise:{name}", [f"population.firms={firms}", *(sets or [])]) for name in SCENARIOS]
    chosen = read_ensemble()[:members] if members else ()
    check_folder(output)
    announce_compilation(as_json)
    with stages(as_json) as tell:
        tables = _over_seeds(scenarios, range(1, reps + 1), tell)
        if chosen:
            small = [load(f"tierwise:{name}", sets or []) for name in SCENARIOS]
            tables |= _over_members(small, chosen, member_reps, tell)
    tables["verdicts"] = verdicts(tables)
    for name, found in tables.items():
        write_table(output / f"{name}.csv", found, digits=6)
    _draw(
        tables, output, f"{reps} seeds, {scenarios[0].population.firms:,} firms; lines: 95 % intervals (t) over seeds."
    )
    write_manifest(
        output,
        {
            "kind": "claims",
            "seeds": list(range(1, reps + 1)),
            "members": [member.number for member in chosen],
            "member_seeds": list(range(1, member_reps + 1)) if chosen else [],
            "scenarios": {s.name: {"resolved": s.resolved()} for s in scenarios},
        },
    )
    if as_json:
        emit_json({"folder": str(output), **{name: found.to_dict("records") for name, found in tables.items()}})
        return
    _show(tables["policies"])
    typer.echo("")
    _show_verdicts(tables["verdicts"])
    typer.echo(f"Written to {output}: {', '.join([*(f'{name}.csv' for name in tables), *PICTURES])}")


def _over_seeds(scenarios: Sequence[Scenario], seeds: Sequence[int], tell: Tell) -> dict[str, pd.DataFrame]:
    """Return what the shipped values give under all assumptions, with intervals over seeds."""
    from simulation.experiments.claims import grid, policies, spread, summaries

    workers, reps, total = os.cpu_count() or 1, len(seeds), len(policies.SETTINGS)
    gap = spread.spread(
        scenarios[0], seeds, workers=workers, on_done=lambda done: tell("The gap at equal mean, seeds", done, reps)
    )
    lean = grid.grid(
        scenarios[0], seeds, workers=workers, on_done=lambda done: tell("Lean and pass-through, seeds", done, reps)
    )
    settings = policies.solved(scenarios, on_done=lambda done: tell("Solving budgets, settings", done, total))
    changed = policies.effects(
        settings, seeds, workers=workers, on_done=lambda done: tell("Policies, seeds", done, reps)
    )
    return {
        "policies": summaries.policy_effects(summaries.with_courses(changed)),
        "gap": summaries.gap_effects(gap),
        "lean": summaries.mean_levels(lean),
    }


def _over_members(
    scenarios: Sequence[Scenario], members: Sequence[Member], reps: int, tell: Tell
) -> dict[str, pd.DataFrame]:
    """Return what the members of the ensemble give: their means, where 95 % of them lie, and the error of seeds."""
    from simulation.experiments import over_ensemble
    from simulation.experiments.claims import spread, summaries

    workers, total = os.cpu_count() or 1, len(members)
    effects = over_ensemble.effects_by_member(
        scenarios,
        members,
        reps=reps,
        workers=workers,
        on_done=lambda done: tell("Ensemble, policies", done, total),
    )
    gap = over_ensemble.gap_by_member(
        scenarios[0],
        members,
        {name: spread.SETTINGS[name] for name in ("as assumed", "chi 0", "null of c")},
        workers=workers,
        on_done=lambda done: tell("Ensemble, the gap", done, total),
    )
    lean = over_ensemble.grid_by_member(
        scenarios[0],
        members,
        lean=LEAN,
        pass_through=PASS_THROUGH,
        workers=workers,
        on_done=lambda done: tell("Ensemble, lean and pass-through", done, total),
    )
    summary = over_ensemble.summary
    return {
        "ensemble": summary(summaries.with_courses(effects), ["scenario", "outcome", "unit"], "difference"),
        "ensemble_gap": summary(gap, ["setting", "measure", "group", "part"], "effect"),
        "ensemble_lean": summary(lean, ["state", "lean", "pass_through", "measure", "group"], "value"),
    }


def _draw(tables: Mapping[str, pd.DataFrame], output: Path, note: str) -> None:
    """Write the figures."""
    from simulation.figures.claims import draw_gap, draw_grid, draw_policies
    from simulation.figures.style import save

    save(
        draw_policies(
            tables["policies"],
            f"Differences from the baseline at the end of 2030 at equal public money. {note} Dashed: smallest effect "
            "that matters.",
        ),
        output / "policies.png",
    )
    save(
        draw_gap(
            tables["gap"],
            "Deliveries with effective use as it is at the end of 2030, over those in which every firm has the mean "
            f"that leaves firms' own part as it is. {note} Shaded: too small to matter.",
        ),
        output / "gap.png",
    )
    save(
        draw_grid(tables["lean"], f"Effective use held as in 2030, and at 0.8 in every firm. {note}"),
        output / "lean.png",
    )


def _show(found: pd.DataFrame) -> None:
    """Print the differences that policies make."""
    rows = [
        [
            row["setting"],
            row["scenario"],
            row["outcome"],
            f"{row['mean']:+.3g}",
            f"{row['low']:+.3g} to {row['high']:+.3g}",
        ]
        for row in found.to_dict("records")
    ]
    table(["setting", "scenario", "outcome", "difference", "95 %"], rows)


def _show_verdicts(found: pd.DataFrame) -> None:
    """Print the verdicts."""
    columns = ["claim", "part", "seeds", "ensemble", "null", "verdict", "depends_on"]
    table(columns, [[str(row[name]) for name in columns] for row in found.to_dict("records")])
