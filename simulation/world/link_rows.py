"""The rows of links.csv: who supplies whom, with what weight, each checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.merging import did_you_mean
from simulation.state import Float, Index, Small
from simulation.world.cells import flags, identities, numbers, repeated
from simulation.world.faults import Faults, quoted
from simulation.world.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LinkRows", "link_rows"]

_MOST_SLOTS = 2**20
_LARGEST_VALUE = 1e12
_SEARCHED = 1000
"""Most ids among which one that looks alike is sought."""


class LinkRows(NamedTuple):
    """Rows of links.csv ordered by buyer; firms as rows of firms.csv; NaN and -1 where entries are missing."""

    start: Index
    supplier: Small
    buyer: Small
    weight: Float
    is_critical: Small
    value: Float


def link_rows(table: Table, ids: pa.Array | None, faults: Faults) -> LinkRows | None:
    """Return the rows of links.csv; note what is wrong with them, without ids of firms what does not depend on them."""
    import pyarrow.compute as pc

    supplier_id, buyer_id = identities(table, "supplier", faults), identities(table, "buyer", faults)
    weight, is_critical = numbers(table, "weight", faults), flags(table, "critical", faults)
    value = numbers(table, "value", faults)

    def note(condition: NDArray[np.bool_], message: str) -> None:
        def sentence(row: int) -> str:
            return message.format(quoted(supplier_id[row].as_py()), f"{weight[row]:.10g}", f"{value[row]:.10g}")

        faults.add_rows(table.file, table.line, np.flatnonzero(condition), sentence)

    note(weight <= 0.0, "weight must be above 0, not {1}; leave out a link that carries nothing")
    note(value < 0.0, "value must not be negative, and is {2}")
    note(value > _LARGEST_VALUE, "value is in million won a year; {2} is more than all firms of the world sell")
    if np.isnan(weight).any():
        note(value == 0.0, "value is 0 and not all weights are given; leave out a link that carries nothing")
    if "value" in table.columns and not (is_unknown := np.isnan(value)).all():
        note(is_unknown, "value is missing or cannot be read; give it for all links, or leave the column out")
    is_loop = pc.and_(pc.equal(supplier_id, buyer_id), pc.not_equal(buyer_id, ""))
    note(is_loop.to_numpy(zero_copy_only=False), "{0} is its own supplier; remove the link")
    if ids is None:
        return None
    supplier = _rows_of(supplier_id, "supplier", ids, table, faults)
    buyer = _rows_of(buyer_id, "buyer", ids, table, faults)
    is_known = np.flatnonzero((supplier >= 0) & (buyer >= 0))
    pair = buyer[is_known].astype(np.int64) * len(ids) + supplier[is_known]
    again, first = (is_known[rows] for rows in repeated(pair))
    earlier = dict(zip(again.tolist(), first.tolist(), strict=True))

    def said_before(row: int) -> str:
        pair = f"from {quoted(supplier_id[row].as_py())} to {quoted(buyer_id[row].as_py())}"
        return f"the link {pair} is already in line {table.line[earlier[row]]}; keep one"

    faults.add_rows(table.file, table.line, again, said_before)
    order = np.argsort(buyer, kind="stable")
    start = np.searchsorted(buyer[order], np.arange(len(ids) + 1)).astype(np.int64)
    if (most := int(np.diff(start).max(initial=0))) > _MOST_SLOTS:
        faults.add(table.file, f"a buyer has {most:,} suppliers; a firm may have {_MOST_SLOTS:,}")
    return LinkRows(start, supplier[order], buyer[order], weight[order], is_critical[order], value[order])


def _rows_of(column: pa.Array, role: str, ids: pa.Array, table: Table, faults: Faults) -> Small:
    """Return the rows of firms.csv that the ids of a column name, -1 for none."""
    import pyarrow.compute as pc

    rows: Small = pc.fill_null(pc.index_in(column, value_set=ids), -1).to_numpy(zero_copy_only=False)
    searched = ids.to_pylist() if len(ids) <= _SEARCHED else []

    def unknown(row: int) -> str:
        name = column[row].as_py()
        return f"the {role} {quoted(name)} is not among the firms{did_you_mean(name, searched)}"

    is_given = pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    faults.add_rows(table.file, table.line, np.flatnonzero((rows < 0) & is_given), unknown)
    return rows
