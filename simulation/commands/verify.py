"""``tierwise verify``: the model beside the formula for every exact limit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.commands.output import JsonOption, emit_json, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.experiments.verification import Check, Limit

__all__ = ["page", "register", "verify"]

_START = """# Verification

Where a formula is known, the model must give it. Each limit below is run through the model's own rules and engine for
several sets of parameters and compared with a formula computed apart; the tests run the same comparisons. The table is
made by

    tierwise verify -o DIR

"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)


def verify(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of limits, such as B1; by default all.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder in which verification.md is written.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the model with the formula in every exact limit."""
    from simulation.errors import InputError
    from simulation.experiments.verification import LIMITS
    from simulation.store.files import replace_file

    known = {limit.id: limit for limit in LIMITS}
    if unknown := [name for name in ids or () if name not in known]:
        message = f"there is no limit '{unknown[0]}'; there are {', '.join(known)}"
        raise InputError(message)
    found: dict[Limit, list[Check]] = {}
    for name in ids or known:
        found[known[name]] = known[name].checks()
        if not as_json:
            agrees = sum(check.agrees for check in found[known[name]])
            typer.echo(f"{name}: {agrees} of {len(found[known[name]])} agree", err=True)
    if output is not None:
        with replace_file(output / "verification.md") as temporary:
            temporary.write_text(page(found), encoding="utf-8")
    rows = [(limit, check) for limit, checks in found.items() for check in checks]
    if as_json:
        emit_json([{"id": limit.id, **vars(check), "agrees": check.agrees} for limit, check in rows])
    else:
        table(
            ["limit", "parameters", "model", "formula", "tolerance", ""],
            [[limit.id, *_cells(check)] for limit, check in rows],
        )
    failed = [limit.id for limit, check in rows if not check.agrees]
    if failed:
        typer.echo(f"{len(failed)} of {len(rows)} comparisons fail: {', '.join(dict.fromkeys(failed))}", err=True)
        raise typer.Exit(1)


def _cells(check: Check) -> list[str]:
    verdict = "agrees" if check.agrees else "FAILS"
    return [check.parameters, f"{check.model:.7g}", f"{check.formula:.7g}", f"{check.tolerance:.2g}", verdict]


def page(found: Mapping[Limit, Sequence[Check]]) -> str:
    """Return the page of the documentation: a section per limit with its formula, source and comparisons."""
    parts = [_START]
    for limit, checks in found.items():
        parts.append(f"## {limit.id}: {limit.title}\n\n")
        parts.append(f"`{limit.formula}`\n\nSource: {limit.source}. Tolerance: {limit.tolerance}.\n\n")
        parts.append("| Parameters | Model | Formula | Tolerance | |\n|---|---|---|---|---|\n")
        parts += ["| " + " | ".join(_cells(check)) + " |\n" for check in checks]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"
