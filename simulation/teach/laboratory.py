"""Runs for many browsers at once: a few threads, a few results kept, nothing known about anybody."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock
from typing import Any

from simulation.engines.strength import solve_strength
from simulation.page.document import block_of
from simulation.page.writing import record_runs
from simulation.rules.lateness import Lateness
from simulation.scenario.declarations import plain
from simulation.scenario.scenario import Scenario
from simulation.teach.catalogue import Catalogue
from simulation.teach.refusals import BusyError
from simulation.teach.settings import Settings

__all__ = ["Laboratory", "Wish"]

_KEPT = 48
_KEPT_STRENGTHS = 512
_MOST_WAITING = 120


class _UnwantedError(Exception):
    """Nobody waits for this run any more."""


class Wish:
    """Work in the pool, and how many wait for it.

    Attributes
    ----------
    future : Future
    waiting : int
    """

    def __init__(self) -> None:
        self.future: Future[Any] = Future()
        self.waiting = 1


class Laboratory:
    """Runs settings in a pool of threads; compiled loops leave Python's lock to others while they run.

    A result is a pure function of the settings: every request carries all of them, and nothing is stored under the
    name of a browser. What is kept (`_KEPT` blocks, the oldest use forgotten first) is kept by the digest of the
    settings, so two browsers share a result only where they asked for the same one, and cannot influence each other.
    Equal requests that arrive while the first is under way wait for its result. What nobody waits for any more, because
    the browser asks for something else or is gone (`leave`), is not begun, or ends after the months under way.

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
        self._blocks: OrderedDict[str, Wish] = OrderedDict()
        self._strengths: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._under_way = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self._under_way == 0

    def block(self, settings: Settings) -> Wish:
        """Ask for the block of bytes that the page shows."""
        key = settings.digest()
        with self._lock:
            if (kept := self._blocks.get(key)) is not None:
                self._blocks.move_to_end(key)
                kept.waiting += 1
                return kept
            wish = Wish()
            self._submit(wish, lambda: self._run(settings, wish))
            self._blocks[key] = wish
            while len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        wish.future.add_done_callback(lambda done: self._forget_failed(key, wish, done))
        return wish

    def later(self, work: Callable[[], Any]) -> Wish:
        """Ask for other work in the pool."""
        wish = Wish()
        with self._lock:
            self._submit(wish, work)
        return wish

    def leave(self, wish: Wish) -> None:
        """Wait no longer; who asks again after the last has left begins anew."""
        with self._lock:
            wish.waiting -= 1
            if wish.waiting > 0 or wish.future.done():
                return
            for key in [key for key, kept in self._blocks.items() if kept is wish]:
                del self._blocks[key]
        wish.future.cancel()

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

    def _run(self, settings: Settings, wish: Wish) -> bytes:
        def go_on(*_: object) -> None:
            if wish.waiting <= 0:
                raise _UnwantedError

        lesson = self.catalogue.chosen(settings)
        scenarios = self.solved(settings)
        go_on()
        recordings = record_runs(scenarios, self.catalogue.seed(settings), go_on)
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

    def _submit(self, wish: Wish, work: Callable[[], Any]) -> None:
        """Submit work; the lock is held."""
        if self._under_way >= _MOST_WAITING:
            raise BusyError("busy")
        wish.future = self._pool.submit(work)
        self._under_way += 1
        wish.future.add_done_callback(self._count_down)

    def _count_down(self, _: Future[Any]) -> None:
        with self._lock:  # which the thread that submitted may still hold: work can be done at once
            self._under_way -= 1

    def _forget_failed(self, key: str, wish: Wish, done: Future[bytes]) -> None:
        """Keep no failure: the next request tries again."""
        if done.cancelled() or done.exception() is not None:
            with self._lock:
                if self._blocks.get(key) is wish:
                    del self._blocks[key]
