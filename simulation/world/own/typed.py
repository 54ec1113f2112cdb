"""Columns as the checks take them: numbers, yes and no, or text of which every distinct value is kept once.

Ids and names of classes repeat: what is checked once for each distinct text need not be checked for each of ten
million rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulation.world.own.faults import Faults, quoted

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["as_text", "as_written", "first_line", "typed_column"]

_HALVES = re.compile("[\ud800-\udfff]")


def typed_column(column: pa.ChunkedArray | pa.Array, name: str, file: str, faults: Faults) -> pa.Array | None:
    """Return a column as text (`as_text`), as numbers, or as yes and no; note what is none of these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = pa.types
    kind = column.type.value_type if kinds.is_dictionary(column.type) else column.type
    try:
        if _is_text(kind):
            return as_text(column)
        if kinds.is_dictionary(column.type):
            column = pc.cast(column, kind)
        if kinds.is_null(kind) or kinds.is_decimal(kind):
            column = pc.cast(column, pa.float64())
        elif kinds.is_float16(kind):
            column = pc.cast(column, pa.float32())
        elif not (kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind)):
            faults.add(file, f"the column {quoted(name)} holds {kind}; a column holds text or numbers")
            return None
    except (pa.ArrowException, IndexError, ValueError) as error:
        faults.add(file, f"the column {quoted(name)} cannot be read: {first_line(error)}")
        return None
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def as_text(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """Return text as an Arrow dictionary: without white space around it, empty where there is nothing.

    Letters are in Unicode's composed form, so that Korean names written on different systems are equal.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):  # without any chunk
        coded = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.large_string()))
    written = pc.fill_null(pc.cast(coded.dictionary, pa.large_string()), "")
    written.validate(full=True)
    values, codes = pc.utf8_trim_whitespace(written), coded.indices
    if not pc.all(pc.string_is_ascii(values)).as_py():
        values = pc.utf8_normalize(values, form="NFC")
    if coded.null_count == 0 and values.equals(written):
        return pa.DictionaryArray.from_arrays(codes, values)
    codes = pc.fill_null(pc.cast(codes, pa.int64()), len(values))
    distinct = pa.concat_arrays([values, pa.array([""], pa.large_string())]).dictionary_encode()
    return pa.DictionaryArray.from_arrays(distinct.indices.take(codes), distinct.dictionary)


def as_written(value: object) -> str:
    """Return a value that Python holds as text; halves of characters become what no text has, and no id may have."""
    return _HALVES.sub("\ufffe", str(value))


def _is_text(kind: pa.DataType) -> bool:
    from pyarrow import types

    return any(
        is_kind(kind)
        for is_kind in (
            types.is_string,
            types.is_large_string,
            types.is_string_view,
            types.is_binary,
            types.is_large_binary,
        )
    )


def first_line(error: Exception) -> str:
    """Return the beginning of what a library says."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
