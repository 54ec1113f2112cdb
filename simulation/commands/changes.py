"""Options that change a scenario: ``--set``, and short forms of it for what is changed most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

__all__ = ["FirmsOption", "MonthsOption", "SetOption", "changes"]

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Replace a value, such as population.firms=5000."),
]
FirmsOption = Annotated[int | None, typer.Option(min=1, help="Number of firms; short for --set population.firms.")]
MonthsOption = Annotated[int | None, typer.Option(min=1, help="Months; short for --set time.months.")]


def changes(sets: Sequence[str] | None, firms: int | None = None, months: int | None = None) -> list[str]:
    """Return all changes as ``--set`` would say them; the short forms come last and so win."""
    short = {"population.firms": firms, "time.months": months}
    return [*(sets or []), *(f"{path}={value}" for path, value in short.items() if value is not None)]
