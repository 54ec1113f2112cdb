"""A generated world that was written to tables is the same, to the last bit, when it is read again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.scenario.scenario import Scenario
from simulation.world.build import build


def frames(world, *columns):
    """Return firms and links as frames with everything that a table must carry."""
    firms, links, groups = world.firms, world.links, world.groups
    size, sector, region = zip(*(groups.members()[group] for group in firms.group), strict=True)
    nodes = pd.DataFrame(
        {
            "id": firms.key,
            "size": size,
            "sector": sector,
            "region": region,
            "workers": firms.workers,
            "capacity": firms.capacity_start,
            "weight": firms.weight,
            "final_demand": firms.final_demand,
            "input_share": firms.input_share,
        }
    )
    edges = pd.DataFrame(
        {
            "supplier": firms.key[links.supplier],
            "buyer": firms.key[links.buyer],
            "weight": links.weight,
            "critical": links.is_critical,
            "value": links.value,
        }
    )
    return nodes, edges.drop(columns=list(columns))


def assert_same(world, again):
    for ours, theirs in ((world.firms, again.firms), (world.links, again.links)):
        for name, one, other in zip(ours._fields, ours, theirs, strict=True):
            assert one.dtype == other.dtype, name
            assert one.tobytes() == other.tobytes(), name


def write(frame, name):
    """Write a frame, with all 17 digits where they are needed."""
    if name.endswith(".parquet"):
        frame.to_parquet(name, index=False)
    else:
        frame.to_csv(name, index=False)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("without", [(), ("value",)])
@pytest.mark.parametrize("seed", [1, 2**63])
def test_a_generated_world_comes_back_from_tables(tmp_path, monkeypatch, without, seed, ending):
    monkeypatch.chdir(tmp_path)
    scenario = Scenario().with_({"population.firms": 300})
    world = build(scenario, seed)
    nodes, edges = frames(world, *without)
    write(nodes, f"firms{ending}")
    write(edges, f"links{ending}")
    own = scenario.with_({"population.data": {"firms": f"firms{ending}", "links": f"links{ending}"}})
    again = build(own, 5)
    assert_same(world, again)
    assert again.names is None
    assert again.fills == ("sales were missing for all 300 firms and follow from final demand and purchases",)


def test_own_figures_come_back_from_tables_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scenario = Scenario().with_({"population.firms": 200})
    world = build(scenario, 3)
    nodes, edges = frames(world, "value")
    nodes = nodes.drop(columns="final_demand").assign(sales=np.linspace(1e5, 1e3, len(nodes)))
    files = {"population.data": {"firms": "firms.csv", "links": "links.csv"}}
    write(nodes, "firms.csv")
    write(edges, "links.csv")
    first = build(scenario.with_(files), 3)
    nodes, edges = frames(first)
    write(nodes, "firms.csv")
    write(edges, "links.csv")
    assert_same(first, build(scenario.with_(files), 3))
