"""``tierwise claims``: the claims that the model is asked about, under varied assumptions and in their nulls."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.compare import announce_compilation, stages
from simulation.commands.output import JsonOption, SetOption, emit_json, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["claims", "register"]

SCENARIOS = ("baseline", "trickle_down", "cash_subsidy", "capability")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(claims)


def claims(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("out/claims"),
    reps: Annotated[int, typer.Option(min=2, help="Number of seeds.")] = 20,
    firms: Annotated[int, typer.Option(min=100, help="Number of firms.")] = 6_000,
    members: Annotated[
        int, typer.Option(min=0, help="Members of the shipped ensemble in which claims a to c are asked again.")
    ] = 100,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the claims to the model: trickle-down, money without capability, the gap itself, lean chains."""
    from simulation.experiments import over_ensemble
    from simulation.experiments.claims import grid, policies, spread, summaries
    from simulation.experiments.ensemble import read_ensemble
    from simulation.figures.claims import draw_gap, draw_grid, draw_policies
    from simulation.figures.style import save
    from simulation.scenario.reading import load
    from simulation.store import check_folder, replace_file, write_manifest

    changes = [f"population.firms={firms}", *(sets or [])]
    scenarios = [load(f"tierwise:{name}", changes) for name in SCENARIOS]
    seeds, workers = range(1, reps + 1), os.cpu_count() or 1
    check_folder(output)
    announce_compilation(as_json)
    with stages(as_json) as tell:
        gap = spread.spread(
            scenarios[0], seeds, workers=workers, on_done=lambda done: tell("The gap at equal mean, seeds", done, reps)
        )
        lean = grid.grid(
            scenarios[0], seeds, workers=workers, on_done=lambda done: tell("Lean and pass-through, seeds", done, reps)
        )
        total = len(policies.SETTINGS)
        settings = policies.solved(scenarios, on_done=lambda done: tell("Solving budgets, settings", done, total))
        changed = policies.effects(
            settings, seeds, workers=workers, on_done=lambda done: tell("Policies, seeds", done, reps)
        )
        chosen = read_ensemble()[:members] if members else ()
        if chosen:
            small = [load(f"tierwise:{name}", sets or []) for name in SCENARIOS]
            by_member = over_ensemble.effects_by_member(
                small, chosen, workers=workers, on_done=lambda done: tell("Ensemble, policies", done, len(chosen))
            )
            gaps = over_ensemble.gap_by_member(
                small[0],
                chosen,
                {name: spread.SETTINGS[name] for name in ("as assumed", "chi 0", "null")},
                workers=workers,
                on_done=lambda done: tell("Ensemble, the gap", done, len(chosen)),
            )
    tables = {
        "policies": summaries.policy_effects(changed),
        "gap": summaries.gap_effects(gap),
        "lean": summaries.mean_levels(lean),
    }
    if chosen:
        tables["ensemble"] = over_ensemble.summary(by_member, ["scenario", "outcome", "unit"], "difference")
        tables["ensemble_gap"] = over_ensemble.summary(gaps, ["setting", "measure", "group", "part"], "mean")
    for name, found in tables.items():
        with replace_file(output / f"{name}.csv") as temporary:
            found.to_csv(temporary, index=False, float_format="%.6g")
    note = f"{reps} seeds, {scenarios[0].population.firms:,} firms; lines: 95 % intervals (t) over seeds."
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
    write_manifest(
        output,
        {"kind": "claims", "seeds": list(seeds), "scenarios": {s.name: {"resolved": s.resolved()} for s in scenarios}},
    )
    if as_json:
        emit_json({"folder": str(output), **{name: found.to_dict("records") for name, found in tables.items()}})
        return
    _show(tables["policies"])
    pictures = [f"{name}.png" for name in ("policies", "gap", "lean")]
    typer.echo(f"Written to {output}: {', '.join([*(f'{name}.csv' for name in tables), *pictures])}")


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
