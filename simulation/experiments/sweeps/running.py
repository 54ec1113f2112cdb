"""Running a sweep: what is not there yet is given out in chunks, and whatever happens, what was done stays done."""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from simulation.compiled import source_digest
from simulation.errors import RunError
from simulation.experiments.executors import Pool, WorkerKilledError
from simulation.experiments.sweeps.interruption import heard
from simulation.experiments.sweeps.study import Study
from simulation.experiments.sweeps.working import Chunk, Done, Job, failed_chunk, stop, work

__all__ = ["CHUNK_SECONDS", "STRIKES", "Progress", "Session", "chunk_size", "missing_jobs"]

CHUNK_SECONDS = 15.0
"""How long a worker works on one chunk: what its death costs at most."""

STRIKES = 3
"""Deaths of its worker after which a run counts as failed; the last time it is worked on alone."""

_MOST_RUNS = 1000
"""Runs of one chunk, whose rows wait in memory."""

_LONGEST_WAIT = 300.0
"""Seconds for which a worker is waited for when everything ends early: a single run may be long."""

_AHEAD = 2
"""Chunks given out per worker."""

_START = 10.0
"""Seconds that workers take to start, about which nothing is said."""

_GLANCE = 0.25
"""Seconds between two looks at whether somebody wants this to end."""


def chunk_size(seconds_per_run: float) -> int:
    """Return how many runs make a chunk of `CHUNK_SECONDS`; one run at least."""
    return max(1, math.floor(min(_MOST_RUNS, CHUNK_SECONDS / max(seconds_per_run, 1e-9))))


