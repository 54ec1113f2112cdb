"""Running a sweep: what is not there yet is given out in chunks, and whatever happens, what was done stays done."""

from __future__ import annotations

import contextlib
import math
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from simulation.compiled import source_digest
from simulation.errors import RunError
from simulation.experiments.executors import Pool
from simulation.experiments.sweeps.study import Study
from simulation.experiments.sweeps.working import Chunk, Done, Job, failed_chunk, stop_file, work

__all__ = ["CHUNK_SECONDS", "STRIKES", "Progress", "Session", "missing_jobs"]

CHUNK_SECONDS = 15.0
"""How long a worker works on one chunk: what its death costs at most."""

STRIKES = 3
"""Deaths of workers, working on nothing else at the time, after which the runs of a chunk count as failed."""

_MOST_RUNS = 1000
"""Runs of one chunk, whose rows wait in memory."""

_LONGEST_WAIT = 300.0
"""Seconds for which a worker is waited for when everything ends early: a single run may be long."""

_AHEAD = 2
"""Chunks given out per worker."""


@dataclass
class Progress:
    """How far a session is: runs to make, made, failed among them, and the seconds that they took on one worker."""

    total: int = 0
    done: int = 0
    failed: int = 0
    seconds: float = 0.0


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
    pool : Pool
    on_progress : callable
        Told the progress whenever a chunk is done.
    """

    study: Study
    folder: Path
    pool: Pool
    on_progress: Callable[[Progress], None] = lambda progress: None
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    progress: Progress = field(default_factory=Progress)
    _flying: dict[Future[Done], Chunk] = field(default_factory=dict)
    _suspects: deque[Chunk] = field(default_factory=deque)
    _strikes: dict[Job, int] = field(default_factory=dict)

    def run(self, jobs: Iterator[Job], total: int) -> None:
        """Do the jobs, ``total`` runs in all.

        Raises
        ------
        RunError
            Workers cannot write, or are of another version.
        KeyboardInterrupt
            After the workers have written what they had done.
        """
        self.progress.total = total
        self.on_progress(self.progress)
        try:
            self._go_on(jobs)
        except BaseException:
            self._wind_up()
            raise
        finally:
            stop_file(self.folder, self.name).unlink(missing_ok=True)

    def _go_on(self, jobs: Iterator[Job]) -> None:
        chunks = self._chunks(jobs)
        while True:
            self._give_out(chunks)
            if not self._flying:
                return
            done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
            for future in done:
                self._take_back(future)

    def _give_out(self, chunks: Iterator[Chunk]) -> None:
        """Hand over chunks; those that were there when a worker died are worked on alone, to see which one kills."""
        if self._suspects:
            if not self._flying:
                self._submit(self._suspects.popleft())
            return
        room = _AHEAD * self.pool.workers - len(self._flying)
        for chunk in islice(chunks, max(0, room)):
            self._submit(chunk)

    def _submit(self, chunk: Chunk) -> None:
        try:
            future = self.pool.submit(work, chunk)
        except self.pool.killed as error:  # a worker has died since the last look
            future = Future()
            future.set_exception(error)
        self._flying[future] = chunk

    def _take_back(self, future: Future[Done]) -> None:
        if future not in self._flying:
            return  # it went down with the worker of another one
        is_alone = len(self._flying) == 1 or not self.pool.die_together
        chunk = self._flying.pop(future)
        try:
            self._count(future.result())
        except self.pool.killed:
            fallen = [chunk]
            if self.pool.die_together:
                fallen += self._flying.values()
                self._flying.clear()
                self.pool.renew()
            if is_alone:
                self._suspect(fallen[0])
            else:
                self._suspects.extend(fallen)
        except self.pool.lost as error:
            message = (
                f"the {self.pool.name} workers are gone ({type(error).__name__}); what they finished is kept, and "
                "running the sweep again goes on from there"
            )
            raise RunError(message) from error

    def _suspect(self, chunk: Chunk) -> None:
        """Divide a chunk that was worked on alone when its worker died, to find the run that kills; or give that up."""
        if len(chunk.jobs) > 1:
            half = len(chunk.jobs) // 2
            self._suspects.extend(self._chunk(part) for part in (chunk.jobs[:half], chunk.jobs[half:]))
            return
        self._strikes[chunk.jobs[0]] = self._strikes.get(chunk.jobs[0], 0) + 1
        if self._strikes[chunk.jobs[0]] < STRIKES:
            self._suspects.append(chunk)
        else:
            self._count(failed_chunk(chunk, f"its worker was killed {STRIKES} times, perhaps for want of memory"))

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
        in_time = CHUNK_SECONDS * progress.done / progress.seconds
        fair = (progress.total - progress.done) / (_AHEAD * self.pool.workers)
        return max(1, min(_MOST_RUNS, math.floor(in_time), math.ceil(fair)))

    def _chunk(self, jobs: tuple[Job, ...]) -> Chunk:
        part = self.study.cut({job.point for job in jobs})
        return Chunk(part, jobs, str(self.folder), self.name, source_digest())

    def _wind_up(self) -> None:
        """Ask the workers to write what they have done, and wait for them."""
        with contextlib.suppress(OSError):
            stop_file(self.folder, self.name).touch()
        for future in self._flying:
            future.cancel()
        for future in self._flying:
            with contextlib.suppress(Exception, CancelledError):
                self._count(future.result(timeout=_LONGEST_WAIT))

    def _count(self, done: Done) -> None:
        self.progress.done += done.finished + done.failed
        self.progress.failed += done.failed
        self.progress.seconds += done.seconds
        self.on_progress(self.progress)
