"""Firms and links as a networkx graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.state import Float, Links, State, World
from simulation.world.frames import firm_frame, link_frame, state_frame

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["graph_of", "to_networkx"]


def to_networkx(
    world: World, *, links: Links | None = None, state: State | None = None, late_days: Float | None = None
) -> nx.DiGraph[int]:
    """Return the supplier network as a graph whose links lead from supplier to buyer.

    Nodes are numbered like the firms and carry the columns of `firm_frame`, with a state those of `state_frame`; links
    carry weight, value and whether they are critical.

    Parameters
    ----------
    world : World
    links : Links, optional
        By default those of the world, before any partner changed.
    state : State, optional
        What firms are like in a month.
    late_days : (n,) mean late days per delivery in that month, optional
    """
    firms = firm_frame(world) if state is None else state_frame(world, state, late_days)
    tied = link_frame(world.links if links is None else links)
    tied["critical"] = tied["critical"].astype(bool)
    return graph_of(firms, tied)


def graph_of(firms: pd.DataFrame, links: pd.DataFrame, kind: type[nx.DiGraph[Any]] | None = None) -> nx.DiGraph[Any]:
    """Return a graph of two frames.

    Parameters
    ----------
    firms : frame
        Nodes by its index, with its columns.
    links : frame
        supplier and buyer are entries of that index; added in this order, with the other columns.
    kind : type, optional
        Class of the graph, by default ``networkx.DiGraph``.
    """
    import networkx as nx

    graph = (kind or nx.DiGraph)()
    graph.add_nodes_from(zip(firms.index.tolist(), firms.to_dict("records"), strict=True))
    carried: list[dict[Any, Any]] = links.drop(columns=["supplier", "buyer"]).to_dict("records")
    graph.add_edges_from(zip(links["supplier"].tolist(), links["buyer"].tolist(), carried, strict=True))
    return graph
