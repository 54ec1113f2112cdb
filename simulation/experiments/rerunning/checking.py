"""Whether the runs of a folder come out again, bit for bit, and if not, what differs and what may be the reason."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.experiments.rerunning.numbers import Gap
from simulation.experiments.rerunning.stored import Again, Stored, records, stored_runs
from simulation.experiments.rerunning.surroundings import Change, altered_parts, changes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Check", "Difference", "check"]


@dataclass(frozen=True)
class Difference:
    """A run that did not come out as it was stored.

    Attributes
    ----------
    point : int or None
        Of a sweep.
    scenario, seed
    has_same_digest : bool
        Whether the history is the same to the last bit; then stored numbers alone differ.
    gaps : tuple of Gap
        Measures and outcomes that differ; none where only states differ that no measure shows.
    error : str
        Why it could not be made again, empty where it could.
    """

    point: int | None
    scenario: str
    seed: int
    has_same_digest: bool
    gaps: tuple[Gap, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Check:
    """What came of making the runs of a folder again.

    Attributes
    ----------
    folder : Path
    runs, failed : int
        Runs that the folder holds, and those among them that had failed and were left out.
    again : int
        Runs that were made again: all that had not failed, or a random sample.
    differences : tuple of Difference
    parts : tuple of str
        Files that do not hold what was written, by their SHA-256 in the manifest.
    changes : tuple of Change
        What is not as it was when the results were made; harmless where nothing differs.
    """

    folder: Path
    runs: int
    failed: int
    again: int
    differences: tuple[Difference, ...]
    parts: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every run came out bit for bit, with all stored numbers, and no file was altered."""
        return not self.differences and not self.parts

    def by_measure(self) -> list[tuple[str, int, Gap]]:
        """Return by measure or outcome the number of runs in which it differs, and its largest difference."""
        found: dict[str, Gap] = {}
        count: Counter[str] = Counter()
        for gap in (gap for difference in self.differences for gap in difference.gaps):
            count[gap.name] += 1
            if gap.name not in found or gap.absolute > found[gap.name].absolute:
                found[gap.name] = gap
        return [(name, count[name], found[name]) for name in sorted(found)]


def check(
    folder: str | Path,
    *,
    sample: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Check:
    """Make the runs of a folder again and compare their digests and all stored numbers; runs that failed are left out.

    Parameters
    ----------
    folder : path
        Of a run, a comparison or a sweep.
    sample : int, optional
        Number of runs drawn at random instead of all.
    seed : int
        Of the sample.
    workers : int, optional
        Threads, by default one per processor.
    on_progress : callable, optional
        Told how many runs are made and how many there are to make.

    Raises
    ------
    InputError
        A folder without runs, or what was run cannot be read by this version.
    """
    results = open_results(folder)
    parts = altered_parts(results)
    stored = stored_runs(results)
    rows = stored.rows()
    if rows.empty:
        message = f"{folder} holds no runs yet"
        raise InputError(message)
    done = rows[rows["status"] == "done"]
    chosen = _drawn(done, sample, seed)
    tell = on_progress or (lambda made, total: None)
    tell(0, len(chosen))
    found: list[Difference] = []
    for number, again in enumerate(_made(stored, chosen, workers or os.cpu_count() or 1), 1):
        found.extend(again)
        tell(number, len(chosen))
    return Check(
        results.folder,
        len(rows),
        len(rows) - len(done),
        len(chosen),
        tuple(found),
        tuple(parts),
        (*changes(results.manifest), *stored.data_changes()),
    )


def _drawn(done: pd.DataFrame, sample: int | None, seed: int) -> pd.DataFrame:
    if sample is None or sample >= len(done):
        return done
    return done.iloc[np.sort(np.random.default_rng(seed).choice(len(done), sample, replace=False))]


def _made(stored: Stored, rows: pd.DataFrame, workers: int) -> Iterable[list[Difference]]:
    """Yield for every run how it differs, nothing where it does not."""
    groups = [records(group) for _, group in rows.groupby(stored.shared, sort=True)]
    with ThreadPoolExecutor(workers) as pool:
        try:
            for found in pool.map(lambda group: [_compared(again) for again in stored.again(group)], groups):
                yield from found
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _compared(again: Again) -> list[Difference]:
    row, run = again.row, again.run
    point = int(row["point"]) if "point" in row else None
    has_same_digest = run is not None and run.digest == row["digest"]
    if has_same_digest and not again.gaps:
        return []
    return [Difference(point, row["scenario"], int(row["seed"]), has_same_digest, tuple(again.gaps), again.error)]
