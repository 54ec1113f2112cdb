"""The work of a sweep, as a worker does it: some runs, then one write that counts all of them as done.

A chunk counts from the moment that its part of runs stands under its final name; whatever it needs beside it, such as
series, was written before. A worker that is killed leaves nothing that counts, or all of it.

The folder says which session is the present one. A worker goes on while that is its own, writes what it has when it is
asked to end, and leaves no trace when its program is dead and was followed by another, which makes the same runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.compiled import source_digest
from simulation.engines.strength import Spending
from simulation.errors import RunError, TierwiseError
from simulation.experiments.outcomes import outcome_of_run
from simulation.experiments.sweeps.making import Runs
from simulation.experiments.sweeps.study import Study
from simulation.records import Run
from simulation.scenario.scenario import Scenario
from simulation.store.files import replace_file
from simulation.store.parts import series_table, write_part

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["METADATA", "Chunk", "Done", "Job", "failed_chunk", "runs_table", "session_in", "stop", "work"]

METADATA = b"tierwise"
"""Key of a part's metadata under which the parts beside it are named."""

_LONGEST_ERROR = 500

_SESSION = ".session"
"""File that names the session whose workers may work."""


class Job(NamedTuple):
    """A point and a seed with the scenarios that are still to be run there."""

    point: int
    seed: int
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """Jobs that one worker does.

    Attributes
    ----------
    study : Study
        With the points of the jobs alone.
    jobs : tuple of Job
    folder : str
    session : str
        Of whom the chunk is; empty where the work is not to be ended early.
    source : str
        Digest of the model that gave the chunk out.
    """

    study: Study
    jobs: tuple[Job, ...]
    folder: str
    session: str
    source: str

    @property
    def runs(self) -> int:
        """Number of runs."""
        return sum(len(job.scenarios) for job in self.jobs)


class Done(NamedTuple):
    """What became of a chunk: runs that ended well, runs that failed, and the seconds that it took."""

    finished: int
    failed: int
    seconds: float


@contextmanager
def session_in(folder: Path, name: str) -> Iterator[None]:
    """Make a session the present one of a folder; outside the block there is none."""
    with replace_file(folder / _SESSION) as temporary:
        temporary.write_text(name, encoding="ascii")
    try:
        yield
    finally:
        with suppress(OSError):
            (folder / _SESSION).unlink(missing_ok=True)


def stop(folder: Path) -> None:
    """Ask all workers of the present session to end after the run that they are at, and those moved with it."""
    with suppress(OSError):
        (folder / _SESSION).write_bytes(b"")  # which a full disk allows


def _present(chunk: Chunk) -> str | None:
    """Return the name of the present session, empty once it is to end; it is read anew from wherever the folder is."""
    try:
        return (Path(chunk.folder) / _SESSION).read_text(encoding="ascii") if chunk.session else ""
    except FileNotFoundError:
        return None


def work(chunk: Chunk) -> Done:
    """Do the jobs of a chunk and write them, or those that were done when it was asked to end.

    Raises
    ------
    RunError
        This worker has another version of the model, or cannot write.
    """
    if chunk.source != source_digest():
        message = "a worker has another version of the model than the program that gave it work; install the same"
        raise RunError(message)
    if not Path(chunk.folder).is_dir():
        message = f"a worker does not see the folder {chunk.folder}; it must be on a file system that all workers share"
        raise RunError(message)
    begun = time.perf_counter()
    rows: list[dict[str, Any]] = []
    series: list[pa.Table] = []
    try:
        for row, run in _rows(chunk):
            rows.append(row)
            if run is not None and chunk.study.sweep.series:
                series.append(series_table([run], chunk.study.sweep.series))
    finally:
        if _present(chunk) not in (chunk.session, ""):
            rows = []
        _write(chunk, rows, series)
    failed = sum(row["status"] != "done" for row in rows)
    return Done(len(rows) - failed, failed, time.perf_counter() - begun)


def failed_chunk(chunk: Chunk, error: str) -> Done:
    """Write all runs of a chunk as failed: its worker does not live to say so."""
    names = {scenario.name: scenario for scenario in chunk.study.scenarios}
    rows = [_row(chunk.study, job, names[name]) | {"error": error} for job in chunk.jobs for name in job.scenarios]
    _write(chunk, rows, [])
    return Done(0, len(rows), 0.0)


def _write(chunk: Chunk, rows: list[dict[str, Any]], series: list[pa.Table]) -> None:
    import pyarrow as pa

    if not rows:
        return
    folder = Path(chunk.folder)
    beside = [write_part(folder, "series", pa.concat_tables(series).unify_dictionaries()).name] if series else []
    table = runs_table(chunk.study, rows)
    write_part(folder, "runs", table.replace_schema_metadata({METADATA: json.dumps({"parts": beside})}))


def runs_table(study: Study, rows: list[dict[str, Any]]) -> pa.Table:
    """Return a row per run: what it is, how it ended, and its outcomes."""
    import pyarrow as pa

    columns: dict[str, pa.DataType] = {
        "key": pa.string(),
        "request": pa.string(),
        "point": pa.int64(),
        "scenario": pa.string(),
        "seed": pa.int64(),
        "status": pa.string(),
        "seconds": pa.float64(),
        "error": pa.string(),
        "digest": pa.string(),
        "strengths": pa.string(),
        "can_spend": pa.bool_(),
        **{outcome.name: pa.float64() for outcome in study.outcomes},
    }
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})


def _rows(chunk: Chunk) -> Iterator[tuple[dict[str, Any], Run | None]]:
    """Yield the row of every run with the run; with None where it failed.

    When it is asked to end, it makes no more, but yields what was moved together with one that it has yielded.
    """
    study, runs, is_ending = chunk.study, Runs(chunk.study, chunk.jobs), False
    for job in chunk.jobs:
        for scenario in study.scenarios:
            if scenario.name not in job.scenarios:
                continue
            is_ending = is_ending or _present(chunk) != chunk.session
            if is_ending and not runs.is_ahead(scenario, job.point, job.seed):
                continue
            row, begun = _row(study, job, scenario), time.perf_counter()
            run, shift = None, 0.0
            try:
                run, spent, shift = runs.make(scenario, job.point, job.seed)
                row |= _found(study, job.point, run, spent)
            except Exception as error:  # noqa: BLE001 - one run that fails is a row; all others go on
                row["error"] = _told(error)
            row["seconds"] = time.perf_counter() - begun + shift
            yield row, run


def _row(study: Study, job: Job, scenario: Scenario) -> dict[str, Any]:
    return {
        "request": study.request(job.point, scenario, job.seed),
        "point": job.point,
        "scenario": scenario.name,
        "seed": job.seed,
        "status": "failed",
    }


def _found(study: Study, point: int, run: Run, spent: Spending | None) -> dict[str, Any]:
    """Return what is kept of a run that ended well."""
    start, discount = study.start_at(point), run.scenario.budget.discount
    found: dict[str, Any] = {outcome.name: outcome_of_run(run, outcome, start, discount) for outcome in study.outcomes}
    found |= {"key": run.key, "digest": run.digest, "status": "done"}
    if run.scenario.policy:
        strengths = {name: lever.strength for name, lever in run.scenario.policy.items()}
        found |= {"strengths": json.dumps(strengths), "can_spend": spent.can_spend if spent else None}
    return found


def _told(error: Exception) -> str:
    """Return what a row says of an error: the sentence of ours, the kind and the message of any other."""
    text = str(error) if isinstance(error, TierwiseError) else f"{type(error).__name__}: {error}"
    return text[:_LONGEST_ERROR]
