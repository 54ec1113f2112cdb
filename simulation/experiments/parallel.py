"""Runs of many seeds side by side: a thread a processor, and once a seed what all or some of the scenarios share."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from simulation.courses import history_key, shared_months, stem_of
from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

__all__ = ["SEEDS_SAVED", "Batch", "runs_by_seed", "world_key"]

SEEDS_SAVED = 5
"""Seeds whose runs are written together: what an interruption can cost."""


def world_key(scenario: Scenario) -> str:
    """Return what decides which world a seed gives, so that scenarios which agree in it share one.

    The order of sizes, sectors and regions is part of it: it numbers the groups.
    """
    parts = scenario.resolved()
    return json.dumps([parts[name] for name in ("population", "network", "firms")])


class Batch:
    """Scenarios that are run on the same seeds: what several have in common is computed once a seed.

    That is the world, and what happens before policies begin where scenarios differ in policy alone; from there on
    these are moved side by side where that gains (`simulation.engines.together`).

    Parameters
    ----------
    scenarios : sequence of Scenario
        With strengths as they are.
    has_origins : bool
        Whether defects and late days are split by origin and depth.
    """

    def __init__(self, scenarios: Sequence[Scenario], *, has_origins: bool = True) -> None:
        self.scenarios = scenarios
        self.has_origins = has_origins
        self._worlds = [world_key(scenario) for scenario in scenarios]
        self._alike: dict[str, list[int]] = {}
        for place, scenario in enumerate(scenarios):
            self._alike.setdefault(history_key(scenario), []).append(place)

    def runs(self, seed: int, stop: threading.Event | None = None) -> list[Run]:
        """Run all scenarios on one seed, in their order; nothing comes of it once ``stop`` is set."""
        worlds: dict[str, World] = {}
        runs: dict[int, Run] = {}
        for places in self._alike.values():
            where = self._worlds[places[0]]
            if where not in worlds:
                worlds[where] = build(self.scenarios[places[0]], seed)
            ends = self._ends(worlds[where], [self.scenarios[place] for place in places], seed)
            for place in places:
                if stop is not None and stop.is_set():
                    return []
                runs[place] = next(ends)
        return [runs[place] for place in range(len(self.scenarios))]

    def _ends(self, world: World, scenarios: Sequence[Scenario], seed: int) -> Iterator[Run]:
        """Yield the runs of scenarios with one history."""
        if len(scenarios) == 1:
            yield run_in_world(world, scenarios[0], seed, has_origins=self.has_origins)
        else:
            stem = stem_of(world, scenarios[0], seed, shared_months(scenarios), has_origins=self.has_origins)
            yield from stem.ends(scenarios)


def runs_by_seed(scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int) -> Generator[tuple[int, list[Run]]]:
    """Yield each seed with its runs, in the order of the seeds; an interruption ends with those that had finished.

    Only a few seeds are computed ahead, because the runs of all would not fit into memory.
    """
    batch = Batch(scenarios)
    stop = threading.Event()
    left = iter(seeds)
    ahead: deque[tuple[int, Future[list[Run]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:

        def begin(count: int) -> None:
            ahead.extend((seed, pool.submit(batch.runs, seed, stop)) for seed in islice(left, count))

        try:
            begin(2 * workers)
            while ahead:
                runs = ahead[0][1].result()
                seed, _ = ahead.popleft()
                begin(1)
                yield seed, runs
        except KeyboardInterrupt:
            stop.set()
            finished = [(seed, future.result()) for seed, future in ahead if future.done() and not future.exception()]
            yield from ((seed, runs) for seed, runs in finished if runs)
            raise
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
