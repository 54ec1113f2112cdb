"""Runs of many seeds side by side: one thread per processor, one world per seed for all scenarios that share it."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from simulation.records import Run
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.build import build

__all__ = ["SEEDS_SAVED", "runs_by_seed", "runs_of_seed", "world_key"]

SEEDS_SAVED = 5
"""Seeds whose runs are written together: what an interruption can cost."""


def world_key(scenario: Scenario) -> str:
    """Return what decides which world a seed gives, so that scenarios which agree in it share one.

    The order of sizes, sectors and regions is part of it: it numbers the groups.
    """
    parts = scenario.resolved()
    return json.dumps([parts[name] for name in ("population", "network", "firms")])


def runs_of_seed(
    scenarios: Sequence[Scenario], seed: int, *, has_origins: bool = True, stop: threading.Event | None = None
) -> list[Run]:
    """Run all scenarios on one seed, building each world once; nothing comes of it once ``stop`` is set."""
    worlds: dict[str, World] = {}
    runs = []
    for scenario in scenarios:
        if stop is not None and stop.is_set():
            return []
        key = world_key(scenario)
        if key not in worlds:
            worlds[key] = build(scenario, seed)
        runs.append(run_in_world(worlds[key], scenario, seed, has_origins=has_origins))
    return runs


def runs_by_seed(scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int) -> Generator[tuple[int, list[Run]]]:
    """Yield each seed with its runs, in the order of the seeds; an interruption ends with those that had finished.

    Only a few seeds are computed ahead, because the runs of all would not fit into memory.
    """
    stop = threading.Event()
    left = iter(seeds)
    ahead: deque[tuple[int, Future[list[Run]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:

        def begin(count: int) -> None:
            ahead.extend((seed, pool.submit(runs_of_seed, scenarios, seed, stop=stop)) for seed in islice(left, count))

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