@dataclass
class Progress:
    """How far a session is.

    Attributes
    ----------
    total, done, failed : int
        Runs to make, made, and failed among those.
    seconds : float
        That they took on one worker.
    workers : int or None
        How many there are now; 0 while they are waited for, None before anybody has looked.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    workers: int | None = None


def missing_jobs(study: Study, has: set[str]) -> Iterator[Job]:
    """Yield the jobs whose runs are not among the requests that are there already."""
    for task in study.tasks():
        names = tuple(
            scenario.name
            for scenario in study.scenarios
            if not has or study.request(task.point, scenario, task.seed) not in has
        )
        if names:
            yield Job(task.point, task.seed, names)


@dataclass
class Session:
    """One go at a sweep.

    Attributes
    ----------
    study : Study
    folder : Path
    name : str
        Of the present session in the folder (`session_in`).
    pool : Pool
    on_progress : callable
        Told the progress whenever a chunk is done, and when workers come or go.
    """

    study: Study
    folder: Path
    name: str
    pool: Pool
    on_progress: Callable[[Progress], None] = lambda progress: None
    progress: Progress = field(default_factory=Progress)
    _begun: float = field(default_factory=time.monotonic)
    _flying: dict[Future[Done], Chunk] = field(default_factory=dict)
    _again: deque[Chunk] = field(default_factory=deque)
    _alone: deque[Chunk] = field(default_factory=deque)
    _strikes: dict[Job, int] = field(default_factory=dict)

    def run(self, jobs: Iterator[Job], total: int) -> None:
        """Do the jobs, ``total`` runs in all.

        Raises
        ------
        RunError
            Workers cannot write, are of another version, or are gone.
        KeyboardInterrupt
            After the workers have ended the runs that they were at and have written what they had done.
        """
        self.progress.total = total
        self.on_progress(self.progress)
        with heard(lambda: stop(self.folder)) as asked:
            try:
                self._go_on(self._chunks(jobs), asked)
            finally:
                self._wind_up()

    def _go_on(self, chunks: Iterator[Chunk], asked: list[int]) -> None:
        while not asked:
            self._give_out(chunks)
            if not self._flying:
                return
            done, _ = wait(self._flying, timeout=_GLANCE, return_when=FIRST_COMPLETED)
            self.pool.look_after()
            self._tell_workers()
            for future in done:
                self._take_back(future, is_ending=bool(asked))
        raise KeyboardInterrupt

    def _give_out(self, chunks: Iterator[Chunk]) -> None:
        """Hand over chunks; one whose worker dies again and again has its last try with nothing beside it."""
        if self._alone:
            if not self._flying:
                self._submit(self._alone.popleft())
            return
        room = max(1, _AHEAD * self.pool.workers) - len(self._flying)
        while self._again and room > 0:
            self._submit(self._again.popleft())
            room -= 1
        for chunk in islice(chunks, max(0, room)):
            self._submit(chunk)

    def _submit(self, chunk: Chunk) -> None:
        self._flying[self.pool.submit(work, chunk)] = chunk

    def _take_back(self, future: Future[Done], *, is_ending: bool) -> None:
        chunk = self._flying.pop(future)
        try:
            done = future.result()
        except self.pool.killed as error:
            self._suspect(chunk, error)
        except self.pool.lost as error:
            message = (
                f"the {self.pool.name} workers are gone ({type(error).__name__}); what they finished is kept, and the "
                "same command goes on from there"
            )
            raise RunError(message) from error
        except ImportError as error:
            message = f"a worker cannot import what it needs ({error}); install the same as here where it runs"
            raise RunError(message) from error
        else:
            self._count(done)
            if done.finished + done.failed < chunk.runs and not is_ending:
                message = (
                    f"a worker does not find this session in {self.folder}: the folder was moved, or it is not on a "
                    "file system that all workers share"
                )
                raise RunError(message)

    def _suspect(self, chunk: Chunk, error: BaseException) -> None:
        """Divide a chunk whose worker was killed, to find the run that kills; or give that run up."""
        parts = _halves(chunk.jobs)
        if len(parts) > 1:
            self._again.extend(map(self._chunk, parts))
            return
        (job,) = chunk.jobs
        self._strikes[job] = self._strikes.get(job, 0) + 1
        if self._strikes[job] == STRIKES:
            how = f" ({error})" if isinstance(error, WorkerKilledError) else ""
            why = f"its worker was killed {STRIKES} times{how}, perhaps for want of memory"
            self._count(failed_chunk(chunk, why))
        else:
            (self._alone if self._strikes[job] == STRIKES - 1 else self._again).append(chunk)

    def _chunks(self, jobs: Iterator[Job]) -> Iterator[Chunk]:
        """Yield chunks of about `CHUNK_SECONDS`, smaller ones before it is known how long a run takes."""
        for first in jobs:
            count = math.ceil(self._size() / len(first.scenarios))
            yield self._chunk((first, *islice(jobs, count - 1)))

    def _size(self) -> int:
        """Return the runs of the next chunk: near the end fewer, so that all workers end at the same time."""
        progress = self.progress
        if progress.done == 0 or progress.seconds == 0.0:
            return 1
        fair = (progress.total - progress.done) / max(1, _AHEAD * self.pool.workers)
        return max(1, min(chunk_size(progress.seconds / progress.done), math.ceil(fair)))

    def _chunk(self, jobs: tuple[Job, ...]) -> Chunk:
        part = self.study.cut({job.point for job in jobs})
        return Chunk(part, jobs, str(self.folder.resolve()), self.name, source_digest())

    def _wind_up(self) -> None:
        """Where this ends early, ask the workers to write what they have done, and wait for those that are there."""
        if not self._flying:
            return
        stop(self.folder)
        until = time.monotonic() + _LONGEST_WAIT
        with contextlib.suppress(RunError):  # nobody is left to be waited for
            while self._flying and self.pool.workers and time.monotonic() < until:
                done, _ = wait(self._flying, timeout=_GLANCE, return_when=FIRST_COMPLETED)
                self.pool.look_after()
                for future in done:
                    self._take_leave(future)

    def _take_leave(self, future: Future[Done]) -> None:
        """Count what a worker did last; what went wrong with it then changes nothing any more."""
        del self._flying[future]
        with contextlib.suppress(*self.pool.killed, *self.pool.lost, Exception):
            self._count(future.result())

    def _count(self, done: Done) -> None:
        self.progress.done += done.finished + done.failed
        self.progress.failed += done.failed
        self.progress.seconds += done.seconds
        self.on_progress(self.progress)

    def _tell_workers(self) -> None:
        count = self.pool.workers
        is_starting = count == 0 and time.monotonic() - self._begun < _START
        if count != self.progress.workers and not is_starting:
            self.progress.workers = count
            self.on_progress(self.progress)


def _halves(jobs: tuple[Job, ...]) -> list[tuple[Job, ...]]:
    """Return jobs in two parts, one job by its scenarios, and a single run as it is."""
    if len(jobs) > 1:
        half = len(jobs) // 2
        return [jobs[:half], jobs[half:]]
    return [(Job(jobs[0].point, jobs[0].seed, (name,)),) for name in jobs[0].scenarios]
