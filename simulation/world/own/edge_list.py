"""Edge lists: a supplier, a buyer and perhaps a weight a line, between spaces, tabs or commas; # begins a comment."""

from __future__ import annotations

import re

from simulation.world.own.comma_separated import parsed_rows, rows_with_values
from simulation.world.own.faults import Faults
from simulation.world.own.source import ENDS, Source
from simulation.world.own.text import decoded

__all__ = ["edge_list"]

_POSITIONS = ("source", "target", "weight")
_HEADS = {"source", "target", "supplier", "buyer"}
_COMMENT = re.compile(rb"^[ \t]*[#%][^\n]*", re.MULTILINE)
_NO_DATA = re.compile(rb"[ \t]+\{\}[ \t]*$", re.MULTILINE)
"""What networkx writes behind a link without attributes."""

_ENDS_OF_LINES = re.compile(rb"^[ \t]+|[ \t]+$", re.MULTILINE)
_BETWEEN = re.compile(rb"[ \t]*,[ \t]*|[ \t]+")


def edge_list(content: bytes, file: str, faults: Faults) -> Source | None:
    """Return the links of a file; None, with the reason among the faults, where it is no edge list."""
    text = decoded(content, file, faults)
    if text is None:
        return None
    for pattern, replacement in ((_COMMENT, b""), (_NO_DATA, b""), (_ENDS_OF_LINES, b""), (_BETWEEN, b",")):
        text = pattern.sub(replacement, text)
    start = len(text) - len(text.lstrip(b"\n"))
    line = text.count(b"\n", 0, start) + 1
    first = text[start : text.find(b"\n", start) if b"\n" in text[start:] else len(text)].decode()
    width = first.count(",") + 1
    if not first or not 2 <= width <= len(_POSITIONS):
        found = f"this line has {width}" if first else "there is none"
        message = f"a line holds a supplier, a buyer and perhaps a weight, separated by spaces, tabs or commas; {found}"
        faults.add(file, message, line if first else 0)
        return None
    names = [name.lower() for name in first.split(",")]
    has_header = not _HEADS.isdisjoint(names[:2])
    rows_from, above = (start + len(first.encode()) + 1, line) if has_header else (start, line - 1)
    if not has_header:
        names = list(_POSITIONS[:width])

    return Source(
        file,
        names,
        line if has_header else 0,
        "line",
        lambda wanted: rows_with_values(
            parsed_rows(file, memoryview(text)[rows_from:], len(names), above, faults, "the first row has"), wanted
        ),
        ENDS,
    )
