"""Parquet files: only the columns that are needed are read; places are row numbers from 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.world.own.faults import Faults
from simulation.world.own.source import Rows, Source
from simulation.world.own.typed import first_line, typed_column

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["parquet_file"]


def parquet_file(content: bytes, file: str, faults: Faults) -> Source | None:
    """Return the table of a file; None, with the reason among the faults, where it is not one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(pa.BufferReader(content))
        names = [str(name) for name in schema.names]
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        opened = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
    except (pa.ArrowException, OSError, ValueError) as error:
        faults.add(file, f"this is not a Parquet file that can be read: {first_line(error)}")
        return None
    return Source(file, names, 0, "row", lambda wanted: _rows(opened, names, wanted, file, faults))


def _rows(
    opened: pq.ParquetFile, names: Sequence[str], wanted: Sequence[int], file: str, faults: Faults
) -> Rows | None:
    import pyarrow as pa

    before = faults.count
    try:
        table = opened.read(columns=[names[position] for position in wanted], use_pandas_metadata=False)
        found = [typed_column(table.column(names[position]), names[position], file, faults) for position in wanted]
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        faults.add(file, f"the rows cannot be read: {first_line(error)}")
        return None
    columns = [column for column in found if column is not None]
    return Rows(columns, np.arange(1, table.num_rows + 1)) if faults.count == before else None
