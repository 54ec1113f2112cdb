"""Frames as CSV or Parquet files, whole or not at all.

Numbers in CSV have as many digits as it takes to read the same number again. Texts that a spreadsheet would take for a
formula get an apostrophe in front; Parquet has no need of it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.store.files import replace_file

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["as_csv", "looks_like_formula", "write_batches", "write_table"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_RISKY = r"^[=+\-@\t\r\n]"


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA)


def as_csv(frame: pd.DataFrame, digits: int | None = None) -> bytes:
    """Return a frame as CSV, its numbers with so many significant digits, or with all that they have."""
    number = None if digits is None else f"%.{digits}g"
    return _escaped(frame).to_csv(index=False, lineterminator="\n", float_format=number).encode()


def write_table(path: Path, frame: pd.DataFrame, digits: int | None = None) -> None:
    """Write a frame as the table that the ending of the path names: ``.csv`` or ``.parquet``.

    In CSV numbers have so many significant digits, or all that they have.
    """
    with replace_file(path) as temporary:
        if path.suffix == ".parquet":
            frame.to_parquet(temporary, index=False, compression="zstd")
        else:
            temporary.write_bytes(as_csv(frame, digits))


def write_batches(path: Path, batches: pa.RecordBatchReader) -> int:
    """Write rows as they come, as the table that the ending of the path names, and return their number.

    Columns are numbers, switches or texts; in CSV a number that is not defined is an empty cell, as a missing one is.
    """
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    is_text, rows = path.suffix != ".parquet", 0
    with replace_file(path) as temporary, temporary.open("wb") as file:
        if is_text:
            titles = io.StringIO(newline="")
            csv.writer(titles, lineterminator="\n").writerow(map(_escaped_text, batches.schema.names))
            file.write(titles.getvalue().encode())
            options = pc.WriteOptions(include_header=False, quoting_style="needed")
            writer = pc.CSVWriter(file, batches.schema, write_options=options)
        else:
            writer = pq.ParquetWriter(file, batches.schema, compression="zstd")
        with writer:
            for batch in batches:
                writer.write_batch(_escaped_batch(batch) if is_text else batch)
                rows += batch.num_rows
    return rows


def _escaped_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows whose texts are safe to open in a spreadsheet."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for column in batch.columns:
        if pa.types.is_floating(column.type):
            columns.append(pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column))
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            risky = pc.match_substring_regex(column, _RISKY)
            columns.append(pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column))
        else:
            columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _escaped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts are safe to open in a spreadsheet."""
    from pandas.api.types import is_numeric_dtype

    columns = {}
    for title in frame.columns:
        column = frame[title]
        if is_numeric_dtype(column.dtype):
            continue
        known = column.astype(object)
        escaped = {text: _escaped_text(str(text)) for text in known.dropna().unique() if isinstance(text, str)}
        if changed := {text: safe for text, safe in escaped.items() if safe != text}:
            columns[title] = known.replace(changed)
    return frame.assign(**columns).rename(columns=lambda title: _escaped_text(str(title)))


def _escaped_text(text: str) -> str:
    """Return a text with an apostrophe where it begins as a formula, without carriage returns: they would end a row."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{plain}" if looks_like_formula(text) else plain
