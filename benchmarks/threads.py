"""One large run on one thread and on two: the same history, and how much sooner."""

from __future__ import annotations

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.worlds import SEED, baseline, world_of
from simulation.engines.engine import CompiledEngine

__all__ = ["measure"]


def measure(is_quick: bool = False) -> Found:
    """Return the gain of two threads inside a run, by size."""
    rows, values = [], {}
    for firms in (70_000,) if is_quick else (100_000, 1_000_000):
        scenario = baseline(firms)
        engines = {threads: CompiledEngine(world_of(firms), scenario, SEED, threads=threads) for threads in (1, 2)}
        jobs = {str(threads): Job(lambda engine=engine: engine.advance(1)) for threads, engine in engines.items()}
        found = interleaved(jobs, 3 if is_quick else {100_000: 31}.get(firms, 11), warm=2)
        assert (engines[1].tallies.groups == engines[2].tallies.groups).all()
        gain = found.ratio("1", "2")
        values[str(firms)] = gain
        cells = [f"{1e9 * found.median(threads) / firms:.0f}" for threads in ("1", "2")]
        rows.append([f"{firms:,}", *cells, f"{gain:.2f}", f"{engines[2].threads}"])
    table = Table(
        "One run on two threads",
        ["Firms", "One thread, ns a firm-month", "Two threads, ns a firm-month", "Gain", "Threads used"],
        rows,
        "In turns; sums by group of all months are equal to the last bit. The two processors are what this machine "
        "calls two; whether they share a core is not known.",
    )
    return Found(values, [table])
