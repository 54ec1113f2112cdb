"""What a sweep will take: one point is run on this machine, nothing is kept, and the rest is multiplied."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from simulation.compiled import source_digest
from simulation.errors import RunError
from simulation.experiments.sweeps.study import Study
from simulation.experiments.sweeps.sweeping import with_strengths
from simulation.experiments.sweeps.working import Chunk, Job, work

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take.

    Attributes
    ----------
    seconds_per_run : float
        On one worker; solving strengths included.
    bytes_per_run : float
        On disk.
    """

    seconds_per_run: float
    bytes_per_run: float


def estimate(study: Study, on_progress: Callable[[int], None] = lambda count: None) -> Estimate:
    """Return what the runs of a study will take, measured on its first and its middle point.

    Each is run with all scenarios and at most two of its seeds, after a run that warms up; solving strengths is timed
    apart, because all seeds of a point share it.

    Raises
    ------
    RunError
        A run failed, with its reason.
    """
    ready = with_strengths(study)
    numbers = sorted({int(study.numbers[0]), int(study.numbers[len(study.numbers) // 2])})
    names = tuple(scenario.name for scenario in study.scenarios)
    jobs = tuple(Job(number, seed, names) for number in numbers for seed in study.seeds(study.row_of[number])[:2])
    runs = len(jobs) * len(names)
    _timed(ready, jobs[:1])
    on_progress(1)
    seconds, size = _timed(ready, jobs)
    on_progress(1)
    solving = _timed_solving(ready, numbers)
    seeds_timed = len(jobs) / len(numbers)
    saved = solving * (1.0 - seeds_timed / study.sweep.replications)
    return Estimate(max(0.0, seconds - saved) / runs, size / runs)


def _timed(study: Study, jobs: tuple[Job, ...]) -> tuple[float, int]:
    """Return the seconds that jobs take, and the bytes that they leave."""
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = work(Chunk(study.cut({job.point for job in jobs}), jobs, folder, "", source_digest()))
        seconds = time.perf_counter() - begun
        if done.failed:
            raise RunError(f"a run that was to be timed failed: {_error(Path(folder))}")
        return seconds, sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))


def _timed_solving(study: Study, numbers: list[int]) -> float:
    from simulation.engines.strength import solve_strength

    begun = time.perf_counter()
    for number in numbers:
        for scenario in study.scenarios:
            solve_strength(study.at(number, scenario))
    return time.perf_counter() - begun


def _error(folder: Path) -> str:
    import pyarrow.parquet as pq

    for path in (folder / "parts").glob("runs-*.parquet"):
        return str(next(error for error in pq.read_table(path)["error"].to_pylist() if error))
    return "no reason is on record"
