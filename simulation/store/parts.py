"""Parts: tables on disk that carry the digest of what they hold in their name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.records import Run, alike, series_rows
from simulation.store.files import replace_file

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["PARTS", "save_frame", "save_runs", "series_table", "write_part"]

PARTS = "parts"
"""Name of the folder of the parts."""


def write_part(folder: Path, kind: str, table: pa.Table) -> Path:
    """Write a table as a part of a kind, named after its content, and return its path."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    total = hashlib.sha256(table.schema.serialize())
    for column in table.columns:
        for chunk in column.chunks:
            coded = chunk.dictionary.buffers() if pa.types.is_dictionary(chunk.type) else []
            for buffer in (*chunk.buffers(), *coded):
                if buffer is not None:
                    total.update(buffer)
    path = folder / PARTS / f"{kind}-{total.hexdigest()[:16]}.parquet"
    with replace_file(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)
    return path


def _codes(values: Sequence[str | None], repeats: np.ndarray[Any, Any]) -> pa.Array:
    """Return a dictionary column in which entry r stands ``repeats[r]`` times."""
    import pyarrow as pa

    coded = pa.array(values, pa.string()).dictionary_encode()
    # Arrow follows the indices of missing entries too when it joins dictionaries; they must point into them.
    indices = np.repeat(coded.indices.fill_null(0).to_numpy(), repeats)
    is_missing = np.repeat(coded.is_null().to_numpy(zero_copy_only=False), repeats)
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32(), mask=is_missing), coded.dictionary)


def series_table(runs: Sequence[Run], measures: Collection[str] | None = None) -> pa.Table:
    """Return the tidy series of runs, of all or of some measures."""
    import pyarrow as pa

    lines = [
        (run, row, number)
        for like in alike(runs)
        for row in series_rows(like, measures)
        for number, run in enumerate(like)
    ]
    repeats = np.array([row.months.size for _, row, _ in lines])
    depths = np.repeat([-1 if row.depth is None else row.depth for _, row, _ in lines], repeats)
    values = [row.values[number * row.months.size : (number + 1) * row.months.size] for _, row, number in lines]
    return pa.table(
        {
            "key": _codes([run.key for run, _, _ in lines], repeats),
            "scenario": _codes([run.scenario.name for run, _, _ in lines], repeats),
            "seed": pa.array(np.repeat(np.array([run.seed for run, _, _ in lines], np.int64), repeats)),
            "month": pa.array(np.concatenate([row.months for _, row, _ in lines]).astype(np.int16)),
            "group": _codes([row.group for _, row, _ in lines], repeats),
            "origin": _codes([row.origin for _, row, _ in lines], repeats),
            "depth": pa.array(depths.astype(np.int8), mask=depths < 0),
            "measure": _codes([row.measure for _, row, _ in lines], repeats),
            "value": pa.array(np.concatenate(values)),
        }
    )


def save_frame(folder: Path, kind: str, frame: pd.DataFrame) -> Path:
    """Write a frame as a part of a kind ("ensemble", "firms", "links", "overlaps", "runs") and return its path."""
    import pyarrow as pa

    return write_part(folder, kind, pa.Table.from_pandas(frame, preserve_index=False))


def save_runs(folder: Path, runs: Iterable[Run], *, has_firms: bool = False) -> list[Path]:
    """Write a chunk of runs: their series, a row each in ``runs``, and, where asked for, firms and links."""
    import pandas as pd

    chunk = list(runs)
    paths = [write_part(folder, "series", series_table(chunk))]
    status = pd.DataFrame(
        {
            "key": [run.key for run in chunk],
            "scenario": [run.scenario.name for run in chunk],
            "seed": [run.seed for run in chunk],
            "status": "done",
            "digest": [run.digest for run in chunk],
        }
    )
    paths.append(save_frame(folder, "runs", status))
    if has_firms:
        for run in chunk:
            paths.append(save_frame(folder, "firms", run.firms))
            links = run.links.copy()  # the run keeps its frame as it is
            links.insert(0, "seed", run.seed)
            links.insert(0, "scenario", run.scenario.name)
            paths.append(save_frame(folder, "links", links))
    return paths
