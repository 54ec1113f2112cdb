"""Comma-separated tables as columns of text, with the line of every row.

Read are UTF-8 files with or without byte order mark, any line ends, quoted values and columns in any order. White
space around values is no part of them; rows whose values are all empty are skipped. A column that the model does not
know is left unread, unless its name is nearly that of a column which is absent: then it is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path as File
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.shipped import displayed
from simulation.state import Index
from simulation.world.faults import Faults, quoted

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Table", "read_table"]

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"
_ALIKE = 0.75
_LARGEST_BLOCK = 2**30


class Table(NamedTuple):
    """Columns of text.

    Attributes
    ----------
    file : what messages call the file
    columns : name to (rows,) Arrow array of trimmed text, the known columns that the file has
    line : (rows,) line of the file on which each row begins
    unread : names of the columns that the model does not know
    """

    file: str
    columns: dict[str, pa.Array]
    line: Index
    unread: tuple[str, ...]


class _Header(NamedTuple):
    """The first line that is not empty: names of columns, and where the rows begin."""

    names: list[str]
    line: int
    rows_from: int


def read_table(path: str, required: Sequence[str], optional: Sequence[str], faults: Faults) -> Table | None:
    """Return the table of a file; None, with the reason among the faults, where its columns cannot be told apart."""
    file = displayed(File(path))
    try:
        content = File(path).read_bytes()
    except OSError as error:
        faults.add(file, f"the file cannot be read: {error.strerror}")
        return None
    content = content.removeprefix(b"\xef\xbb\xbf")
    example = ",".join(required)
    if fault := _encoding_fault(content):
        faults.add(file, *fault)
        return None
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    header = _header(content)
    if header is None:
        faults.add(file, f"the file is empty; its first line must name the columns: {example}")
        return None
    known = [*required, *optional]
    before = faults.count
    for message in _header_faults(header.names, required, known):
        faults.add(file, message, header.line)
    return _rows(file, content, header, known, faults) if faults.count == before else None


def _encoding_fault(content: bytes) -> tuple[str, int] | None:
    """Return what shows that a file is not UTF-8 text, and the line where it shows (0: everywhere)."""
    if content.startswith(_WORKBOOKS):
        return f"this is a spreadsheet workbook, not a table of text; {_SAVE}", 0
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        return f"the file is UTF-16, not UTF-8; {_SAVE}", 0
    if (at := content.find(b"\0")) >= 0:
        return "the file is not text: there is a zero byte", content.count(b"\n", 0, at) + 1
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return f"the file is not UTF-8 (perhaps CP949); {_SAVE}", content.count(b"\n", 0, error.start) + 1
    return None


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


def _header_faults(names: list[str], required: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return what is wrong with the names of the columns; a wrong and a missing name may be one mistake."""
    found = [name for name in names if name in known]
    for separator, called in _SEPARATORS.items():
        if len(names) == 1 and separator in names[0]:
            return [f"the values are separated by {called}; separate them by commas"]
    example = ",".join(required)
    absent = [name for name in known if name not in names]
    if not found and not any(_meant(name, absent) for name in names):
        return [f"the first line does not name the columns; put this line first: {example}"]
    messages = [f"there are two columns {quoted(name)}" for name in dict.fromkeys(found) if found.count(name) > 1]
    for name in names:
        if name not in known and (meant := _meant(name, absent)):
            messages.append(f"there is no column {quoted(name)}; did you mean {quoted(meant)}?")
            absent.remove(meant)
    if missing := [quoted(name) for name in required if name in absent]:
        columns = "the column" if len(missing) == 1 else "the columns"
        messages.append(f"{columns} {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return messages


def _meant(name: str, absent: Sequence[str]) -> str:
    return next(iter(get_close_matches(name.lower(), absent, n=1, cutoff=_ALIKE)), "")


def _rows(file: str, content: bytes, header: _Header, known: Sequence[str], faults: Faults) -> Table | None:
    """Parse what follows the header; note rows with too few or too many values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    odd: list[_OddRow] = []
    try:
        parsed = _parse(memoryview(content)[header.rows_from :], len(header.names), odd)
    except pa.ArrowInvalid as error:
        faults.add(file, f"the file cannot be read as comma-separated values: {error}")
        return None
    line, odd_line = _lines(parsed, odd, header.line + 1)
    cells = [pc.utf8_trim_whitespace(column) for column in parsed]
    filled = ~np.logical_and.reduce([_is(column, "") for column in cells]) if line.size else np.ones(0, np.bool_)

    def uneven(at: int) -> str:
        values = "1 value" if odd[at].values == 1 else f"{odd[at].values} values"
        hint = "; is a quotation mark not closed?" if odd[at].is_open else ""
        return f"{values} where the first line names {len(header.names)} columns{hint}"

    faults.add_rows(file, odd_line, np.flatnonzero([not row.is_blank for row in odd]), uneven)
    if _is_open(content, parsed):
        faults.add(file, "a quotation mark that opens in this row is not closed", int(line[-1]))
    named = list(zip(header.names, cells, strict=True))
    return Table(
        file,
        {name: column.filter(pa.array(filled)) for name, column in named if name in known},
        line[filled],
        tuple(name for name, column in named if name not in known and (name or not _is(column, "").all())),
    )


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


def _is(column: pa.Array, text: str) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    equal: NDArray[np.bool_] = pc.equal(column, text).to_numpy(zero_copy_only=False)
    return equal


def _is_open(content: bytes, columns: list[pa.Array]) -> bool:
    """Say whether the last value swallowed what follows it, for want of a quotation mark."""
    last = columns[-1]
    return len(last) > 0 and "\n" in last[-1].as_py() and not content.rstrip().endswith(b'"')
