"""What every format gives: names of columns, and the columns themselves with the place of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ENDS", "Rows", "Source", "Table"]

Labels = NDArray[np.int64] | Sequence[str]

ENDS: Mapping[str, str] = MappingProxyType({"supplier": "source", "buyer": "target"})
"""What graphs call the ends of a link."""


class Rows(NamedTuple):
    """Columns of a file, and what its messages call the rows: numbers or names."""

    columns: list[pa.Array]
    labels: Labels


class Source(NamedTuple):
    """A file, or something that Python holds, before its columns are checked.

    Attributes
    ----------
    file : what messages call it
    names : names of the columns, as they stand there
    line : line of the names, 0 where they have none
    word : what a row is called: line, row, node or edge
    rows : reads some columns, by position; returns None where that failed, with the reason among the faults
    aliases : what this kind of file calls a column of the model, unless it has the model's own name
    """

    file: str
    names: list[str]
    line: int
    word: str
    rows: Callable[[Sequence[int]], Rows | None]
    aliases: Mapping[str, str] = MappingProxyType({})


class Table(NamedTuple):
    """Columns that the model knows.

    Attributes
    ----------
    file : what messages call the file
    columns : the model's name to (rows,) Arrow array: trimmed text, numbers, or yes and no
    labels : (rows,) line of the file on which each row begins, its number, or its name
    word : what a row is called: line, row, node or edge
    unread : names of the columns that the model does not know
    """

    file: str
    columns: dict[str, pa.Array]
    labels: Labels
    word: str
    unread: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.labels)

    def order(self, row: int) -> int:
        """Return where a row stands among what is said of the file."""
        return int(self.labels[row]) if self.word == "line" else row + 1

    def place(self, row: int) -> str:
        """Return the place of a row as problems show it: ``file:12``, ``file:row 12``."""
        return f"{self.file}:{self.labels[row]}" if self.word == "line" else f"{self.file}:{self.within(row)}"

    def within(self, row: int) -> str:
        """Return the place of a row inside its file."""
        return f"{self.word} {self.labels[row]}"
