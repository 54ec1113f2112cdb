"""Results on disk: a folder with Parquet parts and a manifest; everything shown to people is read from here.

A file is written under a temporary name, forced to the disk and renamed, so that a final name never holds half a
file. Parts carry the digest of what they hold in their name. The manifest lists the parts that belong to it; other
parts in the folder, such as those of an interrupted run, are not read.
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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.compiled import source_digest
from simulation.errors import InputError, RunError
from simulation.records import Run, alike, series_rows
from simulation.replays import Replay, stored_run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "Experiment",
    "check_folder",
    "environment",
    "installed",
    "open_experiment",
    "replace_file",
    "save_frame",
    "save_runs",
    "series_table",
    "write_manifest",
    "write_part",
]

FORMAT = 1
_MANIFEST = "manifest.json"
_PARTS = "parts"


def _reason(error: OSError) -> str:
    """Return why a file cannot be written, in the words of the system: pyarrow adds its own."""
    return os.strerror(error.errno) if error.errno else str(error)


@contextlib.contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        message = f"cannot write to {path.parent}: {_reason(error)}"
        raise RunError(message) from error
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {_reason(error)}"
        raise RunError(message) from error
    finally:
        temporary.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Make a folder for results; `RunError` where nothing can be written to it, before hours of work are lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"cannot write to {folder}: {_reason(error)}"
        raise RunError(message) from error


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
    path = folder / _PARTS / f"{kind}-{total.hexdigest()[:16]}.parquet"
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


def _commit() -> tuple[str | None, bool]:
    """Return the commit of the sources and whether they were changed since; of an installed package nothing.

    A package that is installed below a folder under git, as in an environment inside a project, is not part of it.
    """
    if _git("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None, False
    return _git("rev-parse", "HEAD"), bool(_git("status", "--porcelain", "--", "."))


_PACKAGES = ("tierwise", "numpy", "numba", "llvmlite", "scipy", "mesa", "networkx", "pandas", "pyarrow", "pydantic")
_OPTIONAL = {
    "SALib": "SALib",
    "dask": "dask",
    "dask-jobqueue": "dask_jobqueue",
    "distributed": "distributed",
    "duckdb": "duckdb",
    "optuna": "optuna",
    "scikit-learn": "sklearn",
    "xarray": "xarray",
}
"""Packages of extras with their modules: their versions matter where they were used."""


def installed(name: str) -> str | None:
    """Return the version of a package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the kind of processor for which the model is compiled."""
    from llvmlite import binding

    return str(binding.get_host_cpu_name())


def environment() -> dict[str, Any]:
    """Return versions, platform and the state of the sources, for the manifest."""
    names = _PACKAGES + tuple(name for name, module in _OPTIONAL.items() if module in sys.modules)
    commit, has_local_changes = _commit()
    return {
        "versions": {name: found for name in names if (found := installed(name)) is not None},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "source": source_digest(),
        "commit": commit,
        "has_local_changes": has_local_changes,
        "command": sys.argv[1:],
    }


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one program at a time exchange the manifest of a folder; nobody waits where the system cannot lock one."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with contextlib.suppress(OSError):  # file systems that know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_manifest(folder: Path, content: Mapping[str, Any], parts: Iterable[Path] = ()) -> Path:
    """Write ``manifest.json``: what was run, with what, and the SHA-256 of each of its parts.

    Parts of an earlier manifest in the folder that are not among them are removed: their results are replaced. Where
    two programs write one folder, the last manifest counts, and all of its parts are there.

    Raises
    ------
    RunError
        Nothing can be written, or another program has just replaced these results.
    """
    around = environment()
    path = folder / _MANIFEST
    with _alone_in(folder):
        try:
            listed = {part.name: hashlib.sha256(part.read_bytes()).hexdigest() for part in sorted(set(parts))}
        except FileNotFoundError as error:
            message = f"{error.filename} is gone: another program writes to {folder}; give each its own folder"
            raise RunError(message) from error
        whole = {"format": FORMAT, **content, "environment": around, "parts": listed}
        text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
        replaced = _replaceable(folder, listed)
        with replace_file(path) as temporary:
            # Halves of characters, as in arguments that are not UTF-8, stand as JSON's own escapes.
            temporary.write_bytes(text.encode("utf-8", "backslashreplace"))
        for part in replaced:
            with contextlib.suppress(OSError):
                part.unlink()
    return path


def _replaceable(folder: Path, listed: Collection[str]) -> list[Path]:
    """Return the parts of the present manifest that a new one does not list.

    Parts that are younger than the manifest stay: another program has just written them again and will list them.
    """
    found = []
    try:
        written = (folder / _MANIFEST).stat().st_mtime_ns
        for name in set(open_experiment(folder).manifest["parts"]) - set(listed):
            part = folder / _PARTS / name
            if part.stat().st_mtime_ns <= written:
                found.append(part)
    except (InputError, OSError):
        return found
    return found


@dataclass(frozen=True)
class Experiment:
    """Results of one or more runs in a folder."""

    folder: Path
    manifest: Mapping[str, Any]

    def parts(self, kind: str) -> list[str]:
        """Return the names of the parts of a kind."""
        return [name for name in self.manifest["parts"] if name.startswith(f"{kind}-")]

    def read(self, part: str, filters: list[tuple[str, str, Any]] | None = None) -> pa.Table:
        """Return the rows of a part that meet all filters; `InputError` where it is gone or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / _PARTS / part
        try:
            return pq.read_table(path, filters=filters, page_checksum_verification=True)
        except FileNotFoundError:
            message = f"{path} is listed in {_MANIFEST} and is not there; run again to write these results anew"
            raise InputError(message) from None
        except (OSError, pa.ArrowException) as error:
            message = f"{path} is damaged: {_first_line(error)}; run again to write these results anew"
            raise InputError(message) from error

    def _frame(self, kind: str, filters: list[tuple[str, str, Any]] | None = None) -> pd.DataFrame:
        import pandas as pd
        import pyarrow as pa

        names = self.parts(kind)
        if not names:
            return pd.DataFrame()
        tables = [self.read(name, filters) for name in names]
        frame: pd.DataFrame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """Return a row per run: key, scenario, seed, status, digest."""
        runs = self._frame("runs")
        return runs.sort_values(["scenario", "seed"], ignore_index=True) if len(runs) else runs

    def series(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the tidy series, of all or of some measures."""
        return self._frame("series", [("measure", "in", list(measures))] if measures else None)

    def overlaps(self) -> pd.DataFrame:
        """Return a row per run under a policy: who would have adopted anyway; empty where it was not looked at."""
        return self._frame("overlaps")

    def ensemble(self) -> pd.DataFrame:
        """Return what scenarios change by member of an ensemble, seed and outcome; empty where none was run."""
        return self._frame("ensemble")

    def firms(self) -> pd.DataFrame:
        """Return the firms at the end, of the runs for which they were kept."""
        return self._frame("firms")

    def links(self) -> pd.DataFrame:
        """Return the links of the runs for which firms were kept."""
        return self._frame("links")

    def run_again(self, scenario: str | None = None, seed: int | None = None) -> Replay:
        """Return a run that can be lived again, by default that of the first scenario with the first seed."""
        return stored_run(self.manifest, self.folder, scenario, seed)

    def events(
        self, scenario: str | None = None, seed: int | None = None, months: Collection[int] | None = None
    ) -> pd.DataFrame:
        """Return every late delivery of a run (`Replay.events`), which is lived again for that."""
        return self.run_again(scenario, seed).events(months)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")


def open_experiment(folder: str | Path) -> Experiment:
    """Open a folder of results; `InputError` where it holds none."""
    path = Path(folder)
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        message = f"{path} holds no results: there is no {_MANIFEST}"
        raise InputError(message) from None
    except OSError as error:
        message = f"{path / _MANIFEST} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path / _MANIFEST} is damaged: {_first_line(error)}"
        raise InputError(message) from error
    written = manifest.get("format") if isinstance(manifest, dict) else None
    if written != FORMAT:
        message = f"{path} was written in format {written}; this version reads format {FORMAT}"
        raise InputError(message)
    parts = manifest.get("parts")
    if not isinstance(parts, dict) or any(Path(name).name != name for name in parts):
        message = f"{path / _MANIFEST} is damaged: it does not list its parts"
        raise InputError(message)
    return Experiment(path, manifest)
