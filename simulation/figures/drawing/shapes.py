"""Networks of textbooks: a chain is a line, a star a star, a tree a tree; recognised by their links or named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from simulation.state import Float, Index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST", "ROUND", "places", "shape_of"]

MOST = 300
"""Firms up to which a shape can be seen."""

ROUND = ("star", "circle", "ring", "springs")
"""Shapes whose width and height belong together."""

_NAMES = {
    "chain": "chain", "star": "star", "tree": "tree", "complete": "circle",
    "small_world": "ring",
    "random": "springs",
}  # fmt: skip
"""Shapes by the kinds of networks that scenarios may name."""


def shape_of(links: pd.DataFrame, count: int, kind: str | None = None) -> str | None:
    """Return "chain", "star", "tree", "circle", "ring" or "springs" for a network that looks like one, else None.

    A named kind decides. Without one, links decide: all in a row, all at one firm, without loops, everybody with
    everybody, or mostly between firms next to each other.
    """
    if count > MOST or count < 2:
        return None
    if kind is not None and kind.lower() in _NAMES:
        return _NAMES[kind.lower()]
    graph = _graph(links, count)
    degree = np.array([d for _, d in graph.degree()])
    edges = graph.number_of_edges()
    if edges == count - 1 and nx.is_connected(graph):
        if degree.max() <= 2:
            return "chain"
        return "star" if degree.max() == count - 1 else "tree"
    if edges and nx.is_forest(graph) and edges >= 0.6 * count:
        return "tree"
    if count > 3 and edges >= 0.9 * count * (count - 1) / 2:
        return "circle"
    if edges:
        ends = np.array(graph.edges())
        apart = np.abs(ends[:, 0] - ends[:, 1])
        apart = np.minimum(apart, count - apart)
        if degree.min() >= 1 and count >= 8 and (apart <= max(1.0, degree.mean() / 2.0)).mean() > 0.6:
            return "ring"
    return None


def _graph(links: pd.DataFrame, count: int) -> nx.Graph[int]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((int(s), int(b)) for s, b in zip(links["supplier"], links["buyer"], strict=True) if s != b)
    return graph


def places(shape: str, links: pd.DataFrame, count: int) -> Float:
    """Return (n, 2) places from 0 to 1 in which a network looks like its shape; suppliers left, buyers right."""
    position = _LAYOUTS[shape](links, count)
    low, high = position.min(axis=0), position.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    if shape in ROUND:
        span = np.full(2, span.max())
    placed: Float = 0.5 + (position - (low + high) / 2.0) / span
    return placed


def _depths(links: pd.DataFrame, count: int) -> tuple[nx.Graph[int], Index]:
    """Return the graph without directions and each firm's links to the end of its part of the network.

    The end is the firm from which least goods go on: a buyer that sells to nobody, with most suppliers.
    """
    graph = _graph(links, count)
    sold = np.bincount(links["supplier"], minlength=count)
    bought = np.bincount(links["buyer"], minlength=count)
    depth = np.zeros(count, dtype=np.int64)
    for part in nx.connected_components(graph):
        end = min(part, key=lambda firm: (sold[firm] > 0, -int(bought[firm] + sold[firm]), firm))
        for firm, far in nx.single_source_shortest_path_length(graph, end).items():
            depth[firm] = far
    return graph, depth


def _chain(links: pd.DataFrame, count: int) -> Float:
    _, depth = _depths(links, count)
    return np.stack([-depth.astype(float), np.zeros(count)], axis=1)


def _tree(links: pd.DataFrame, count: int) -> Float:
    """Return places by depth, each firm beside the middle of those behind it, so that no links cross."""
    graph, depth = _depths(links, count)
    height = np.zeros(count)
    leaves = 0
    for end in np.flatnonzero(depth == 0):
        behind = nx.dfs_tree(graph, int(end))
        for firm in nx.dfs_postorder_nodes(behind, int(end)):
            followers = list(behind.successors(firm))
            if followers:
                height[firm] = np.mean([height[follower] for follower in followers])
            else:
                height[firm] = leaves
                leaves += 1
    return np.stack([-depth.astype(float), height], axis=1)


def _star(links: pd.DataFrame, count: int) -> Float:
    degree = np.bincount(links["supplier"], minlength=count) + np.bincount(links["buyer"], minlength=count)
    hub = int(np.argmax(degree))
    position = np.zeros((count, 2))
    position[np.arange(count) != hub] = _ring(count - 1)
    return position


def _circle(links: pd.DataFrame, count: int) -> Float:
    return _ring(count)


def _ring(count: int) -> Float:
    angle = 2.0 * np.pi * np.arange(count) / max(count, 1) - np.pi / 2.0
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _springs(links: pd.DataFrame, count: int) -> Float:
    """Return places by Kamada and Kawai (1989), parts that hang together side by side."""
    graph = _graph(links, count)
    position = np.zeros((count, 2))
    edge = 0.0
    for part in sorted(nx.connected_components(graph), key=lambda firms: (-len(firms), min(firms))):
        members = sorted(part)
        found = nx.kamada_kawai_layout(graph.subgraph(members)) if len(members) > 1 else {members[0]: np.zeros(2)}
        size = np.sqrt(len(members))
        mine = np.array([found[firm] for firm in members]) * size
        position[members] = mine + np.array([edge - mine[:, 0].min(), -mine[:, 1].mean()])
        edge += float(np.ptp(mine[:, 0])) + 0.6
    return position


_LAYOUTS: dict[str, Callable[[pd.DataFrame, int], Float]] = {
    "chain": _chain, "star": _star, "tree": _tree, "circle": _circle, "ring": _circle, "springs": _springs,
}  # fmt: skip
