"""Runs for many browsers at once: a few threads, a few results kept, nothing known about anybody."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock
from typing import Any

from simulation.engines.strength import solve_strength
from simulation.errors import TierwiseError
from simulation.page.document import block_of
from simulation.page.writing import record_runs
from simulation.rules.lateness import Lateness
from simulation.scenario.declarations import plain
from simulation.scenario.scenario import Scenario
from simulation.teach.catalogue import Catalogue
from simulation.teach.settings import Settings

__all__ = ["BusyError", "Laboratory"]

_KEPT = 48
_KEPT_STRENGTHS = 512
_MOST_WAITING = 120


class BusyError(TierwiseError):
    """More work is waiting than a class should have to wait for."""


class Laboratory:
    """Runs settings in a pool of threads; compiled loops leave Python's lock to others while they run.

    A result is a pure function of the settings: every request carries all of them, and nothing is stored under the
    name of a browser. What is kept (`_KEPT` blocks, the oldest use forgotten first) is kept by the digest of the
    settings, so two browsers share a result only where they asked for the same one, and cannot influence each other.
    Equal requests that arrive while the first is under way wait for its result.

    Parameters
    ----------
    catalogue : Catalogue
    threads : int, optional
        By default one for each processor, at least 2.
    """

    def __init__(self, catalogue: Catalogue, threads: int | None = None) -> None:
        self.catalogue = catalogue
        self._pool = ThreadPoolExecutor(threads or max(2, os.cpu_count() or 1), "tierwise-teach")
        self._lock = RLock()
        self._blocks: OrderedDict[str, Future[bytes]] = OrderedDict()
        self._strengths: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._under_way = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self._under_way == 0

    def block(self, settings: Settings) -> Future[bytes]:
        """Return the block of bytes that the page shows, once it is there."""
        key = settings.digest()
        with self._lock:
            if (kept := self._blocks.get(key)) is not None:
                self._blocks.move_to_end(key)
                return kept
            future = self._submitted(lambda: self._run(settings))
            self._blocks[key] = future
            while len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        future.add_done_callback(lambda done: self._forget_failed(key, done))
        return future

    def later(self, work: Callable[[], Any]) -> Future[Any]:
        """Do other work in the pool."""
        with self._lock:
            return self._submitted(work)

    def solved(self, settings: Settings) -> list[Scenario]:
        """Return the scenarios with strengths of levers that spend the envelope.

        Spending does not depend on deliveries nor on the seed, so what was solved once is used again when only those
        change.
        """
        return [self._solved(scenario) for scenario in self.catalogue.scenarios(settings)]

    def warm(self, lesson: str) -> None:
        """Begin with what the first browser will ask for, before it asks."""
        self.later(lambda: self.catalogue.told(lesson))
        self.block(Settings(lesson, self.catalogue.seed(Settings(lesson))))

    def close(self) -> None:
        """Drop what waits; what runs ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, settings: Settings) -> bytes:
        lesson = self.catalogue.chosen(settings)
        recordings = record_runs(self.solved(settings), self.catalogue.seed(settings))
        curves = lesson.curves(settings.values)
        formulas = {
            name: [{"name": one.name, "formula": one.formula, "values": one.values.tolist()} for one in found]
            for name, found in curves.items()
        }
        return block_of(recordings, watch=lesson.file.watch, more={"formulas": formulas})

    def _solved(self, scenario: Scenario) -> Scenario:
        if not scenario.policy or scenario.budget.strength == "fixed":
            return scenario
        key = scenario.with_({"lateness": plain(Lateness())}).digest()
        with self._lock:
            strengths = self._strengths.get(key)
        if strengths is None:
            solved, _ = solve_strength(scenario)
            strengths = {name: lever.strength for name, lever in solved.policy.items()}
            with self._lock:
                self._strengths[key] = strengths
                while len(self._strengths) > _KEPT_STRENGTHS:
                    self._strengths.popitem(last=False)
        changes: dict[str, Any] = {f"policy.{name}.strength": value for name, value in strengths.items()}
        return scenario.with_(changes | {"budget.strength": "fixed"})

    def _submitted(self, work: Callable[[], Any]) -> Future[Any]:
        """Submit work; the lock is held."""
        if self._under_way >= _MOST_WAITING:
            message = "too many runs are waiting; try again in a minute"
            raise BusyError(message)
        future = self._pool.submit(work)
        self._under_way += 1
        future.add_done_callback(self._count_down)
        return future

    def _count_down(self, _: Future[Any]) -> None:
        with self._lock:  # which the thread that submitted may still hold: work can be done at once
            self._under_way -= 1

    def _forget_failed(self, key: str, done: Future[bytes]) -> None:
        """Keep no failure: the next request tries again."""
        if done.cancelled() or done.exception() is not None:
            with self._lock:
                self._blocks.pop(key, None)
