"""``tierwise robust``: which policy does well whatever the uncertain factors are."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import typer

from simulation.commands.findings import (
    FolderArgument,
    MissingOption,
    OnMissing,
    OutputOption,
    SeedOption,
    records,
    sample_of,
    show,
    write_findings,
)
from simulation.commands.output import JsonOption, emit_json
from simulation.experiments.words import slug

__all__ = ["register", "robust"]


class _Better(StrEnum):
    LOWER = "lower"
    HIGHER = "higher"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(robust)


def robust(
    folder: FolderArgument,
    outcome: Annotated[str, typer.Option(help="Outcome that the sweep keeps.")],
    difference: Annotated[
        bool, typer.Option("--difference", help="Judge differences from the baseline instead of levels.")
    ] = False,
    threshold: Annotated[
        float | None, typer.Option(help="From which value on a state is satisfactory (domain criterion).")
    ] = None,
    optimism: Annotated[float, typer.Option(help="Weight of the best state in Hurwicz's rule.")] = 0.5,
    better: Annotated[
        _Better | None, typer.Option(help="Direction that is better, where the outcome does not say.")
    ] = None,
    on_missing: MissingOption = OnMissing.refuse,
    seed: SeedOption = 1,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the scenarios of a sweep by eleven metrics of robustness over all its points."""
    from simulation.experiments.robustness.analysis import robustness
    from simulation.experiments.robustness.metrics import Terms
    from simulation.figures.robustness import draw_ranks, draw_regret

    sample = sample_of(folder, outcome)
    if better is not None:
        sample = replace(sample, is_lower_better=better is _Better.LOWER)
    found = robustness(
        sample, Terms(optimism, threshold), is_difference=difference, on_missing=on_missing.value, seed=seed
    )
    name = slug(outcome + ("_difference" if difference else ""))
    table, agreements = found.table(), found.agreements()
    target, lines = output or folder / "robustness", found.sentences()
    files = write_findings(
        target,
        {name: table, f"{name}_agreement": agreements},
        {name: draw_ranks(found), f"{name}_regret": draw_regret(found)},
        lines,
    )
    if as_json:
        content: dict[str, Any] = {
            "folder": str(target),
            "files": files,
            "outcome": outcome,
            "is_difference": difference,
            "points": found.points,
            "replications": found.replications,
            "sentences": lines,
            "metrics": records(table),
            "agreement": records(agreements),
        }
        emit_json(content)
        return
    known = table[table["value"].notna()]
    columns = {
        "metric": "metric", "scenario": "scenario", "value": "value", "low": "from", "high": "to", "better": "better",
        "rank": "rank", "probability_best": "best",
    }  # fmt: skip
    show(known, columns, lines, target, files)
