"""Frames as CSV or Parquet files, whole or not at all.

Numbers in CSV have as many digits as it takes to read the same number again. Texts that a spreadsheet would take for a
formula get an apostrophe in front; Parquet has no need of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulation.store import replace_file

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["looks_like_formula", "write_batches", "write_table"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA)


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as the table that the ending of the path names: ``.csv`` or ``.parquet``."""
    with replace_file(path) as temporary:
        if path.suffix == ".parquet":
            frame.to_parquet(temporary, index=False, compression="zstd")
        else:
            _escaped(frame).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def write_batches(path: Path, batches: pa.RecordBatchReader) -> int:
    """Write rows as they come, as the table that the ending of the path names, and return their number."""
    import pyarrow.parquet as pq

    rows = 0
    with replace_file(path) as temporary:
        if path.suffix == ".parquet":
            with pq.ParquetWriter(temporary, batches.schema, compression="zstd") as file:
                for batch in batches:
                    file.write_batch(batch)
                    rows += batch.num_rows
        else:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                _header(batches.schema).to_csv(file, index=False, lineterminator="\n")
                for batch in batches:
                    _escaped(batch.to_pandas()).to_csv(file, index=False, header=False, lineterminator="\n")
                    rows += batch.num_rows
    return rows


def _header(schema: pa.Schema) -> pd.DataFrame:
    return schema.empty_table().to_pandas()  # type: ignore[no-any-return]


def _escaped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts are safe to open in a spreadsheet."""
    from pandas.api.types import is_numeric_dtype

    columns = {}
    for title in frame.columns:
        column = frame[title]
        if is_numeric_dtype(column.dtype):
            continue
        known = column.astype(object)
        risky = [text for text in known.dropna().unique() if looks_like_formula(str(text))]
        if risky:
            columns[title] = known.replace({text: f"'{text}" for text in risky})
    return frame.assign(**columns)
