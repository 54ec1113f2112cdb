"""``tierwise discover``: under which conditions something happens in a sweep."""

from __future__ import annotations

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
    from matplotlib.figure import Figure

    from simulation.experiments.discovery.boxes import Prim
    from simulation.experiments.discovery.tree import Tree

__all__ = ["discover", "register"]


class _Method(StrEnum):
    prim = "prim"
    tree = "tree"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(discover)


def discover(
    folder: FolderArgument,
    where: Annotated[
        str,
        typer.Option(
            help="What is looked for, such as 'adopter_gap > 30' or 'adopter_gap: cash_subsidy - baseline >= 0'."
        ),
    ],
    method: Annotated[_Method, typer.Option(help="Boxes by PRIM, or a classification tree.")] = _Method.prim,
    share: Annotated[
        float, typer.Option(help="Part of a point's replications in which it has to hold for the point to be a case.")
    ] = 0.5,
    boxes: Annotated[int, typer.Option(min=1, max=20, help="Boxes to look for at most.")] = 3,
    choice: Annotated[
        int | None, typer.Option("--box", min=0, help="Number of the box to take from the first trajectory.")
    ] = None,
    on_missing: MissingOption = OnMissing.refuse,
    seed: SeedOption = 1,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say in which part of the factors' ranges something happens, such as that a policy fails."""
    from simulation.experiments.discovery.cases import cases_of
    from simulation.experiments.discovery.condition import parse_where
    from simulation.experiments.discovery.prim import Peeling, prim
    from simulation.experiments.discovery.tree import grow_tree

    asked = parse_where(where)
    cases = cases_of(asked, lambda outcome: sample_of(folder, outcome), threshold=share, on_missing=on_missing.value)
    found: Prim | Tree
    if method is _Method.prim:
        found = prim(cases, Peeling(boxes=boxes, choice=choice), seed=seed)
    else:
        found = grow_tree(cases, seed=seed)
    name = f"{method.value}_{slug(str(asked))}"
    tables, figures = _findings(found, name)
    target, lines = output or folder / "discovery", found.sentences()
    files = write_findings(target, tables, figures, lines)
    for earlier in target.glob(f"{name}_box_*.svg"):  # of an answer with more boxes
        if earlier.name not in files:
            earlier.unlink()
    if as_json:
        content: dict[str, Any] = {
            "folder": str(target),
            "files": files,
            "where": str(asked),
            "points": int(cases.share.size),
            "cases": cases.count,
            "disagreeing": cases.disagreeing,
            "method": method.value,
            "sentences": lines,
        }
        parts = {key.removeprefix(name).strip("_") or "table": records(frame) for key, frame in tables.items()}
        emit_json(content | parts)
        return
    columns = (
        {"box": "box", "restriction": "restriction", "quasi_p": "quasi-p", "density": "density of the box",
         "density_without": "without it", "reproduced_density": "found again"}
        if method is _Method.prim
        else {"leaf": "leaf", "rule": "rule", "density": "density", "coverage": "coverage", "mass": "mass"}
    )  # fmt: skip
    show(tables[name], columns, lines, target, files)


def _findings(found: Prim | Tree, name: str) -> tuple[dict[str, pd.DataFrame], dict[str, Figure]]:
    """Return the tables and figures by the names of their files."""
    from simulation.experiments.discovery.boxes import Prim
    from simulation.figures.discovery import draw_box, draw_tree

    if isinstance(found, Prim):
        figures = {f"{name}_box_{k}": draw_box(found, k) for k in range(1, len(found.found) + 1)}
        return {name: found.table(), f"{name}_trajectory": found.trajectory()}, figures
    return {name: found.table()}, {name: draw_tree(found)}
