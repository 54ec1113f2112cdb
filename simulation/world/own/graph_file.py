"""GraphML and GEXF files: nodes are the firms, edges the links from supplier (source) to buyer (target).

The file is gone through once for the lines of nodes and edges and for everything that must not be there, above all
declarations of document types, which could make a small file endless or have it read others; then networkx reads it.
Values stay text as they are written, so that they are checked, with their lines, like those of every other table.
"""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulation.world.own.faults import Faults
from simulation.world.own.source import ENDS, Rows, Source
from simulation.world.own.typed import as_text, as_written
from simulation.world.own.xml_places import Places, places_of

__all__ = ["GraphSources", "attribute_source", "graph_file"]

_NOT_A_GRAPH = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What networkx raises, beside its own errors, when it meets what is far from a graph."""


class GraphSources(NamedTuple):
    """The nodes and the edges of a graph."""

    nodes: Source
    edges: Source


class _AsWritten(dict[Any, Any]):
    """Gives back what it is asked for: the word for yes or no stays a word."""

    def __missing__(self, key: Any) -> Any:  # noqa: ANN401 - any key
        return key


def graph_file(content: bytes, ending: str, file: str, faults: Faults) -> GraphSources | None:
    """Return nodes and edges of a file; None, with the reasons among the faults, where it is no directed graph."""
    import networkx as nx

    places = places_of(content, ending, file, faults)
    if places is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions that are not needed
            graph = _graph(content, ending)
    except (nx.NetworkXException, *_NOT_A_GRAPH) as error:
        said = (str(error).splitlines() or [""])[0][:200] or type(error).__name__
        faults.add(file, f"networkx cannot read this as {ending.removeprefix('.')}: {said}")
        return None
    return _sources(graph, places, file)


def _graph(content: bytes, ending: str) -> Any:  # noqa: ANN401 - networkx's graphs
    """Return the graph that networkx reads, all values as text."""
    from networkx import NetworkXError
    from networkx.readwrite.gexf import GEXFReader
    from networkx.readwrite.graphml import GraphMLReader

    if ending == ".graphml":
        reader = GraphMLReader(str, str, True)
        reader.python_type = defaultdict(lambda: str)
        content = content.replace(b"<graphml>", f'<graphml xmlns="{reader.NS_GRAPHML}">'.encode(), 1)
        for graph in reader(path=io.BytesIO(content)):
            return graph
        raise NetworkXError(f"it holds no graph of the namespace {reader.NS_GRAPHML}")
    gexf = GEXFReader(str)
    gexf.python_type = defaultdict(lambda: str)
    gexf.convert_bool = _AsWritten()  # type: ignore[misc]
    return gexf(io.BytesIO(content))


def _sources(graph: Any, places: Places, file: str) -> GraphSources:  # noqa: ANN401
    nodes = [graph.nodes.get(name, {}) for name, _ in places.nodes]
    parallel: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for source, target, data in graph.edges(data=True):
        parallel[source, target].append(data)
    for found in parallel.values():
        found.reverse()
    pairs = [(source, target) for source, target, _ in places.edges]
    edges = [parallel[pair].pop() if parallel[pair] else {} for pair in pairs]  # the first of parallel edges first
    return GraphSources(
        attribute_source(
            file,
            "line",
            {"id": [name for name, _ in places.nodes]},
            nodes,
            [line for _, line in places.nodes],
            graph.graph.get("node_default", {}),
        ),
        attribute_source(
            file,
            "line",
            {"source": [source for source, _ in pairs], "target": [target for _, target in pairs]},
            edges,
            [line for *_, line in places.edges],
            graph.graph.get("edge_default", {}),
        ),
    )


def attribute_source(
    file: str,
    word: str,
    ends: Mapping[str, Sequence[str]],
    data: Sequence[Mapping[str, Any]],
    labels: Sequence[int] | Sequence[str],
    defaults: Mapping[str, Any],
) -> Source:
    """Return nodes or edges as a table: who they are, and what is said of them."""
    import pyarrow as pa

    names = list(dict.fromkeys([*ends, *(name for entry in [defaults, *data] for name in entry)]))

    def text(values: Iterable[Any]) -> pa.Array:
        written = ["" if value is None else as_written(value) for value in values]
        return as_text(pa.array(written, pa.large_string()))

    def rows(wanted: Sequence[int]) -> Rows:
        columns = [
            text(ends[name] if name in ends else (entry.get(name, defaults.get(name)) for entry in data))
            for name in (names[position] for position in wanted)
        ]
        return Rows(columns, np.array(labels, np.int64) if word == "line" else labels)  # type: ignore[arg-type]

    return Source(file, names, 0, word, rows, {} if "id" in ends else ENDS)
