"""Graph files are read by networkx with the same firms, links and values."""

from __future__ import annotations

from xml.etree import ElementTree

import networkx as nx
import pytest

from simulation.exports.graphs import write_network
from simulation.scenario.scenario import Scenario
from simulation.world.build import build
from simulation.world.frames import world_frames

READ = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


@pytest.fixture(scope="module")
def frames():
    firms, links = world_frames(build(Scenario().with_({"population.firms": 80}), 2))
    names = {name: f'Firm "{name}", <가온> & Söhne' for name in firms["id"]}
    renamed = {"supplier": links["supplier"].map(names), "buyer": links["buyer"].map(names)}
    return firms.assign(id=firms["id"].map(names)), links.assign(**renamed)


@pytest.mark.parametrize("kind", READ)
def test_networkx_reads_what_was_written(frames, kind, tmp_path):
    firms, links = frames
    path = tmp_path / f"network.{kind}"
    write_network(path, firms, links)
    graph = READ[kind](path)
    assert graph.is_directed()
    assert list(graph) == firms["id"].tolist()
    for row in firms.to_dict("records"):
        node = dict(graph.nodes[row.pop("id")])
        node.pop("label", None)  # GEXF
        assert node == row
    assert graph.number_of_edges() == len(links)
    for row in links.astype({"critical": bool}).to_dict("records"):
        edge = dict(graph.edges[row.pop("supplier"), row.pop("buyer")])
        edge.pop("id", None)  # GEXF
        assert edge == row


@pytest.mark.parametrize("kind", READ)
def test_links_stand_buyer_by_buyer_in_slot_order(frames, kind, tmp_path):
    firms, links = frames
    write_network(tmp_path / f"network.{kind}", firms, links)
    edges = [edge for edge in ElementTree.parse(tmp_path / f"network.{kind}").iter() if edge.tag.endswith("}edge")]
    written = [(edge.get("source"), edge.get("target")) for edge in edges]
    assert written == list(zip(links["supplier"], links["buyer"], strict=True))


@pytest.mark.parametrize("kind", READ)
def test_the_same_graph_gives_the_same_bytes(frames, kind, tmp_path, monkeypatch):
    write_network(tmp_path / f"one.{kind}", *frames)
    monkeypatch.setattr("time.strftime", lambda *arguments: "1999-12-31")
    write_network(tmp_path / f"two.{kind}", *frames)
    assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    assert b"1999" not in (tmp_path / f"two.{kind}").read_bytes()
