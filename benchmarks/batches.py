"""Batches: full runs a second of 2,000 firms over 96 months, one thread and two, world building inside and apart."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.numpy_month import NumpyMonths
from benchmarks.peers import agents_month
from benchmarks.timing import Found, Job, Table, interleaved, seconds
from benchmarks.worlds import SEED, baseline, world_of
from simulation.engines.engine import CompiledEngine
from simulation.runs import run_in_world
from simulation.world.build import build

__all__ = ["measure"]


def _over(threads: int, work: Callable[[int], object], seeds: range) -> None:
    """Do some work for every seed on so many threads."""
    if threads == 1:
        for seed in seeds:
            work(seed)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, seeds))


def measure(is_quick: bool = False) -> Found:
    """Return runs a second, and what of a run is not months."""
    firms = 200 if is_quick else 2_000
    scenario, world = baseline(firms), world_of(firms)
    months = scenario.time.months
    seeds = range(1, 5 if is_quick else 13)

    def moved(seed: int) -> CompiledEngine:
        engine = CompiledEngine(world, scenario, seed)
        engine.advance()
        return engine

    def whole(seed: int) -> None:
        run_in_world(build(scenario, seed), scenario, seed, has_origins=False)

    following = scenario.with_({"time.origin_months": 12})

    works: dict[str, Callable[[int], object]] = {
        "build a world": lambda seed: build(scenario, seed),
        "start in a given world": lambda seed: CompiledEngine(world, scenario, seed),
        "start and all months, given world": moved,
        "a run as experiments make it, given world": lambda seed: run_in_world(
            world, scenario, seed, has_origins=False
        ),
        "the same, world built for it": whole,
        "a run as comparisons make it: origins of 12 months": lambda seed: run_in_world(world, following, seed),
    }
    jobs = {
        f"{name}, {threads}": Job(lambda work=work, threads=threads: _over(threads, work, seeds))
        for name, work in works.items()
        for threads in (1, 2)
    }
    by_agents = "a month of Mesa agents"
    found = interleaved(jobs | {by_agents: Job(agents_month(firms))}, 2 if is_quick else 7)
    per_run = {name: found.median(name) / len(seeds) for name in jobs}
    rows = []
    values: dict[str, float] = {}
    for name in works:
        one, two = per_run[f"{name}, 1"], per_run[f"{name}, 2"]
        gain = found.ratio(f"{name}, 1", f"{name}, 2")
        values |= {f"{name}: ms": 1e3 * one, f"{name}: gain of two threads": gain}
        rows.append([name, f"{1e3 * one:.2f}", f"{1 / one:,.0f}", f"{1 / two:,.0f}", f"{gain:.2f}"])
    complete = "the same, world built for it, 1"
    building = found.ratio("build a world, 1", complete)
    machinery = (
        found.ratio("a run as experiments make it, given world, 1", "start and all months, given world, 1") - 1.0
    )
    model = NumpyMonths(CompiledEngine(world, scenario, SEED), SEED)
    numpy_run = seconds(lambda: model.advance(months))
    over_agents = months * len(seeds) * found.ratio(by_agents, "the same, world built for it, 2")
    values |= {
        "share of building": building,
        "overhead of a run's record": machinery,
        "NumPy run: ms": 1e3 * numpy_run,
        "agents over a batch": over_agents,
    }
    shares = Table(
        "What of a run is not months, and runs against other means",
        ["Share or ratio", "Measured", "Goal"],
        [
            ["world building, of a single run", f"{100 * building:.0f} %", "20 %"],
            ["structure and record, over start and months", f"{100 * machinery:.0f} %", "10 %"],
            [
                "gain of two threads, whole runs",
                f"{values['the same, world built for it: gain of two threads']:.2f}",
                "1.85",
            ],
            [
                "NumPy's months over ours, world and start given",
                f"{numpy_run / per_run['start and all months, given world, 1']:.1f}",
                "",
            ],
            [f"{months} months of Mesa agents over a whole run on two threads", f"{over_agents:,.0f}", "5,000"],
        ],
    )
    table = Table(
        f"Runs of {firms:,} firms over {months} months",
        ["Work", "ms, one thread", "a second, one thread", "a second, two threads", "Gain"],
        rows,
        f"{len(seeds)} seeds a turn; {os.cpu_count()} processors.",
    )
    return Found(values, [table, shares])
