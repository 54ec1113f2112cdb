"""Results on disk: a folder with Parquet parts and a manifest; everything shown to people is read from here.

A file is written under a temporary name, forced to the disk and renamed, so that a final name never holds half a
file. Parts carry the digest of what they hold in their name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.compiled import source_digest
from simulation.errors import InputError, RunError
from simulation.records import Run, series_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Experiment", "environment", "open_experiment", "replace_file", "save_frame", "save_runs", "write_manifest"]

FORMAT = 1
_TABLES = ("runs", "series", "firms", "links")


@contextlib.contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        message = f"cannot write to {path.parent}: {error.strerror or error}"
        raise RunError(message) from error
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}"
        raise RunError(message) from error
    finally:
        temporary.unlink(missing_ok=True)


def _write_part(folder: Path, kind: str, table: pa.Table) -> Path:
    import pyarrow.parquet as pq

    total = hashlib.sha256()
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                if buffer is not None:
                    total.update(buffer)
    path = folder / "parts" / f"{kind}-{total.hexdigest()[:16]}.parquet"
    with replace_file(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return path


def _codes(values: Sequence[Any], repeats: np.ndarray[Any, Any]) -> pa.Array:
    """Return a dictionary column in which entry r stands ``repeats[r]`` times."""
    import pyarrow as pa

    coded = pa.array(values, pa.string()).dictionary_encode()
    indices = np.repeat(coded.indices.to_numpy(zero_copy_only=False), repeats)
    if coded.null_count:
        return pa.DictionaryArray.from_arrays(
            pa.array(indices, mask=np.isnan(indices)).cast(pa.int32()), coded.dictionary
        )
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32)), coded.dictionary)


def _series_table(run: Run) -> pa.Table:
    import pyarrow as pa

    rows = list(series_rows(run))
    repeats = np.array([row.values.size for row in rows])
    depths = np.array([-1 if row.depth is None else row.depth for row in rows])
    count = int(repeats.sum())
    long_depths = np.repeat(depths, repeats)
    return pa.table(
        {
            "key": _codes([run.key], np.array([count])),
            "scenario": _codes([run.scenario.name], np.array([count])),
            "seed": pa.array(np.full(count, run.seed, np.int64)),
            "month": pa.array(np.concatenate([row.months for row in rows]).astype(np.int16)),
            "group": _codes([row.group for row in rows], repeats),
            "origin": _codes([row.origin for row in rows], repeats),
            "depth": pa.array(long_depths.astype(np.int8), mask=long_depths < 0),
            "measure": _codes([row.measure for row in rows], repeats),
            "value": pa.array(np.concatenate([row.values for row in rows])),
        }
    )


def save_frame(folder: Path, kind: str, frame: pd.DataFrame) -> Path:
    """Write a frame as a part of a kind ("firms", "links", "runs") and return its path."""
    import pyarrow as pa

    return _write_part(folder, kind, pa.Table.from_pandas(frame, preserve_index=False))


def save_runs(folder: Path, runs: Iterable[Run], *, has_firms: bool = False) -> list[Path]:
    """Write a chunk of runs: their series, a row each in ``runs``, and, where asked for, firms and links."""
    import pandas as pd
    import pyarrow as pa

    chunk = list(runs)
    table = pa.concat_tables([_series_table(run) for run in chunk]).unify_dictionaries().combine_chunks()
    paths = [_write_part(folder, "series", table)]
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
            links = run.links
            links.insert(0, "seed", run.seed)
            links.insert(0, "scenario", run.scenario.name)
            paths.append(save_frame(folder, "links", links))
    return paths


def _git(*arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def environment() -> dict[str, Any]:
    """Return versions, platform and the state of the sources, for the manifest."""
    versions = {}
    for name in ("tierwise", "numpy", "numba", "scipy", "mesa", "networkx", "pandas", "pyarrow", "pydantic"):
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return {
        "versions": versions,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "source": source_digest(),
        "commit": _git("rev-parse", "HEAD"),
        "has_local_changes": bool(_git("status", "--porcelain", "--", ".")),
        "command": sys.argv[1:],
    }


def write_manifest(folder: Path, content: Mapping[str, Any]) -> Path:
    """Write ``manifest.json``: what was run, with what, and the SHA-256 of every part."""
    parts = {
        part.name: hashlib.sha256(part.read_bytes()).hexdigest()
        for part in sorted((folder / "parts").glob("*.parquet"))
    }
    whole = {"format": FORMAT, **content, "environment": environment(), "parts": parts}
    path = folder / "manifest.json"
    with replace_file(path) as temporary:
        temporary.write_text(json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Experiment:
    """Results of one or more runs in a folder."""

    folder: Path
    manifest: Mapping[str, Any]

    def _frame(self, kind: str, filters: list[tuple[str, str, Any]] | None = None) -> pd.DataFrame:
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = [name for name in self.manifest["parts"] if name.startswith(f"{kind}-")]
        if not names:
            return pd.DataFrame()
        tables = [pq.read_table(self.folder / "parts" / name, filters=filters) for name in names]
        frame: pd.DataFrame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """Return a row per run: key, scenario, seed, status, digest."""
        return self._frame("runs").sort_values(["scenario", "seed"], ignore_index=True)

    def series(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the tidy series, of all or of some measures."""
        return self._frame("series", [("measure", "in", list(measures))] if measures else None)

    def firms(self) -> pd.DataFrame:
        """Return the firms at the end, of the runs for which they were kept."""
        return self._frame("firms")

    def links(self) -> pd.DataFrame:
        """Return the links of the runs for which firms were kept."""
        return self._frame("links")


def open_experiment(folder: str | Path) -> Experiment:
    """Open a folder of results; `InputError` where it holds none."""
    path = Path(folder)
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path} holds no results: there is no manifest.json"
        raise InputError(message) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        message = f"{path / 'manifest.json'} cannot be read: {error}"
        raise InputError(message) from error
    if manifest.get("format") != FORMAT:
        message = f"{path} was written in format {manifest.get('format')}; this version reads format {FORMAT}"
        raise InputError(message)
    return Experiment(path, manifest)
