"""What a sweep will take: one point is run on this machine, nothing is kept, and the rest is multiplied."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from simulation.compiled import source_digest
from simulation.errors import RunError
from simulation.experiments.sweeps.running import chunk_size
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
        On disk, beyond those of the part that holds the run.
    bytes_per_part : float
        What a part takes on disk before its first run.
    bytes_of_points : float
        What the points take, whatever is run at them; not compressed.
    """

    seconds_per_run: float
    bytes_per_run: float
    bytes_per_part: float
    bytes_of_points: float

    def size(self, runs: int, workers: int) -> float:
        """Return the bytes that runs will take: parts hold what a worker does in `CHUNK_SECONDS`, or its share."""
        if runs == 0:
            return 0.0
        in_part = min(chunk_size(self.seconds_per_run), math.ceil(runs / workers))
        return self.bytes_of_points + math.ceil(runs / in_part) * self.bytes_per_part + runs * self.bytes_per_run


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
    _, first = _timed(ready, jobs[:1])
    on_progress(1)
    seconds, size = _timed(ready, jobs)
    on_progress(1)
    further = (len(jobs) - 1) * len(names)
    per_run = max(0.0, (size - first) / further) if further else size / runs
    solving = _timed_solving(ready, numbers)
    seeds_timed = len(jobs) / len(numbers)
    saved = solving * (1.0 - seeds_timed / study.sweep.replications)
    per_part = max(0.0, size - runs * per_run)
    of_points = 8.0 * len(study.numbers) * (len(study.factors) + 1)  # a number and 64-bit values
    return Estimate(max(0.0, seconds - saved) / runs, per_run, per_part, of_points)


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
