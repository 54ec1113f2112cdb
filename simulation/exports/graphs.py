"""Networks as GraphML or GEXF files, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import write_graphml_xml

from simulation.store.files import replace_file
from simulation.world.graphs import graph_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_network"]


class _ByBuyer(nx.DiGraph):  # type: ignore[type-arg] # it takes no type when it runs
    """A graph whose links stand buyer by buyer in slot order; otherwise they would stand supplier by supplier.

    The order of a buyer's slots is part of a world, because draws are addressed by slot.
    """

    @property
    def edges(self) -> Any:  # noqa: ANN401 - a view of networkx
        return self.in_edges


def write_network(path: Path, firms: pd.DataFrame, links: pd.DataFrame) -> None:
    """Write a network in the format that the ending of the path names: ``.graphml`` or ``.gexf``.

    The same network gives the same bytes: the date that networkx would put into GEXF is left out.

    Parameters
    ----------
    path : Path
    firms : frame
        The first column names the firms, and so the nodes.
    links : frame
        supplier and buyer as these names, by buyer in slot order.
    """
    named = firms.set_index(firms.columns[0])
    graph = graph_of(named, links.assign(critical=links["critical"].astype(bool)), _ByBuyer)
    with replace_file(path) as temporary, temporary.open("wb") as file:
        if path.suffix == ".graphml":
            write_graphml_xml(graph, file)
        else:
            writer = GEXFWriter(graph, version="1.2draft")
            writer.xml.find("meta").attrib.pop("lastmodifieddate", None)
            writer.write(file)
