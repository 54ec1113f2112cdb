"""Replicates side by side in memory: what sharing cache lines between runs of one network can gain at most.

Lanes of one network are run as one world: copies of every firm stand next to each other, and the copy in lane k of a
buyer buys from the copies in lane k of its suppliers. A supplier's entry then stands beside those of the other lanes,
which the same block of buyers reads too. Beside it the same copies one after the other: the work alone, nothing shared.
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.worlds import SEED, baseline, world_of
from simulation.engines.engine import CompiledEngine
from simulation.state import Links, World

__all__ = ["copies", "measure"]

LANES = 16


def copies(world: World, lanes: int, *, are_interleaved: bool) -> World:
    """Return a world of ``lanes`` copies that have nothing to do with each other but the names of their sectors."""
    firms, links = world.firms, world.links
    n = firms.key.size
    repeat = (lambda a: np.repeat(a, lanes)) if are_interleaved else (lambda a: np.tile(a, lanes))
    lane = np.tile(np.arange(lanes), n) if are_interleaved else np.repeat(np.arange(lanes), n)
    old = repeat(np.arange(n))
    degree = np.diff(links.start)[old]
    start = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    source = np.repeat(links.start[old] - start[:-1], degree) + np.arange(start[-1])
    buyer = np.repeat(np.arange(n * lanes), degree)
    of = links.supplier[source].astype(np.int64)
    supplier = of * lanes + lane[buyer] if are_interleaved else of + lane[buyer] * n
    order = np.argsort(supplier, kind="stable")
    tied = Links(
        start=start,
        supplier=supplier.astype(np.int32),
        buyer=buyer.astype(np.int32),
        weight=links.weight[source],
        value=links.value[source],
        sales_share=links.sales_share[source],
        is_critical=links.is_critical[source],
        sales_start=np.searchsorted(supplier[order], np.arange(n * lanes + 1)).astype(np.int64),
        sales_link=order.astype(np.int64),
    )
    own = firms._replace(**{name: repeat(field) for name, field in firms._asdict().items()})
    keyed = own._replace(key=own.key * np.uint64(lanes) + lane.astype(np.uint64))
    return world._replace(firms=keyed, links=tied, names=None)


def measure(is_quick: bool = False) -> Found:
    """Return the cost of a firm-month alone, in interleaved lanes and in copies one after the other."""
    firms = 300 if is_quick else 2_000
    rows, values = [], {}
    for name, changes in (
        ("partners are replaced", {}),
        ("links are fixed", {"review.base": 0.0, "review.sensitivity": 0.0}),
    ):
        scenario = baseline(firms).with_(changes)
        world = world_of(firms)
        engines = {
            "alone": CompiledEngine(world, scenario, SEED),
            "lanes": CompiledEngine(copies(world, LANES, are_interleaved=True), scenario, SEED),
            "copies": CompiledEngine(copies(world, LANES, are_interleaved=False), scenario, SEED),
        }
        count = 2 if is_quick else 6
        jobs = {
            "alone": Job(lambda engine=engines["alone"], count=count: engine.advance(count)),
            **{k: Job(lambda e=engines[k], count=count: e.advance(count)) for k in ("lanes", "copies")},
        }
        found = interleaved(jobs, 3 if is_quick else 13, warm=1)
        gain, beside = LANES * found.ratio("alone", "lanes"), LANES * found.ratio("alone", "copies")
        values[name] = gain
        cost = 1e9 * found.median("alone") / firms / count
        rows.append([name, f"{cost:.0f}", f"{gain:.2f}", f"{beside:.2f}"])
    table = Table(
        f"{LANES} lanes of one network of {firms:,} firms against runs of one",
        ["Case", "Alone, ns a firm-month", f"Gain of {LANES} interleaved lanes", "Gain of copies one after the other"],
        rows,
        "One thread, in turns; a gain is the cost of a firm-month alone over that in the lanes.",
    )
    return Found(values, [table])
