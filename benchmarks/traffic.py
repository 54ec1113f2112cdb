"""What a month must read and write: one row per pass of the engine, from which the traffic is counted and replayed.

A pass takes the firms block by block. An array that is used twice in a block counts once, because a block fits into
the nearest memory; the rooms for a block (`Bench`) and sums by group do not count either. What is read and written
again counts twice.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from benchmarks.timing import Table

__all__ = ["CANDIDATE_TABLES", "LATE_ROWS", "LOOKED_UP", "Pass", "array_of", "counted", "passes"]

LATE_ROWS = 12
"""About every twelfth row is late in a round; arrays that only late rows need are touched that often."""


class Pass(NamedTuple):
    """What one pass over firms and links touches.

    Attributes
    ----------
    name : str
    reads, writes : tuple of str
        Arrays of firms, all rows.
    late : tuple of str
        Arrays of which only the rows of late firms are read.
    links : str
        Of links besides the supplier: "weight" or "factor" are read, "weight>factor" reads one and writes the other,
        "none" reads the supplier alone, "" does not look at links.
    table : str
        Read at every link's supplier.
    is_told : bool
        Whether the table is added to instead of read.
    """

    name: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    links: str = ""
    table: str = ""
    is_told: bool = False


_CHANNELS = ("adoption_subsidy", "access_subsidy", "training", "reinvestment", "pressure", "overdue")
_STATE = ("adopted", "user_share", "capacity", "effective", "sales")


def _of(owner: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{owner}.{name}" for name in names)


def _round(before: str, after: str) -> Pass:
    return Pass(
        "round of delivery",
        reads=_of("work", "event", "let_through", "own_hazard", "slack"),
        writes=("state.own_late", f"{after}.shown", f"{after}.late"),
        late=(
            *_of("firms", "key", "late_chance", "group", "weight"),
            *_of("state", "effective", "adopted", "months_adopted", "sales"),
            "work.late_days", f"{after}.root", f"{after}.travelled",
        ),
        links="factor",
        table=f"{before}.shown",
    )  # fmt: skip


def passes(rounds: int) -> list[Pass]:
    """Return the passes of a month without programmes and without origins, in order."""
    goods, others = "work.goods", "work.others"
    delivered = [_round(goods, others) if number % 2 == 0 else _round(others, goods) for number in range(rounds)]
    return [
        Pass("policy", writes=("work.own_cost",)),
        Pass(
            "write signals",
            reads=("state.user_share", "state.adopted", "firms.cell"),
            writes=("work.signal", "work.heard"),
        ),
        Pass(
            "tell suppliers",
            reads=("state.user_share", "state.adopted"),
            links="none",
            table="work.heard",
            is_told=True,
        ),
        Pass(
            "look, adopt, use, learn",
            reads=(
                *_of("work", "heard", "partners"),
                *_of("firms", "cell", "adoption_cost", "key", "reinvested", "capacity_start"),
                *_of("channels", *_CHANNELS[:5]),
                *_of("state", *_STATE, "months_adopted", "wait", "log_odds"),
            ),
            writes=(
                "work.chance",
                *_of("state", "adopted", "months_adopted", "wait", "log_odds", "user_share", "capacity", "effective"),
            ),
            links="weight",
            table="work.signal",
        ),
        Pass("settle", reads=("state.adopted", "state.months_adopted"), writes=("work.late_days",)),
        Pass("show effective use", reads=("state.effective",), writes=("work.effective",)),
        Pass(
            "own process, link factors",
            reads=(*_of("state", "adopted", "months_adopted", "effective"), "firms.own_defects", "work.full_buffer"),
            writes=("state.own_defects", *_of("work", "own_hazard", "let_through", "slack")),
            links="weight>factor",
            table="work.effective",
        ),
        Pass(
            "late events of all rounds",
            reads=("firms.key", "firms.late_chance", "state.effective"),
            writes=("work.event",),
        ),
        *delivered,
        Pass(
            "last deliveries",
            reads=_of("work.goods", "shown", "late", "root", "travelled"),
            writes=("state.defects", *_of("work.goods", "root", "travelled")),
        ),
        Pass(
            "averages",
            reads=(
                "state.defects", "work.late_days", "state.defects_average", "state.late_average", "firms.cell",
            ),
            writes=("state.defects_average", "state.late_average"),
        ),
        Pass(
            "standing",
            reads=("state.defects_average", "state.late_average", "firms.cell"),
            writes=("work.excess", "work.replaced"),
        ),
        Pass("clear changes", writes=("work.heard",)),
        Pass(
            "review, account, record",
            reads=(
                *_of("firms", "key", "input_share", "reinvested", "final_demand", "install_cost", "weight", "workers"),
                "firms.group", *_of("state", *_STATE), "channels.reinvestment",
                *_of("work", "purchases", "late_days", "own_cost", "support"), "state.defects",
            ),
            writes=("state.value_added",),
            links="weight",
            table="work.goods.shown",
        ),
        Pass(
            "move sales",
            reads=("work.heard", "state.sales", "work.partners"),
            writes=("work.heard", "state.sales", "work.partners"),
        ),
    ]  # fmt: skip


CANDIDATE_TABLES = ("work.alias", "work.excess")
"""Read at random for a slot whose supplier is replaced, once for each candidate that is looked up."""

LOOKED_UP = 1.2
"""Candidates of sixteen that are looked up: the luckiest, and others where it has a bad record or cannot take the slot.

