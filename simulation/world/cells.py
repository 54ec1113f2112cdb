"""Columns of text as classes, numbers, yes or no, and ids; what cannot be read is noted with its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.merging import did_you_mean
from simulation.state import Float, Index, Small
from simulation.world.faults import Faults, quoted
from simulation.world.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["MISSING", "classes", "flags", "identities", "numbers", "repeated"]

MISSING = -1
"""Entry of `classes` and `flags` where a value is missing or cannot be read."""

_UNKNOWN = -2
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_NOT_FINITE = r"(?i)^[+-]?(nan|inf|infinity)$"
_UNPRINTABLE = r"\pC|\p{Zl}|\p{Zp}"
_FORMULA = ("=", "+", "-", "@")
_FLAGS = {"": MISSING, "0": 0, "false": 0, "no": 0, "1": 1, "true": 1, "yes": 1}


def _composed(column: pa.Array) -> pa.Array:
    """Return text in Unicode's composed form, so that Korean names written on different systems are equal."""
    import pyarrow.compute as pc

    return pc.utf8_normalize(column, form="NFC")


def _where(condition: pa.Array) -> Index:
    rows: Index = np.flatnonzero(condition.to_numpy(zero_copy_only=False))
    return rows


def _looked_up(column: pa.Array, known: dict[str, int]) -> Small:
    """Return (rows,) the number of each text, `_UNKNOWN` for texts that have none."""
    coded = column.dictionary_encode()
    found = np.array([known.get(text, _UNKNOWN) for text in coded.dictionary.to_pylist()], np.int32)
    positions: Index = coded.indices.to_numpy(zero_copy_only=False)
    return found[positions]


def classes(table: Table, name: str, declared: Sequence[str], faults: Faults) -> Small:
    """Return (rows,) positions among the declared names of a class; the column is needed."""
    column = _composed(table.columns[name])
    known = {normalize("NFC", word): position for position, word in enumerate(declared)}
    found = _looked_up(column, {"": MISSING} | known)
    faults.add_rows(table.file, table.line, np.flatnonzero(found == MISSING), lambda row: f"the {name} is missing")

    def unknown(row: int) -> str:
        word = column[row].as_py()
        hint = did_you_mean(word, declared) or f"; declared are {', '.join(declared)}"
        return f"{quoted(word)} is not a declared {name}{hint}"

    faults.add_rows(table.file, table.line, np.flatnonzero(found == _UNKNOWN), unknown)
    return np.maximum(found, MISSING)


def numbers(table: Table, name: str, faults: Faults, *, is_needed: bool = False) -> Float:
    """Return (rows,) finite numbers, NaN where they are missing or cannot be read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.columns:
        return np.full(table.line.size, np.nan)
    column = table.columns[name]
    is_number = pc.match_substring_regex(column, _NUMBER)
    values: Float = pc.cast(pc.if_else(is_number, column, None), pa.float64()).to_numpy(zero_copy_only=False).copy()
    is_endless = pc.or_(pc.match_substring_regex(column, _NOT_FINITE), pc.is_inf(pa.array(values)))
    is_empty = pc.equal(column, "")

    advice = "" if is_needed else "; leave the value empty where it is not known"

    def not_finite(row: int) -> str:
        return f"{name} must be a finite number, not {quoted(column[row].as_py())}{advice}"

    def not_number(row: int) -> str:
        return f"{name} must be a number such as 1250 or 0.5, not {quoted(column[row].as_py())}{advice}"

    faults.add_rows(table.file, table.line, _where(is_endless), not_finite)
    is_readable = pc.or_(pc.or_(is_number, is_empty), is_endless)
    faults.add_rows(table.file, table.line, _where(pc.invert(is_readable)), not_number)
    if is_needed:
        faults.add_rows(table.file, table.line, _where(is_empty), lambda row: f"{name} must be given")
    values[~np.isfinite(values)] = np.nan
    return values


def flags(table: Table, name: str, faults: Faults) -> Small:
    """Return (rows,) 1 for yes, 0 for no, -1 where it is missing or cannot be read."""
    import pyarrow.compute as pc

    if name not in table.columns:
        return np.full(table.line.size, MISSING, np.int32)
    column = table.columns[name]
    found = _looked_up(pc.utf8_lower(column), _FLAGS)

    def unknown(row: int) -> str:
        return f"{name} must be 1, true, yes, 0, false, no or empty, not {quoted(column[row].as_py())}"

    faults.add_rows(table.file, table.line, np.flatnonzero(found == _UNKNOWN), unknown)
    return np.maximum(found, MISSING)


def identities(table: Table, name: str, faults: Faults) -> pa.Array:
    """Return (rows,) ids as text, in Unicode's composed form; note those that are missing or would do harm."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _composed(table.columns[name])

    def note(condition: pa.Array, message: str) -> None:
        def sentence(row: int) -> str:
            return message.format(quoted(column[row].as_py()))

        faults.add_rows(table.file, table.line, _where(condition), sentence)

    note(pc.equal(column, ""), f"the {name} is missing")
    unprintable = pc.match_substring_regex(column, _UNPRINTABLE)
    note(unprintable, f"the {name} {{}} holds line breaks or unprintable characters; is a quotation mark not closed?")
    is_formula = pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), value_set=pa.array(_FORMULA, column.type))
    note(is_formula, f"the {name} {{}} begins with = + - or @ as a spreadsheet's formula does; rename the firm")
    return column


def repeated(codes: NDArray[np.integer]) -> tuple[Index, Index]:
    """Return the rows whose code an earlier row has, ascending, and the first row with that code."""
    order = np.argsort(codes, kind="stable")
    is_new = np.ones(codes.size, np.bool_)
    is_new[1:] = codes[order[1:]] != codes[order[:-1]]
    if is_new.all():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = order[is_new][np.cumsum(is_new) - 1]
    rows, firsts = order[~is_new], first[~is_new]
    ascending = np.argsort(rows)
    return rows[ascending], firsts[ascending]
