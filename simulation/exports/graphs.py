"""Networks as GraphML or GEXF files, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.store import replace_file
from simulation.world.graphs import graph_of

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["slotted", "write_graph", "write_network"]


def slotted(links: pd.DataFrame) -> pd.DataFrame:
    """Return links with the place of each among those of its buyer, which a graph does not keep otherwise."""
    return links.assign(slot=links.groupby("buyer", sort=False).cumcount(), critical=links["critical"].astype(bool))


def write_network(path: Path, firms: pd.DataFrame, links: pd.DataFrame) -> None:
    """Write firms, whose first column names them, and links between these names; the links get their slots."""
    write_graph(path, graph_of(firms.set_index(firms.columns[0]), slotted(links)))


def write_graph(path: Path, graph: nx.Graph[Any]) -> None:
    """Write a graph in the format that the ending of the path names: ``.graphml`` or ``.gexf``.

    The same graph gives the same bytes: the date that networkx would put into GEXF is left out.
    """
    from networkx.readwrite.gexf import GEXFWriter
    from networkx.readwrite.graphml import write_graphml_xml

    with replace_file(path) as temporary, temporary.open("wb") as file:
        if path.suffix == ".graphml":
            write_graphml_xml(graph, file)
        else:
            writer = GEXFWriter(graph, version="1.2draft")
            writer.xml.find("meta").attrib.pop("lastmodifieddate", None)
            writer.write(file)
