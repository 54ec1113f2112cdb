"""The parameter register: every declared quantity with its path, default, range, unit, status and source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from simulation.policies import lever_kinds
from simulation.scenario.declarations import Leaf, Levers, Part, Path, Shape, Table, plain, shape_of
from simulation.scenario.scenario import Scenario

__all__ = ["Entry", "register"]


class Entry(NamedTuple):
    """One declared quantity.

    Attributes
    ----------
    path : str
        Dotted path in a scenario; of a lever's quantity, the path under the lever's own name.
    label, symbol, unit : str
        What it is, its symbol in the equations and its unit.
    default : number or None
        The declared default.
    low, high : float or None
        The range over which results should be tried; None where no range is meaningful.
    minimum, maximum : float or None
        Hard limits.
    status : {"measured", "calibrated", "assumed", "design"}
        Where the default comes from.
    source : str
        Evidence row, or why it was assumed.
    kind : {"int", "float"}
        Whether it counts something.
    """

    path: str
    label: str
    symbol: str
    default: int | float | None
    unit: str
    low: float | None
    high: float | None
    minimum: float | None
    maximum: float | None
    status: str
    source: str
    kind: str


def register() -> list[Entry]:
    """Return all declared quantities in the order of the sections; tables with an entry per name, levers at the end."""
    return list(_entries(shape_of(Scenario), Scenario().resolved(), ()))


def _entries(shape: Shape, value: Any, path: Path) -> Iterator[Entry]:  # noqa: ANN401 - any plain value
    if isinstance(shape, Part) and value is not None:
        for name, entry in shape.fields.items():
            yield from _entries(entry, value[name], (*path, name))
    elif isinstance(shape, Table):
        for name in value:
            yield from _entries(shape.entry, value[name], (*path, name))
    elif isinstance(shape, Levers):
        for name, kind in shape.kinds.items():
            yield from _entries(kind, plain(lever_kinds()[name].model_validate({})), (*path, name))
    elif isinstance(shape, Leaf) and shape.quantity is not None:
        declared = shape.quantity
        yield Entry(
            path=".".join(path),
            label=declared.label,
            symbol=declared.symbol,
            default=value,
            unit=declared.unit or "",
            low=declared.low,
            high=declared.high,
            minimum=declared.minimum,
            maximum=declared.maximum,
            status=declared.status,
            source=declared.source,
            kind=shape.kind.__name__,
        )
