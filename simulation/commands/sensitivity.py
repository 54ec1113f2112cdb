"""``tierwise sensitivity``: which factors of a sweep move an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    import pandas as pd

    from simulation.experiments.sensitivity.analysis import Sensitivity

__all__ = ["register", "sensitivity"]


class _Method(StrEnum):
    auto = "auto"
    one_at_a_time = "one_at_a_time"
    morris = "morris"
    sobol = "sobol"
    pawn = "pawn"


_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "OneAtATime": {
        "label": "factor", "range": "range", "range_low": "from", "range_high": "to", "lowest_at": "lowest at",
        "highest_at": "highest at",
    },
    "ElementaryEffects": {
        "label": "factor", "mu_star": "mu*", "mu_star_low": "from", "mu_star_high": "to", "mu": "mu", "sigma": "sigma",
        "noise": "luck",
    },
    "SobolIndices": {
        "label": "factor", "total": "total", "total_low": "from", "total_high": "to", "first": "first order",
        "first_low": "from", "first_high": "to", "total_single": "total, one run", "noise": "luck, one run",
        "noise_of_mean": "luck",
    },
    "Pawn": {
        "label": "factor", "distance": "distance", "distance_low": "from", "distance_high": "to", "floor": "floor",
        "p_adjusted": "p", "first": "first order", "noise": "luck",
    },
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sensitivity)


def sensitivity(
    folder: FolderArgument,
    outcome: Annotated[str, typer.Option(help="Outcome that the sweep keeps.")],
    scenario: Annotated[str | None, typer.Option(help="Scenario to look at; by default the baseline.")] = None,
    difference: Annotated[bool, typer.Option("--difference", help="Its difference from the baseline.")] = False,
    method: Annotated[_Method, typer.Option(help="By default the one that fits the design.")] = _Method.auto,
    second_order: Annotated[bool, typer.Option("--second-order", help="Sobol indices of pairs too.")] = False,
    on_missing: MissingOption = OnMissing.refuse,
    seed: SeedOption = 1,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which factors of a sweep move an outcome, how surely, and how much of it is luck."""
    from simulation.experiments.response import response_of
    from simulation.experiments.sensitivity.analysis import analyse_sensitivity
    from simulation.figures.sensitivity import draw_sensitivity

    response = response_of(sample_of(folder, outcome), scenario, is_difference=difference)
    found = analyse_sensitivity(
        response, method.value, on_missing=on_missing.value, has_second_order=second_order, seed=seed
    )
    tables = _tables(found)
    name = slug(f"{outcome}_{response.scenario}" + ("_difference" if difference else ""))
    target = output or folder / "sensitivity"
    lines = found.sentences()
    files = write_findings(
        target,
        {f"{name}{'_' if part else ''}{part}": frame for part, frame in tables.items()},
        {name: draw_sensitivity(found)},
        lines,
    )
    if as_json:
        content: dict[str, Any] = {
            "folder": str(target),
            "files": files,
            "outcome": outcome,
            "scenario": response.scenario,
            "is_difference": difference,
            "analysis": type(found).__name__,
            "sentences": lines,
        }
        emit_json(content | {part or "factors": records(frame) for part, frame in tables.items()})
        return
    show(next(iter(tables.values())), _COLUMNS[type(found).__name__], lines, target, files)


def _tables(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """Return the tables of an analysis; the first, a row per factor, has no name of its own."""
    from simulation.experiments.sensitivity.one_at_a_time import OneAtATime
    from simulation.experiments.sensitivity.sobol import SobolIndices

    if isinstance(found, OneAtATime):
        return {"": found.ranges(), "levels": found.table()}
    tables = {"": found.table()}
    if isinstance(found, SobolIndices) and found.second is not None:
        tables["pairs"] = found.pairs()
    return tables
