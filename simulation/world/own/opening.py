"""Files of own firms and links as tables, by the end of their names."""

from __future__ import annotations

from pathlib import Path as File

from simulation.scenario.own_data import ENDINGS, FIRM_COLUMNS, LINK_COLUMNS
from simulation.scenario.shipped import displayed
from simulation.world.own.faults import Faults
from simulation.world.own.source import Source

__all__ = ["opened"]

_SHOWN = {"firms": FIRM_COLUMNS[:5], "links": LINK_COLUMNS[:2]}
_GRAPHS = (".graphml", ".gexf")


def opened(firms: str | None, links: str | None, faults: Faults) -> tuple[Source | None, Source | None]:
    """Return the tables of firms and of links of two files, or of one that holds both; note what cannot be opened.

    A table is None also where no file is named for it.
    """
    if links is None:
        return None if firms is None else _table(firms, "firms", faults), None
    ending = File(links).suffix.lower()
    if ending in _GRAPHS and firms in {None, links}:
        return _graph(links, ending, faults)
    first = None if firms is None else _table(firms, "firms", faults)
    return first, _table(links, "links", faults)


def _table(path: str, kind: str, faults: Faults) -> Source | None:
    """Return the table of a file."""
    ending, file = File(path).suffix.lower(), displayed(File(path))
    if ending in _GRAPHS:
        return _graph(path, ending, faults)[0 if kind == "firms" else 1]
    content = _content(path, file, faults)
    if content is None:
        return None
    if ending == ".parquet":
        from simulation.world.own.parquet_file import parquet_file

        return parquet_file(content, file, faults)
    if ending in ENDINGS and ENDINGS[ending] == ("links",):
        from simulation.world.own.edge_list import edge_list

        return edge_list(content, file, faults)
    from simulation.world.own.comma_separated import comma_separated

    return comma_separated(content, file, _SHOWN[kind], faults)


def _graph(path: str, ending: str, faults: Faults) -> tuple[Source | None, Source | None]:
    from simulation.world.own.graph_file import graph_file

    file = displayed(File(path))
    content = _content(path, file, faults)
    found = None if content is None else graph_file(content, ending, file, faults)
    return (None, None) if found is None else (found.nodes, found.edges)


def _content(path: str, file: str, faults: Faults) -> bytes | None:
    try:
        return File(path).read_bytes()
    except OSError as error:
        faults.add(file, f"the file cannot be read: {error.strerror}")
        return None
