"""What stands beside the months: `SupplyChainModel.step` over the bare engine, and networkx over our network."""

from __future__ import annotations

import networkx as nx
import numpy as np

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.worlds import SEED, baseline, world_of
from simulation.engines.engine import CompiledEngine
from simulation.mesa_model import SupplyChainModel
from simulation.world.build import build

__all__ = ["measure"]


def _steps(firms: int, turns: int) -> tuple[float, float, float]:
    """Return a step over a month, the milliseconds of a month, and those of collecting what a model reports."""
    world, scenario = world_of(firms), baseline(firms)
    engine = CompiledEngine(world, scenario, SEED)
    model = SupplyChainModel(scenario, SEED, world=world, has_origins=False)
    model.step()
    jobs = {
        "step": Job(model.step),
        "month": Job(lambda: engine.advance(1)),
        "collect": Job(lambda: model.datacollector.collect(model)),
    }
    found = interleaved(jobs, turns, warm=2)
    return found.ratio("step", "month"), 1e3 * found.median("month"), 1e3 * found.median("collect")


def measure(is_quick: bool = False) -> Found:
    """Return the ratio of a step to a month, and of networkx's generator to the building of a whole world."""
    firms = 300 if is_quick else 10_000
    scenario, links = baseline(firms), world_of(firms).links
    bought = np.diff(links.start).tolist()
    sold = np.bincount(links.supplier, minlength=firms).tolist()
    made = interleaved(
        {
            "networkx": Job(lambda: nx.directed_configuration_model(bought, sold, seed=1)),
            "world": Job(lambda: build(scenario, SEED)),
        },
        3 if is_quick else 7,
    )
    values: dict[str, float] = {}
    rows = []
    for size in (300,) if is_quick else (10_000, 100_000):
        ratio, month, collect = _steps(size, 3 if is_quick else 41)
        values[f"step over month, {size:,} firms"] = ratio
        rows.append([f"{size:,}", f"{month:.2f}", f"{collect:.2f}", f"{ratio:.3f}", "1.02"])
    values["networkx over world"] = made.ratio("networkx", "world")
    steps = Table(
        "`SupplyChainModel.step()` with agents untouched, over a month of the engine",
        ["Firms", "A month, ms", "Collecting what a model reports, ms", "Step over month", "Goal"],
        rows,
        "In turns. A step is a month and eight reported numbers, which cost as much for few firms as for many.",
    )
    worlds = Table(
        f"Other generators of networks, {firms:,} firms",
        ["What", "Measured", "Goal"],
        [
            ["networkx's `directed_configuration_model` with our numbers of partners, over our whole world",
             f"{values['networkx over world']:.1f}", "50"],
        ],
        "In turns. Our world has firms with workers, sectors and regions, links with weights, and values beside.",
    )  # fmt: skip
    return Found(values, [steps, worlds])
