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


def measure(is_quick: bool = False) -> Found:
    """Return the ratio of a step to a month, and of networkx's generator to the building of a whole world."""
    firms = 300 if is_quick else 10_000
    world, scenario = world_of(firms), baseline(firms)
    engine = CompiledEngine(world, scenario, SEED)
    model = SupplyChainModel(scenario, SEED, world=world, has_origins=False)
    links = world.links
    bought = np.diff(links.start).tolist()
    sold = np.bincount(links.supplier, minlength=firms).tolist()
    turns = 3 if is_quick else 41
    stepped = interleaved({"step": Job(model.step), "month": Job(lambda: engine.advance(1))}, turns, warm=2)
    made = interleaved(
        {
            "networkx": Job(lambda: nx.directed_configuration_model(bought, sold, seed=1)),
            "world": Job(lambda: build(scenario, SEED)),
        },
        3 if is_quick else 7,
    )
    values = {"step over month": stepped.ratio("step", "month"), "networkx over world": made.ratio("networkx", "world")}
    table = Table(
        f"Beside the months, {firms:,} firms",
        ["What", "Measured", "Goal"],
        [
            ["`SupplyChainModel.step()` with agents untouched, over a month of the engine",
             f"{values['step over month']:.3f}", "1.02"],
            ["networkx's `directed_configuration_model` with our numbers of partners, over our whole world",
             f"{values['networkx over world']:.1f}", "50"],
        ],
        "In turns. Our world has firms with workers, sectors and regions, links with weights, and values beside.",
    )  # fmt: skip
    return Found(values, [table])
