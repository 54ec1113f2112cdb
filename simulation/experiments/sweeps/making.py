"""The runs of a sweep, made one after the other: what several of them share is computed once.

These are worlds, strengths of levers, and what happens before policies begin where scenarios differ in policy alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from simulation.courses import Course, history_key, stem_of
from simulation.engines.strength import Spending, solve_strength
from simulation.experiments.parallel import world_key
from simulation.experiments.sweeps.study import Study
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

__all__ = ["Runs"]

Made = TypeVar("Made")

_FIRMS_KEPT = 100_000
"""Firms of worlds, and as many of stems, that are kept for the next scenarios and points with the same seed."""


class _Ready(NamedTuple):
    """A scenario at a point, with its strengths solved, and what decides with which others it shares something."""

    scenario: Scenario
    spent: Spending | None
    world: str
    history: str


class Runs:
    """The runs of a sweep: what is made for one is kept for the next ones that share it.

    Parameters
    ----------
    study : Study
        With the points of the runs, at least.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._point = -1
        self._ready: dict[str, _Ready] = {}  # of this point
        self._worlds = _Kept[World](lambda world: world.firms.key.size, _FIRMS_KEPT)
        # Without common seeds the scenarios of a point alone share a stem, one after the other.
        room = _FIRMS_KEPT if study.has_common_seeds else 0
        self._stems = _Kept[Course](lambda stem: stem.world.firms.key.size, room)
        has_others = len(study.scenarios) > 1 or study.has_common_seeds
        self._has_stems = has_others and any(scenario.policy for scenario in study.scenarios)

    def make(self, scenario: Scenario, point: int, seed: int) -> tuple[Run, Spending | None]:
        """Run a scenario of the study at a point on a seed; return the run, and what its policy spends if solved."""
        ready = self._at(point, scenario)
        return self._run(ready, point, seed), ready.spent

    def _at(self, point: int, scenario: Scenario) -> _Ready:
        if point != self._point:
            self._point, self._ready = point, {}
        if scenario.name not in self._ready:
            solved, spent = solve_strength(self.study.at(point, scenario))
            self._ready[scenario.name] = _Ready(
                solved, spent, world_key(solved), history_key(solved) if self._has_stems else ""
            )
        return self._ready[scenario.name]

    def _run(self, ready: _Ready, point: int, seed: int) -> Run:
        scenario, has_origins = ready.scenario, self.study.has_origins

        def world() -> World:
            return self._worlds.of((ready.world, seed), lambda: build(scenario, seed))

        if not self._has_stems:
            return run_in_world(world(), scenario, seed, has_origins=has_origins, has_structure=False)
        months = min(self.study.start_at(point), scenario.time.months)
        stem = self._stems.of(
            (ready.history, seed, months),
            lambda: stem_of(world(), scenario, seed, months, has_origins=has_origins, has_structure=False),
        )
        return stem.branch(scenario).end()


class _Kept(Generic[Made]):
    """What was made last, up to a number of firms in all; the very last whatever its size."""

    def __init__(self, firms: Callable[[Made], int], room: int) -> None:
        self.firms = firms
        self.room = room
        self.made: OrderedDict[tuple[str | int, ...], Made] = OrderedDict()

    def of(self, key: tuple[str | int, ...], make: Callable[[], Made]) -> Made:
        """Return what stands under a key, made now where nothing does."""
        if key not in self.made:
            made = make()
            while self.made and sum(map(self.firms, self.made.values())) + self.firms(made) > self.room:
                self.made.popitem(last=False)
            self.made[key] = made
        self.made.move_to_end(key)
        return self.made[key]
