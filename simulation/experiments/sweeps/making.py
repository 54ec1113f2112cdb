"""The runs of a sweep, made one after the other: what several of them share is computed once.

These are worlds, strengths of levers, and what happens before policies begin where scenarios differ in policy alone.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from simulation.courses import Course, history_key, stem_of
from simulation.engines.strength import Spending, solve_strength
from simulation.engines.together import FEWEST_LANES, most_lanes
from simulation.experiments.parallel import world_key
from simulation.experiments.sweeps.study import Study
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

__all__ = ["Made", "Runs"]

Item = TypeVar("Item")

_FIRMS_KEPT = 100_000
"""Firms of worlds, and as many of stems, that are kept for the next scenarios and points with the same seed."""


class _Ready(NamedTuple):
    """A scenario at a point, with its strengths solved, and what decides with which others it shares a world."""

    scenario: Scenario
    spent: Spending | None
    world: str


class Made(NamedTuple):
    """A run that was made.

    Attributes
    ----------
    run : Run
    spent : Spending or None
        What its policy spends, if that was solved.
    shift : float
        Seconds to add to those that its making seems to take: runs moved together are all made when the first is.
    """

    run: Run
    spent: Spending | None
    shift: float


class Runs:
    """The runs of a sweep: what is made for one is kept for the next ones that share it.

    Parameters
    ----------
    study : Study
        With the points of the runs, at least.
    jobs : iterable of (point, seed, names of scenarios)
        Runs that will be asked for: some that differ in policy alone are moved side by side when the first is.
    """

    def __init__(self, study: Study, jobs: Iterable[tuple[int, int, Sequence[str]]] = ()) -> None:
        self.study = study
        self._scenarios = {scenario.name: scenario for scenario in study.scenarios}
        self._written: dict[tuple[int, str], Scenario] = {}
        self._ready: dict[tuple[int, str], _Ready] = {}
        self._histories: dict[tuple[int, str], tuple[str, int]] = {}
        self._coming: dict[int, dict[tuple[int, str], None]] = {}  # by seed, in order
        for point, seed, names in jobs:
            self._coming.setdefault(seed, {}).update({(point, name): None for name in self._scenarios if name in names})
        self._ahead: dict[tuple[int, int, str], tuple[Run, float]] = {}  # made, with the seconds of each
        self._worlds = _Kept[World](lambda world: world.firms.key.size, _FIRMS_KEPT)
        # Without common seeds the scenarios of a point alone share a stem, one after the other.
        room = _FIRMS_KEPT if study.has_common_seeds else 0
        self._stems = _Kept[Course](lambda stem: stem.world.firms.key.size, room)
        has_others = len(study.scenarios) > 1 or study.has_common_seeds
        self._has_stems = has_others and any(scenario.policy for scenario in study.scenarios)

    def is_ahead(self, scenario: Scenario, point: int, seed: int) -> bool:
        """Say whether a run was already made, with another one."""
        return (point, seed, scenario.name) in self._ahead

    def make(self, scenario: Scenario, point: int, seed: int) -> Made:
        """Run a scenario of the study at a point on a seed."""
        name = scenario.name
        ready = self._at(point, name)
        if (point, seed, name) in self._ahead:
            run, seconds = self._ahead.pop((point, seed, name))
            return Made(run, ready.spent, seconds)
        if not self._has_stems:
            world = self._world(ready, seed)
            done = run_in_world(world, ready.scenario, seed, has_origins=self.study.has_origins, has_structure=False)
            return Made(done, ready.spent, 0.0)
        stem = self._stem(point, name, seed)
        begun = time.perf_counter()
        others = self._company(stem, (point, name), seed)
        try:
            runs = list(stem.ends([ready.scenario, *(self._ready[other].scenario for other in others)]))
        except Exception:  # noqa: BLE001 - whose fault it is will be seen when each is made alone
            self._coming.pop(seed, None)
            return Made(stem.branch(ready.scenario).end(), ready.spent, 0.0)
        seconds = time.perf_counter() - begun
        for (other, called), run in zip(others, runs[1:], strict=True):
            self._ahead[other, seed, called] = run, seconds / len(runs)
        return Made(runs[0], ready.spent, seconds / len(runs) - seconds)

    def _scenario(self, point: int, name: str) -> Scenario:
        """Return a scenario at a point, with its strengths as they are."""
        if (point, name) not in self._written:
            self._written[point, name] = self.study.at(point, self._scenarios[name])
        return self._written[point, name]

    def _at(self, point: int, name: str) -> _Ready:
        if (point, name) not in self._ready:
            solved, spent = solve_strength(self._scenario(point, name))
            self._ready[point, name] = _Ready(solved, spent, world_key(solved))
        return self._ready[point, name]

    def _history(self, point: int, name: str) -> tuple[str, int]:
        """Return what decides with which other runs of a seed one shares its stem."""
        if (point, name) not in self._histories:
            scenario = self._scenario(point, name)
            months = min(self.study.start_at(point), scenario.time.months)
            self._histories[point, name] = history_key(scenario), months
        return self._histories[point, name]

    def _world(self, ready: _Ready, seed: int) -> World:
        return self._worlds.of((ready.world, seed), lambda: build(ready.scenario, seed))

    def _stem(self, point: int, name: str, seed: int) -> Course:
        history, months = self._history(point, name)

        def make() -> Course:
            ready, has_origins = self._at(point, name), self.study.has_origins
            world = self._world(ready, seed)
            return stem_of(world, ready.scenario, seed, months, has_origins=has_origins, has_structure=False)

        return self._stems.of((history, seed, months), make)

    def _company(self, stem: Course, first: tuple[int, str], seed: int) -> list[tuple[int, str]]:
        """Return runs to come on a seed that go on from a stem like the first, as many as gain by being moved with it.

        They are made ready; those that cannot be are left for their own turn.
        """
        coming = self._coming.get(seed, {})
        coming.pop(first, None)
        others: list[tuple[int, str]] = []
        most, history = most_lanes(stem.world.firms.key.size), self._history(*first)
        for place in coming:
            if len(others) + 1 >= most:
                break
            with suppress(Exception):
                if self._history(*place) == history:
                    self._at(*place)
                    others.append(place)
        if len(others) + 1 < FEWEST_LANES:
            return []
        for place in others:
            del coming[place]
        return others


class _Kept(Generic[Item]):
    """What was made last, up to a number of firms in all; the very last whatever its size."""

    def __init__(self, firms: Callable[[Item], int], room: int) -> None:
        self.firms = firms
        self.room = room
        self.made: OrderedDict[tuple[str | int, ...], Item] = OrderedDict()

    def of(self, key: tuple[str | int, ...], make: Callable[[], Item]) -> Item:
        """Return what stands under a key, made now where nothing does."""
        if key not in self.made:
            made = make()
            while self.made and sum(map(self.firms, self.made.values())) + self.firms(made) > self.room:
                self.made.popitem(last=False)
            self.made[key] = made
        self.made.move_to_end(key)
        return self.made[key]
