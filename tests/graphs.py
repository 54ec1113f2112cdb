"""Small directed graphs as worlds and as networkx graphs; goods flow from the first firm of a link to the second."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
from hypothesis import strategies as st

from simulation.experiments.verification.worlds import make_scenario, make_world
from simulation.state import World


def world_from(links: Sequence[tuple[int, int]], firms: int, **fields) -> World:
    """Return a world with links (supplier, buyer), all of equal share in the inputs of their buyer."""
    suppliers = {buyer: [j for j, i in links if i == buyer] for buyer in range(firms)}
    return make_world(suppliers, make_scenario(firms=max(firms, 2)), firms=firms, **fields)


def graph_of(links: Sequence[tuple[int, int]], firms: int) -> nx.DiGraph:
    """Return the same links as a graph."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(firms))
    graph.add_edges_from(links)
    return graph


@st.composite
def random_links(draw, smallest: int = 2, largest: int = 9) -> tuple[int, list[tuple[int, int]]]:
    """Draw a number of firms and links between different firms, each pair and direction at most once."""
    firms = draw(st.integers(smallest, largest))
    pairs = [(j, i) for j in range(firms) for i in range(firms) if i != j]
    return firms, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3 * firms))
