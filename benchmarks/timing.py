"""Clocks for machines that others use too: pieces of work take turns, and only medians and ratios are kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

__all__ = ["Found", "Job", "Table", "Timings", "interleaved", "seconds"]


class Job(NamedTuple):
    """A piece of work that is timed again and again; ``prepare`` runs before each time, off the clock."""

    work: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


class Table(NamedTuple):
    """Rows of text or numbers as they are shown; ``note`` says what to make of them."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    note: str = ""


class Found(NamedTuple):
    """What a benchmark found: numbers for machines, tables for people."""

    values: dict[str, Any]
    tables: list[Table]


class Timings(NamedTuple):
    """Seconds of each job, one entry per turn."""

    seconds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """Return the median time of a job, in seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, base: str) -> float:
        """Return the median over the turns of one job's time over another's in the same turn."""
        pairs = zip(self.seconds[name], self.seconds[base], strict=True)
        return statistics.median(one / other for one, other in pairs)

    def spread(self, name: str) -> tuple[float, float]:
        """Return the quartiles of a job's time."""
        if len(self.seconds[name]) < 2:
            return self.median(name), self.median(name)
        low, _, high = statistics.quantiles(self.seconds[name], n=4)
        return low, high


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(jobs: Mapping[str, Job], turns: int, warm: int = 1) -> Timings:
    """Time jobs in turns A B C A B C ..., after ``warm`` turns that do not count."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(warm + turns):
        for name, job in jobs.items():
            job.prepare()
            took = seconds(job.work)
            if turn >= warm:
                found[name].append(took)
    return Timings(found)
