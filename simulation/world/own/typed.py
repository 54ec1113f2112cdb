"""Columns that carry types, of Parquet files and frames, as text, numbers, or yes and no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.own.faults import Faults, quoted

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["typed_column"]


def typed_column(column: pa.ChunkedArray | pa.Array, name: str, file: str, faults: Faults) -> pa.Array | None:
    """Return a column as trimmed text without gaps, as numbers, or as yes and no; note what is none of these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = pa.types
    try:
        column.validate(full=True)
        if kinds.is_dictionary(column.type):
            column = pc.cast(column, column.type.value_type)
        kind = column.type
        if kinds.is_null(kind) or kinds.is_decimal(kind):
            column = pc.cast(column, pa.float64())
        elif kinds.is_float16(kind):
            column = pc.cast(column, pa.float32())
        elif not (kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind)):
            if not _is_text(kind):
                faults.add(file, f"the column {quoted(name)} holds {kind}; a column holds text or numbers")
                return None
            column = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(column, pa.large_string()), ""))
    except (pa.ArrowException, ValueError) as error:
        faults.add(file, f"the column {quoted(name)} cannot be read: {_first_line(error)}")
        return None
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


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


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