1.15 in the baseline with suppliers drawn by their numbers of customers, before any is a supplier already.
"""


def array_of(engine: Any, path: str) -> np.ndarray:
    """Return the engine's array of a dotted name."""
    owner = {"firms": engine.world.firms}
    first, *rest = path.split(".")
    found = owner.get(first) if first in owner else getattr(engine, first)
    for name in rest:
        found = getattr(found, name)
    return found


def row_bytes(engine: Any, path: str) -> int:
    """Return the bytes per firm of an array; pairs of numbers count together."""
    array, n = array_of(engine, path), engine.world.firms.key.size
    return array.itemsize * (array.size // n if n else 1)


def counted(engine: Any, replaced: float) -> tuple[Table, dict[str, float]]:
    """Return the traffic of each pass as a table, and of the month in all.

    ``replaced`` is the part of links whose supplier is replaced in a month.
    """
    n = engine.world.firms.key.size
    per_firm = engine.ties.supplier.size / n
    rows = []
    total = {"streamed bytes": 0.0, "random accesses": 0.0}
    named: dict[str, list[Any]] = {}
    for step in passes(engine.parameters.rounds):
        read = sum(row_bytes(engine, path) for path in step.reads)
        late = sum(row_bytes(engine, path) for path in step.late) / LATE_ROWS
        written = sum(row_bytes(engine, path) for path in step.writes)
        of_link = {"": 0, "none": 4, "weight": 8, "factor": 8, "weight>factor": 12}[step.links]
        streamed = read + late + written + per_firm * of_link
        kept = named.setdefault(step.name, [0, read + late, written, of_link, 1 if step.table else 0, 0.0])
        kept[0] += 1
        kept[5] += streamed
        total["streamed bytes"] += streamed
        total["random accesses"] += per_firm if step.table else 0.0
    for name, (times, read, written, of_link, looks, streamed) in named.items():
        shown = f"{name}, x {times}" if times > 1 else name
        rows.append([shown, f"{read:.0f}", f"{written:.0f}", f"{of_link}", f"{looks}", f"{streamed:.0f}"])
    sought = engine.world.links.supplier.size / n * replaced * LOOKED_UP * len(CANDIDATE_TABLES)
    rows.append(["candidates of replaced links", "", "", "", f"{sought / per_firm:.2f}", ""])
    total["random accesses"] += sought
    whole = [f"{total['streamed bytes']:.0f}"]
    rows.append(["all, per firm-month", "", "", "", f"{total['random accesses']:.1f} a firm", *whole])
    table = Table(
        "What a month must move (bytes)",
        ["Pass", "read a firm", "written a firm", "a link", "random accesses a link", "in all a firm"],
        rows,
        f"{per_firm:.2f} links a firm, those that fill up runs included; sums over rounds in the last column.",
    )
    return table, total
