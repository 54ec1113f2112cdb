"""The folder of a sweep: which runs are there, what was asked for, and who may write to it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import InputError, RunError
from simulation.experiments.sweeps.working import METADATA
from simulation.store.experiment import Experiment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KIND", "Ledger", "clean", "is_locked", "locked"]

KIND = "sweep"
_LOCK = ".lock"

_PATIENCE = 1.0
"""Seconds that a lock is waited for: who only looks whether it is taken has it for a moment."""


@dataclass(frozen=True)
class Ledger(Experiment):
    """The results of a sweep, found by looking at what is there: a manifest may be older than the last runs."""

    def parts(self, kind: str) -> list[str]:
        """Return the names of the parts of a kind that count: parts of runs whose series are there, and those."""
        if kind == "points":
            return super().parts(kind)
        folder = self.folder / "parts"
        there = {path.name for path in folder.glob("*.parquet")}
        named = {name: _named_by(folder / name) for name in sorted(there) if name.startswith("runs-")}
        whole = {name: beside for name, beside in named.items() if there.issuperset(beside)}
        if kind == "runs":
            return list(whole)
        return sorted({name for beside in whole.values() for name in beside if name.startswith(f"{kind}-")})

    def runs(self) -> pd.DataFrame:
        """Return a row per run: key, request, point, scenario, seed, status, seconds, error, digest and its outcomes.

        A run that was made twice, because whoever made it first was killed before it could say so, counts once; one
        that failed and then ended well has ended well.

        Raises
        ------
        RunError
            Two results for the same run differ: a machine or a disk is at fault.
        """
        runs = self._frame("runs")
        if runs.empty:
            return runs
        done = runs[runs["status"] == "done"]
        different = done.groupby("request")["digest"].nunique()
        if (different > 1).any():
            request = different.index[different > 1][0]
            row = done[done["request"] == request].iloc[0]
            message = (
                f"{self.folder} holds two different results for one run: scenario {row['scenario']}, point "
                f"{row['point']}, seed {row['seed']}. A worker or a disk is at fault; tierwise rerun --check finds it"
            )
            raise RunError(message)
        ordered = runs.sort_values(["point", "scenario", "seed", "status"], kind="stable")  # "done" before "failed"
        return ordered.drop_duplicates("request", ignore_index=True)

    def series(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the tidy series, of all or of some measures; of a run that was made twice once."""
        series = super().series(measures)
        if series.empty or self._frame("runs")["key"].dropna().is_unique:
            return series
        return series.drop_duplicates([name for name in series if name != "value"], ignore_index=True)


def _named_by(part: Path) -> list[str]:
    """Return the names of the parts that were written beside a part of runs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(part).metadata or {}
        return list(json.loads(metadata[METADATA])["parts"])
    except (OSError, pa.ArrowException, ValueError, KeyError) as error:
        message = f"{part} is damaged: it does not name what was written beside it. Remove it and run the sweep again"
        raise InputError(message) from error


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other programs from running the same folder; the lock goes with this one, however it ends.

    Raises
    ------
    RunError
        Somebody else is at it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        message = f"another program is running the sweep in {folder}; wait for it or end it first"
        raise RunError(message) from error
    except (OSError, NotImplementedError) as error:
        message = f"cannot lock {folder}: {error}. Choose a folder on a file system that can lock files"
        raise RunError(message) from error
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Say whether a program is running the folder."""
    from filelock import FileLock, Timeout

    if not (folder / _LOCK).exists():
        return False
    try:
        with FileLock(folder / _LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return False


def clean(ledger: Ledger) -> None:
    """Remove what was left by workers that were killed and programs that were: half files, and parts that do not count.

    A worker of a dead program may still be alive, on another machine. Whatever is taken away from it here, it leaves
    nothing that counts.
    """
    known = {name for kind in ("runs", "series", "points") for name in ledger.parts(kind)}
    parts = (path for path in (ledger.folder / "parts").glob("*") if path.name not in known)
    left = [path for path in parts if path.name.startswith((".", "runs-", "series-", "points-"))]
    for pattern in (".session", "..session.*", ".manifest.json.*"):
        left += ledger.folder.glob(pattern)
    for path in left:
        with contextlib.suppress(OSError):
            path.unlink()
