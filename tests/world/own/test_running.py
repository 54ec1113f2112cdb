"""Own networks run like generated ones."""

from __future__ import annotations

import networkx as nx

import simulation as tw
from simulation.world.build import build

SHORT = {
    "time.months": 4,
    "time.survey_month": 3,
    "time.origin_months": 2,
    "time.start_rounds": 4,
    "budget.strength": "fixed",
}


def test_a_world_from_tables_lives_the_same_months(tmp_path):
    scenario = tw.Scenario().with_(SHORT | {"population.firms": 60})
    world = build(scenario, 1)
    firms, links, members = world.firms, world.links, world.groups.members()
    graph = nx.DiGraph()
    for i, key in enumerate(firms.key.tolist()):
        size, sector, region = members[firms.group[i]]
        graph.add_node(
            key,
            size=size,
            sector=sector,
            region=region,
            workers=firms.workers[i],
            capacity=firms.capacity_start[i],
            weight=firms.weight[i],
            final_demand=firms.final_demand[i],
            input_share=firms.input_share[i],
        )
    # Edges of a graph stand by supplier: those of a buyer are told apart by an order that comes back sorted.
    for e in range(links.supplier.size):
        graph.add_edge(
            int(firms.key[links.supplier[e]]),
            int(firms.key[links.buyer[e]]),
            weight=links.weight[e],
            critical=int(links.is_critical[e]),
            value=links.value[e],
        )
    own = tw.own_network(graph, scenario=scenario, folder=tmp_path)
    again = build(own, 1)
    assert all(one.tobytes() == other.tobytes() for one, other in zip(world.firms, again.firms, strict=True))
    first, second = tw.run(own, 1), tw.run(own, 1)
    assert first.digest == second.digest
    assert first.key != tw.run(own, 2).key
    done = tw.compare([own, own.with_({"name": "other", "policy.subsidy": {}})], seeds=[1, 2])
    assert set(done.differences().scenario) == {"other"}


def test_agents_live_in_an_own_network(tmp_path):
    scenario = tw.Scenario().with_(SHORT)
    pairs = [(i, j) for i in range(12) for j in range(12) if (i * 5 + j * 3) % 7 == 1 and i != j]
    own = tw.own_network(pairs, scenario=scenario, fill={"sector": "manufacturing"}, folder=tmp_path)
    model = tw.SupplyChainModel(own, seed=3, engine="agents")
    model.advance(2)
    assert len(model.agents) == 12
    assert model.network.number_of_edges() == len(pairs)
