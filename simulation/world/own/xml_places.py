"""Lines of the nodes and edges of a graph written in XML, and what must not be in such a file."""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers import expat

from simulation.world.own.faults import Faults, quoted

__all__ = ["Places", "places_of"]

_DEEPEST = 50
_DIRECTED = {".graphml": "edgedefault", ".gexf": "defaultedgetype"}
_ROOTS = {".graphml": "graphml", ".gexf": "gexf"}


class Places(NamedTuple):
    """Nodes and edges in the order of the file.

    Attributes
    ----------
    nodes : (name, line) of each
    edges : (source, target, line) of each
    """

    nodes: list[tuple[str, int]]
    edges: list[tuple[str, str, int]]


class _Unwanted(Exception):  # noqa: N818 - it ends the reading, and is told as a fault
    """Something that no graph needs."""


class _Handler:
    """Notes nodes, edges and faults while the parser goes through the file."""

    def __init__(self, ending: str, file: str, faults: Faults) -> None:
        self.places = Places([], [])
        self.ending, self.file, self.faults = ending, file, faults
        self.depth = self.graphs = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def fault(self, message: str) -> None:
        self.faults.add(self.file, message, self.line)

    def doctype(self, *_: object) -> None:
        message = (
            "there is a document type declaration (<!DOCTYPE), which no graph needs and which can do harm; remove it"
        )
        raise _Unwanted(message)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            message = f"elements are nested more than {_DEEPEST} deep"
            raise _Unwanted(message)
        kind = name.rpartition(" ")[2]
        if self.depth == 1 and kind != _ROOTS[self.ending]:
            message = f"a file that ends in {self.ending} begins with <{_ROOTS[self.ending]}>, not with <{kind[:40]}>"
            raise _Unwanted(message)
        if kind == "graph":
            self.graph(attributes)
        elif kind == "node":
            if "id" in attributes:
                self.places.nodes.append((attributes["id"], self.line))
            else:
                self.fault("a node has no id")
        elif kind == "edge":
            self.edge(attributes)

    def end(self, _: str) -> None:
        self.depth -= 1

    def graph(self, attributes: dict[str, str]) -> None:
        self.graphs += 1
        if self.graphs > 1:
            message = "a second graph begins here; a file holds one"
            raise _Unwanted(message)
        key = _DIRECTED[self.ending]
        if attributes.get(key) != "directed":
            self.fault(f'links go from a supplier to a buyer, and this graph has no direction; write {key}="directed"')

    def edge(self, attributes: dict[str, str]) -> None:
        missing = [end for end in ("source", "target") if end not in attributes]
        if missing:
            self.fault(f"an edge has no {' and no '.join(missing)}")
            return
        if attributes.get("directed") == "false" or attributes.get("type") in {"undirected", "mutual"}:
            self.fault("this edge has no direction, or two; write one edge from each supplier to its buyer")
        if self.ending == ".gexf" and not _is_number(weight := attributes.get("weight", "1")):
            self.fault(f"weight must be a number such as 1250 or 0.5, not {quoted(weight)}")
        self.places.edges.append((attributes["source"], attributes["target"], self.line))


def places_of(content: bytes, ending: str, file: str, faults: Faults) -> Places | None:
    """Return where nodes and edges stand; None, with the reasons among the faults, where the file is refused."""
    handler = _Handler(ending, file, faults)
    before = faults.count
    try:
        handler.parser.Parse(content, True)
    except _Unwanted as error:
        handler.fault(str(error))
    except expat.ExpatError as error:
        faults.add(file, f"this is not well-formed XML: {expat.ErrorString(error.code)}", error.lineno)
    except (LookupError, ValueError) as error:
        faults.add(file, f"this is not XML that can be read: {str(error)[:200]}")
    if faults.count == before and handler.graphs == 0:
        faults.add(file, "there is no graph in the file")
    return handler.places if faults.count == before else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
