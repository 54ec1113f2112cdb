"""Members of an ensemble: parameter sets that fit what is known about as well as each other, and their table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError, Problem
from simulation.scenario.shipped import PREFIX, shipped_folder

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Member", "members_table", "read_ensemble"]


@dataclass(frozen=True)
class Member:
    """One parameter set.

    Attributes
    ----------
    number : int
        Number of the draw; numbers of draws that could not be fitted are missing.
    values : dict
        Drawn and fitted values by dotted path, for `Scenario.with_`.
    targets, model : dict
        By target: what was drawn, and what the fitted set gives.
    """

    number: int
    values: dict[str, float]
    targets: dict[str, float]
    model: dict[str, float]


def members_table(members: Sequence[Member]) -> pd.DataFrame:
    """Return a row per member: number, values by path, drawn targets and what the member gives."""
    import pandas as pd

    rows = [
        {
            "member": member.number,
            **member.values,
            **{f"target:{name}": value for name, value in member.targets.items()},
            **{f"model:{name}": value for name, value in member.model.items()},
        }
        for member in members
    ]
    return pd.DataFrame(rows)


def read_ensemble(file: str | Path = f"{PREFIX}baseline") -> tuple[Member, ...]:
    """Return the members of an ensemble: of a CSV file, or the shipped one of that name (``tierwise:baseline``).

    Raises
    ------
    InputError
        No such file, or a table that holds no members, with the line.
    """
    name, folder = str(file), shipped_folder() / "ensemble"
    if name.startswith(PREFIX):
        bare, shipped = name.removeprefix(PREFIX), sorted(one.stem for one in folder.glob("*.csv"))
        if bare not in shipped:
            message = f"there is no shipped ensemble {bare[:80]!r}; there are {', '.join(shipped)}"
            raise InputError(message)
        path = folder / f"{bare}.csv"
    else:
        path = Path(name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            members = _members(csv.reader(opened), path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(Problem(f"this cannot be read as an ensemble: {reason}", str(path))) from error
    if not members:
        raise InputError(Problem("the file holds no members", str(path)))
    return members


def _members(rows: Any, path: Path) -> tuple[Member, ...]:  # noqa: ANN401 - a reader of the module csv
    """Return a member for each row behind the first, which names the columns; `InputError` where a row is none."""
    names: list[str] = []
    found: dict[int, Member] = {}
    try:
        names = next(rows, [])
        if (wrong := _header_fault(names)) is not None:
            raise ValueError(wrong)
        for row in rows:
            if row:
                member = _member(names, row)
                if member.number in found:
                    raise ValueError(f"the member {member.number} stands in an earlier line too")
                found[member.number] = member
    except (ValueError, csv.Error) as error:
        message = f"this cannot be read as an ensemble: {str(error)[:200]}"
        raise InputError(Problem(message, f"{path}:{max(rows.line_num, 1)}")) from error
    return tuple(found.values())


def _header_fault(names: Sequence[str]) -> str | None:
    if "member" not in names:
        return "the first line names the columns, and one of them is 'member'"
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return f"there are two columns {twice[:80]!r}"
    odd = next((name for name in names if name.rpartition(":")[0] not in {"", "target", "model"}), None)
    return None if odd is None else f"the column {odd[:80]!r} is none of a value, target:NAME and model:NAME"


def _member(names: Sequence[str], row: Sequence[str]) -> Member:
    """Return the member of a row; ValueError where a cell is missing or no finite number."""
    if len(row) != len(names):
        raise ValueError(f"{len(row)} values where the first line names {len(names)} columns")
    cells = dict(zip(names, row, strict=True))
    number = int(cells.pop("member"))
    parts: dict[str, dict[str, float]] = {"target": {}, "model": {}, "": {}}
    for name, cell in cells.items():
        kind, _, rest = name.rpartition(":")
        parts[kind][rest] = float(cell)
        if kind != "model" and not isfinite(parts[kind][rest]):
            raise ValueError(f"{name} is {cell[:40]!r}, which is no finite number")
    return Member(number, parts[""], parts["target"], parts["model"])
