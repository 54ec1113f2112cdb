"""The same firms and links, in whatever form, are the same world."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulation as tw
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

NAMES = st.text(
    st.characters(categories=["L", "N"], max_codepoint=0xD7A3, exclude_characters="{}"), min_size=1, max_size=6
)
SIZES = st.sampled_from([("large", 300.0, 50_000.0), ("sme", 5.0, 299.0)])


@st.composite
def chains(draw):
    """Return a graph of firms whose attributes are known, wholly or in part; the first is a large manufacturer."""
    names = draw(
        st.one_of(
            st.lists(NAMES, min_size=2, max_size=8, unique=True),
            st.lists(st.integers(0, 2**63 - 1).map(str), min_size=2, max_size=8, unique=True),
        )
    )
    graph = nx.DiGraph()
    for place, name in enumerate(names):
        size, low, high = ("large", 300.0, 50_000.0) if place == 0 else draw(SIZES)
        firm = {
            "size": size,
            "sector": "manufacturing" if place == 0 else draw(st.sampled_from(["manufacturing", "services"])),
            "region": draw(st.sampled_from(["capital", "elsewhere"])),
            "workers": draw(st.floats(low, high)),
            "capacity": draw(st.floats(0.0, 1.0)),
        }
        known = firm if place == 0 else {key: value for key, value in firm.items() if draw(st.booleans())}
        if "workers" in known and "size" not in known:
            known["size"] = size
        graph.add_node(name, **known)
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    for supplier, buyer in draw(st.lists(pairs, min_size=1, max_size=20, unique=True)):
        link = {"weight": draw(st.floats(1e-6, 1e6)), "critical": draw(st.booleans())}
        graph.add_edge(supplier, buyer, **{key: value for key, value in link.items() if draw(st.booleans())})
    return graph


def frames(graph):
    """Return nodes and edges as frames."""
    firms = pd.DataFrame([{"id": name} | data for name, data in graph.nodes(data=True)])
    links = pd.DataFrame([{"supplier": i, "buyer": j} | data for i, j, data in graph.edges(data=True)])
    return firms, links


def forms(graph, folder):
    """Yield by name the scenarios of one graph in all forms."""
    firms, links = frames(graph)
    firms.to_csv(folder / "firms.csv", index=False)
    links.to_csv(folder / "links.csv", index=False)
    firms.to_parquet(folder / "firms.parquet", index=False)
    links.to_parquet(folder / "links.parquet", index=False)
    nx.write_graphml(graph, folder / "chain.graphml")
    nx.write_gexf(graph, folder / "chain.gexf")

    def of(**files):
        return Scenario().with_({"population.data": {key: str(folder / file) for key, file in files.items()}})

    yield "csv", of(firms="firms.csv", links="links.csv")
    yield "parquet", of(firms="firms.parquet", links="links.parquet")
    yield "mixed", of(firms="firms.csv", links="chain.graphml")
    yield "graphml", of(links="chain.graphml")
    yield "gexf", of(firms="chain.gexf", links="chain.gexf")
    yield "frames", tw.own_network(links, firms, folder=folder)
    yield "graph", tw.own_network(graph, folder=folder)


def bits(world):
    """Return all numbers of a world, and its texts."""
    numbers = [array.tobytes() for part in (world.firms, world.links) for array in part]
    said = [fill for fill in world.fills if "not used" not in fill]  # labels that a format adds
    return numbers, world.names, said


@given(chains(), st.integers(0, 2**63 - 1))
@settings(max_examples=25)
def test_the_same_chain_in_every_form_is_the_same_world(tmp_path_factory, graph, seed):
    folder = tmp_path_factory.mktemp("forms")
    worlds = {name: bits(build(scenario, seed)) for name, scenario in forms(graph, folder)}
    for name, world in worlds.items():
        assert world == worlds["csv"], name


@given(st.sets(st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(lambda p: p[0] != p[1]), min_size=20))
@settings(max_examples=20)
def test_links_alone_in_every_form_are_the_same_world(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("links")
    rows = sorted(pairs)
    frame = pd.DataFrame(rows, columns=["supplier", "buyer"])
    files = {
        "links.csv": frame.to_csv(index=False),
        "a.edges": "# supplier buyer\n\n" + "".join(f" {i}\t{j} \n" for i, j in rows),
        "b.edgelist": "".join(f"{i} {j} {{}}\n" for i, j in rows),
        "c.txt": "source, target\r\n" + "".join(f"{i} , {j}\r\n" for i, j in rows),
    }
    worlds = [build(tw.own_network(links, folder=folder), 1) for links in (rows, frame, iter(rows))]
    for name, text in files.items():
        (folder / name).write_text(text, newline="")
        worlds.append(build(Scenario().with_({"population.data": {"links": str(folder / name)}}), 1))
    assert all(bits(world) == bits(worlds[0]) for world in worlds)
    assert worlds[0].firms.key.tolist() == sorted({firm for pair in pairs for firm in pair})


def test_columns_may_have_other_names(tmp_path):
    (tmp_path / "f.csv").write_text("회사,종업원\nA,500\nB,50\nC,20\nD,400\n", encoding="utf-8")
    (tmp_path / "l.csv").write_text("to,from,w\nA,B,2\nA,C,1\nD,C,1\n", encoding="utf-8")
    columns = {
        "firms": {"id": "회사", "workers": "종업원"},
        "links": {"supplier": "from", "buyer": "to", "weight": "w"},
    }
    files = {"firms": str(tmp_path / "f.csv"), "links": str(tmp_path / "l.csv")}
    world = build(Scenario().with_({"population.data": files | {"columns": columns}}), 1)
    assert world.names == ("A", "B", "C", "D")
    assert world.firms.workers.tolist() == [500.0, 50.0, 20.0, 400.0]
    assert world.links.supplier.tolist() == [1, 2, 2]
    np.testing.assert_allclose(world.links.weight, [2 / 3, 1 / 3, 1.0])
    assert world.fills[0] == "size was missing for 4 of 4 firms and is that of their workers"


def test_a_graph_can_be_turned_round(tmp_path):
    nx.write_graphml(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")]), tmp_path / "g.graphml")
    data = {"links": str(tmp_path / "g.graphml"), "fill": {"sector": "manufacturing"}}
    there = build(Scenario().with_({"population.data": data}), 1)
    turned = data | {"columns": {"links": {"supplier": "target", "buyer": "source"}}}
    back = build(Scenario().with_({"population.data": turned}), 1)
    assert sorted(zip(there.links.supplier, there.links.buyer, strict=True)) == sorted(
        zip(back.links.buyer, back.links.supplier, strict=True)
    )


def test_defaults_of_a_graph_are_values(tmp_path):
    graph = nx.DiGraph([("a", "b")])
    text = "\n".join(nx.generate_graphml(graph))
    key = '<key id="w" for="node" attr.name="workers" attr.type="double"><default>400</default></key>'
    sector = '<key id="s" for="node" attr.name="sector" attr.type="string"><default>manufacturing</default></key>'
    (tmp_path / "g.graphml").write_text(text.replace("<graph ", f"{key}{sector}<graph ", 1))
    world = build(Scenario().with_({"population.data": {"links": str(tmp_path / "g.graphml")}}), 1)
    assert world.firms.workers.tolist() == [400.0, 400.0]


def test_the_digest_covers_content_kind_names_and_rules(tmp_path):
    def digest(text="supplier,buyer\n1,2\n", name="a.csv", **more):
        (tmp_path / name).write_text(text)
        return Scenario().with_({"population.data": {"links": str(tmp_path / name)} | more}).digest()

    found = [
        digest(),
        digest("supplier,buyer\n1,3\n"),
        digest(name="a.txt"),
        digest(fill={"sector": "services"}),
        digest(columns={"links": {"supplier": "buyer", "buyer": "supplier"}}),
    ]
    assert len(set(found)) == len(found)
    assert digest() == digest(name="b.csv")


def test_what_python_holds_is_kept_once_and_gives_the_scenario_of_its_content(tmp_path):
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c"), ("b", "d")]
    rule = {"sector": "manufacturing"}
    first = tw.own_network(pairs, fill=rule, folder=tmp_path / "x")
    second = tw.own_network(pd.DataFrame(pairs, columns=["source", "target"]), fill=rule, folder=tmp_path / "y")
    assert first.digest() == second.digest()
    assert tw.own_network(pairs, fill=rule, folder=tmp_path / "x") == first
    assert len(list((tmp_path / "x").iterdir())) == 1
    assert first.population.data.fill.sector == "manufacturing"
    assert tw.own_network(pairs[:5], scenario=first, fill=rule, folder=tmp_path).digest() != first.digest()


@pytest.mark.parametrize("number", [np.int64, np.float64, np.uint8, float])
def test_numbers_of_any_type_are_ids(tmp_path, number):
    links = pd.DataFrame({"supplier": [number(1), number(2)], "buyer": [number(2), number(3)]})
    world = build(tw.own_network(links, fill={"size": "large", "sector": "manufacturing"}, folder=tmp_path), 1)
    assert world.firms.key.tolist() == [1, 2, 3]
    assert world.names is None
