"""The worlds that are measured, and engines that never run out of months."""

from __future__ import annotations

import functools

from benchmarks.timing import Job
from simulation.engines.engine import CompiledEngine
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

__all__ = ["TURN", "Months", "baseline", "turn_of", "world_of"]

SEED = 1
TURN = 10
"""Months of a turn: the first finds the caches full of what others did meanwhile."""


def turn_of(firms: int) -> int:
    """Return the months of a turn, fewer where firms are many."""
    return max(1, min(TURN, 200_000 // firms))


@functools.lru_cache(maxsize=4)
def baseline(firms: int) -> Scenario:
    """Return the baseline with so many firms; origins are not followed."""
    return load("tierwise:baseline", [f"population.firms={firms}", "time.origin_months=0", "budget.strength=fixed"])


@functools.lru_cache(maxsize=2)
def world_of(firms: int) -> World:
    """Return the world of seed 1, kept for the next benchmark of the same size."""
    return build(baseline(firms), SEED)


class Months:
    """An engine that moves ``count`` months a turn, and begins again (off the clock) before its horizon ends.

    The first months are left out: hardly anybody has adopted, and the machine code is loaded.
    """

    def __init__(self, firms: int, count: int = 1, *, first: int = 2, can_repeat: bool = True) -> None:
        self.count = count
        self.engine = CompiledEngine(world_of(firms), baseline(firms), SEED)
        self.engine.advance(first)
        self._start = self.engine.copy() if can_repeat else None

    def prepare(self) -> None:
        """Begin again if there are not enough months left."""
        if self.engine.month + self.count > self.engine.scenario.time.months and self._start is not None:
            self.engine = self._start.copy()

    def work(self) -> None:
        """Move on."""
        self.engine.advance(self.count)

    @property
    def job(self) -> Job:
        """What the clock needs."""
        return Job(self.work, self.prepare)
