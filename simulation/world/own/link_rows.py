"""The rows of a table of links: who supplies whom, with what weight, each checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.merging import did_you_mean
from simulation.state import Float, Index, Small
from simulation.world.own.cells import alike, flags, identities, numbers, repeated
from simulation.world.own.faults import Faults, quoted
from simulation.world.own.source import Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LinkRows", "link_ends", "link_rows", "named_firms", "no_links"]

_MOST_SLOTS = 2**20
_LARGEST_VALUE = 1e12
_SEARCHED = 1000
"""Most ids among which one that looks alike is sought."""


class LinkRows(NamedTuple):
    """Rows of a table of links by buyer; firms are rows of the table of firms; NaN and -1 where entries are missing."""

    start: Index
    supplier: Small
    buyer: Small
    weight: Float
    is_critical: Small
    value: Float


def no_links(firms: int) -> LinkRows:
    """Return no rows, for so many firms."""
    none, numbers = np.zeros(0, np.int32), np.zeros(0)
    return LinkRows(np.zeros(firms + 1, np.int64), none, none.copy(), numbers, none.copy(), numbers.copy())


def link_rows(
    table: Table, ends: tuple[pa.DictionaryArray, pa.DictionaryArray], ids: pa.Array | None, faults: Faults
) -> LinkRows | None:
    """Return the rows of a table of links; note what is wrong, without ids of firms only what does not need them."""
    supplier_id, buyer_id = ends
    weight, is_critical = numbers(table, "weight", faults), flags(table, "critical", faults)
    before = faults.count
    value = numbers(table, "value", faults)
    can_read_all = faults.count == before

    def note(condition: NDArray[np.bool_], message: str) -> None:
        def sentence(row: int) -> str:
            return message.format(quoted(str(supplier_id[row])), f"{weight[row]:.10g}", f"{value[row]:.10g}")

        faults.add_rows(table, np.flatnonzero(condition), sentence)

    note(weight <= 0.0, "weight must be above 0, not {1}; leave out a link that carries nothing")
    note(value < 0.0, "value must not be negative, and is {2}")
    note(value > _LARGEST_VALUE, "value is in million won a year; {2} is more than all firms of the world sell")
    if np.isnan(weight).any():
        note(value == 0.0, "value is 0 and not all weights are given; leave out a link that carries nothing")
    if can_read_all and not (is_unknown := np.isnan(value)).all():
        note(is_unknown, "value is missing; give it for all links, or leave the column out")
    note(_is_loop(supplier_id, buyer_id), "{0} is its own supplier; remove the link")
    if ids is None:
        return None
    supplier = _rows_of(supplier_id, "supplier", ids, table, faults)
    buyer = _rows_of(buyer_id, "buyer", ids, table, faults)
    is_known = np.flatnonzero((supplier >= 0) & (buyer >= 0))
    pair = buyer[is_known].astype(np.int64) * len(ids) + supplier[is_known]
    again, first = (is_known[rows] for rows in repeated(pair))
    earlier = dict(zip(again.tolist(), first.tolist(), strict=True))

    def said_before(row: int) -> str:
        pair = f"from {quoted(str(supplier_id[row]))} to {quoted(str(buyer_id[row]))}"
        return f"the link {pair} is already in {table.within(earlier[row])}; keep one"

    faults.add_rows(table, again, said_before)
    order = np.argsort(buyer, kind="stable")
    start = np.searchsorted(buyer[order], np.arange(len(ids) + 1)).astype(np.int64)
    if (most := int(np.diff(start).max(initial=0))) > _MOST_SLOTS:
        faults.add(table.file, f"a buyer has {most:,} suppliers; a firm may have {_MOST_SLOTS:,}")
    return LinkRows(start, supplier[order], buyer[order], weight[order], is_critical[order], value[order])


def _is_loop(supplier: pa.DictionaryArray, buyer: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Return (rows,) whether both ends are the same, and named at all."""
    same = _found(supplier.dictionary, buyer.dictionary)
    is_loop: NDArray[np.bool_] = same[supplier.indices.to_numpy()] == buyer.indices.to_numpy()
    return is_loop & _is_named(buyer)


def _found(values: pa.Array, among: pa.Array) -> Small:
    """Return the position of each value among others, -1 where it is not there."""
    import pyarrow.compute as pc

    found: Small = pc.fill_null(pc.index_in(values, value_set=among), -1).to_numpy(zero_copy_only=False)
    return found


def _is_named(column: pa.DictionaryArray) -> NDArray[np.bool_]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_uint64(column.type.value_type):
        return np.ones(len(column), np.bool_)
    is_named: NDArray[np.bool_] = pc.not_equal(column.dictionary, "").to_numpy(zero_copy_only=False)
    return is_named[column.indices.to_numpy()]


def link_ends(table: Table, faults: Faults) -> tuple[pa.DictionaryArray, pa.DictionaryArray]:
    """Return (rows,) ids of suppliers and buyers, of one type; note what is wrong with them."""
    return alike(identities(table, "supplier", faults), identities(table, "buyer", faults))


def named_firms(ends: tuple[pa.DictionaryArray, pa.DictionaryArray]) -> pa.Array:
    """Return the ids of all firms that links name, ascending."""
    import pyarrow as pa
    import pyarrow.compute as pc

    used = [column.dictionary.take(pc.unique(column.indices)) for column in ends]
    both = pc.unique(pa.concat_arrays(used))
    return both.take(pc.array_sort_indices(both))


def _rows_of(column: pa.DictionaryArray, role: str, ids: pa.Array, table: Table, faults: Faults) -> Small:
    """Return the rows of the table of firms that the ids of a column name, -1 for none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.dictionary
    if values.type != ids.type:
        values, ids = pc.cast(values, pa.large_string()), pc.cast(ids, pa.large_string())
    rows: Small = _found(values, ids)[column.indices.to_numpy()]
    is_unknown = rows < 0
    if not is_unknown.any():
        return rows
    searched = [str(name) for name in ids] if len(ids) <= _SEARCHED else []

    def unknown(row: int) -> str:
        name = str(column[row])
        return f"the {role} {quoted(name)} is not among the firms{did_you_mean(name, searched)}"

    faults.add_rows(table, np.flatnonzero(is_unknown & _is_named(column)), unknown)
    return rows
