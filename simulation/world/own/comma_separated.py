"""Comma-separated tables as columns of text, with the line of every row.

Read are UTF-8 files with or without byte order mark, any line ends, quoted values and columns in any order. White
space around values is no part of them; rows whose values are all empty are skipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state import Index
from simulation.world.own.faults import Faults
from simulation.world.own.source import Rows, Source, Table
from simulation.world.own.text import decoded

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["comma_separated", "parsed_rows", "rows_with_values"]

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_LARGEST_BLOCK = 2**30


class _Header(NamedTuple):
    """The first line that is not empty: names of columns, and where the rows begin."""

    names: list[str]
    line: int
    rows_from: int


def comma_separated(content: bytes, file: str, example: Sequence[str], faults: Faults) -> Source | None:
    """Return the table of a file; None, with the reason among the faults, where it is not one."""
    text = decoded(content, file, faults)
    if text is None:
        return None
    header = _header(text)
    if header is None:
        message = f"the file is empty; its first line must name the columns: {','.join(example)}"
        faults.add(file, message)
        return None
    for separator, called in _SEPARATORS.items():
        if len(header.names) == 1 and separator in header.names[0]:
            faults.add(file, f"the values are separated by {called}; separate them by commas", header.line)
            return None
    return Source(file, header.names, header.line, "line", lambda wanted: _rows(file, text, header, wanted, faults))


def _header(content: bytes) -> _Header | None:
    """Return the names of the columns; None where the file holds nothing but white space."""
    start = len(content) - len(content.lstrip())
    if start == len(content):
        return None
    start = content.rfind(b"\n", 0, start) + 1
    lines_before = content.count(b"\n", 0, start)
    end = content.find(b"\n", start)
    end = len(content) if end < 0 else end
    line = content[start:end].decode()
    try:
        names = next(csv.reader(io.StringIO(line), skipinitialspace=True))
    except csv.Error:  # a value longer than the module takes
        names = [line]
    return _Header([name.strip() for name in names], lines_before + 1, end + 1)


def _rows(file: str, content: bytes, header: _Header, wanted: Sequence[int], faults: Faults) -> Rows | None:
    """Parse what follows the header; note rows with too few or too many values."""
    width = len(header.names)
    parsed = parsed_rows(file, memoryview(content)[header.rows_from :], width, header.line, faults)
    if parsed is not None and _is_open(content, parsed.columns):
        message = "a quotation mark that opens in this row is not closed"
        faults.add(file, message, int(parsed.labels[-1]))
    return rows_with_values(parsed, wanted)


def rows_with_values(parsed: Rows | None, wanted: Sequence[int]) -> Rows | None:
    """Return some columns, as trimmed text, of the rows whose values are not all empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if parsed is None:
        return None
    cells = [pc.utf8_trim_whitespace(column) for column in parsed.columns]
    line = np.asarray(parsed.labels)
    is_filled = ~np.logical_and.reduce([_is_empty(column) for column in cells]) if line.size else np.ones(0, np.bool_)
    if is_filled.all():
        return Rows([cells[position] for position in wanted], line)
    return Rows([cells[position].filter(pa.array(is_filled)) for position in wanted], line[is_filled])


def parsed_rows(
    file: str, rows: memoryview, width: int, header_line: int, faults: Faults, says: str = "the first line names"
) -> Rows | None:
    """Return all columns of comma-separated rows as text; note rows that do not have ``width`` values."""
    import pyarrow as pa

    odd: list[_OddRow] = []
    try:
        parsed = _parse(rows, width, odd)
    except pa.ArrowInvalid as error:
        faults.add(file, f"the file cannot be read as comma-separated values: {error}")
        return None
    line, odd_line = _lines(parsed, odd, header_line + 1)

    def uneven(at: int) -> str:
        values = "1 value" if odd[at].values == 1 else f"{odd[at].values} values"
        hint = "; is a quotation mark not closed?" if odd[at].is_open else ""
        return f"{values} where {says} {width} columns{hint}"

    table = Table(file, {}, odd_line, "line", ())
    faults.add_rows(table, np.flatnonzero([not row.is_blank for row in odd]), uneven)
    return Rows(parsed, line)


class _OddRow(NamedTuple):
    """A row with too few or too many values, or none; rows are numbered from 1 behind the header."""

    number: int
    values: int
    line_breaks: int
    is_blank: bool
    is_open: bool


def _parse(rows: memoryview, width: int, odd: list[_OddRow]) -> list[pa.Array]:
    """Return the columns as text, and append the rows that do not have ``width`` values to ``odd``."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [str(number) for number in range(width)]
    if rows.nbytes == 0:
        return [pa.array([], pa.large_string()) for _ in names]

    def note(row: arrow.InvalidRow) -> str:
        text = row.text
        is_blank, is_open = not text.strip(", \t\n"), text.count('"') % 2 == 1
        odd.append(_OddRow(row.number, row.actual_columns, text.count("\n"), is_blank, is_open))
        return "skip"

    table = arrow.read_csv(
        pa.py_buffer(rows),
        read_options=arrow.ReadOptions(
            use_threads=False, column_names=names, block_size=min(rows.nbytes + 1, _LARGEST_BLOCK)
        ),
        parse_options=arrow.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note),
        convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string()), check_utf8=False),
    )
    return [column.combine_chunks() for column in table.columns]


def _lines(columns: list[pa.Array], odd: list[_OddRow], first: int) -> tuple[Index, Index]:
    """Return the lines on which the rows, and the odd rows, begin: quoted values may hold line breaks."""
    import pyarrow.compute as pc

    rows = len(columns[0])
    breaks = np.zeros(rows + len(odd), np.int64)
    is_odd = np.zeros(breaks.size, np.bool_)
    is_odd[[row.number - 1 for row in odd]] = True
    breaks[is_odd] = [row.line_breaks for row in odd]
    for column in columns:
        breaks[~is_odd] += pc.count_substring(column, "\n").to_numpy(zero_copy_only=False)
    line: Index = first + np.arange(breaks.size) + np.cumsum(breaks) - breaks
    return line[~is_odd], line[is_odd]


def _is_empty(column: pa.Array) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    empty: NDArray[np.bool_] = pc.equal(column, "").to_numpy(zero_copy_only=False)
    return empty


def _is_open(content: bytes, columns: list[pa.Array]) -> bool:
    """Say whether the last value swallowed what follows it, for want of a quotation mark."""
    last = columns[-1]
    return len(last) > 0 and "\n" in last[-1].as_py() and not content.rstrip().endswith(b'"')
