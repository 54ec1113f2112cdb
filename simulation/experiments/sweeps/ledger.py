"""The folder of a sweep: which runs are there, what was asked for, and who may write to it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import InputError, RunError
from simulation.experiments.sweeps.working import METADATA
from simulation.store import Experiment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KIND", "Ledger", "clean", "is_locked", "locked"]

KIND = "sweep"
_LOCK = ".lock"


@dataclass(frozen=True)
class Ledger(Experiment):
    """The results of a sweep, found by looking at what is there: a manifest may be older than the last runs."""

    def parts(self, kind: str) -> list[str]:
        """Return the names of the parts of a kind; of what stands beside runs, those that the runs name."""
        if kind == "runs":
            return sorted(path.name for path in (self.folder / "parts").glob("runs-*.parquet"))
        if kind == "points":
            return super().parts(kind)
        beside = {name for part in self.parts("runs") for name in _named_by(self.folder / "parts" / part)}
        return sorted(name for name in beside if name.startswith(f"{kind}-"))

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

    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        message = f"another program is running the sweep in {folder}; wait for it or end it first"
        raise RunError(message) from error


def is_locked(folder: Path) -> bool:
    """Say whether a program is running the folder."""
    from filelock import FileLock, Timeout

    if not (folder / _LOCK).exists():
        return False
    try:
        with FileLock(folder / _LOCK, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def clean(ledger: Ledger) -> None:
    """Remove what workers that were killed have left: half files, and parts that no runs name."""
    parts = ledger.folder / "parts"
    known = set(ledger.parts("series"))
    for path in parts.glob("*"):
        is_half = path.name.startswith(".")
        if is_half or (path.name.startswith("series-") and path.name not in known):
            with contextlib.suppress(OSError):
                path.unlink()
    for path in ledger.folder.glob(".stop-*"):
        with contextlib.suppress(OSError):
            path.unlink()
