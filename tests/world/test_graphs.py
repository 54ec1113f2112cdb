"""The network as a graph has every firm, every link, and what they carry."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.frames import firm_frame
from simulation.world.graphs import to_networkx


@pytest.fixture(scope="module")
def world():
    return build(Scenario().with_({"population.firms": 120}), 2)


def test_links_lead_from_supplier_to_buyer_and_carry_their_weight(world):
    graph, links = to_networkx(world), world.links
    assert isinstance(graph, nx.DiGraph)
    assert graph.number_of_edges() == links.supplier.size
    for e in range(links.supplier.size):
        carried = graph.edges[int(links.supplier[e]), int(links.buyer[e])]
        assert carried == {
            "weight": links.weight[e],
            "value": links.value[e],
            "critical": bool(links.is_critical[e]),
        }


def test_nodes_carry_plain_values(world):
    graph, frame = to_networkx(world), firm_frame(world)
    assert list(graph) == list(range(120))
    assert graph.nodes[5] == frame.iloc[5].to_dict()
    assert {type(value) for value in graph.nodes[5].values()} == {str, int, float}


def test_with_a_state_nodes_say_what_firms_are_like():
    scenario = Scenario().with_({"population.firms": 40, "time.start_rounds": 2})
    world = build(scenario, 1)
    engine = CompiledEngine(world, scenario, 1)
    engine.advance(2)
    graph = to_networkx(world, links=engine.links, state=engine.state, late_days=np.arange(40.0))
    for name in ("adopted", "user_share", "capacity", "effective", "defects", "late", "root", "travelled", "sales"):
        assert [graph.nodes[i][name] for i in range(40)] == getattr(engine.state, name).tolist()
    assert graph.nodes[7]["late_days"] == 7.0
