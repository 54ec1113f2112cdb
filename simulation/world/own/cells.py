"""Columns as classes, numbers, yes or no, and ids; what cannot be read is noted with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.merging import did_you_mean
from simulation.state import Float, Index, Small
from simulation.world.own.faults import Faults, quoted
from simulation.world.own.source import Table
from simulation.world.own.typed import as_text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LARGEST_KEY", "MISSING", "alike", "classes", "flags", "identities", "numbers", "repeated"]

MISSING = -1
"""Entry of `classes` and `flags` where a value is missing or cannot be read."""

LARGEST_KEY = 2**63 - 1
"""Largest whole number that is an address of draws."""

_UNKNOWN = -2
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_NOT_FINITE = r"(?i)^[+-]?(nan|inf|infinity)$"
_UNPRINTABLE = r"\pC|\p{Zl}|\p{Zp}"
_WHOLE = r"^(0|[1-9][0-9]{0,18})$"
_LARGEST_EXACT = 2**53
_FORMULA = ("=", "+", "-", "@")
_FLAGS = {"": MISSING, "0": 0, "0.0": 0, "false": 0, "no": 0, "1": 1, "1.0": 1, "true": 1, "yes": 1}


def _is_text(column: pa.Array) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_dictionary(column.type) or pa.types.is_large_string(column.type))


def _text(column: pa.Array) -> pa.DictionaryArray:
    """Return a column as text, every distinct one once, empty where there is nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_floating(column.type):  # frames say with NaN that there is nothing
        column = pc.if_else(pc.is_nan(column), None, column)
    return as_text(pc.cast(column, pa.large_string()))


def _distinct(column: pa.Array) -> tuple[pa.Array, Index | slice]:
    """Return the texts of a column, and where each row finds its own among them."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        return column.dictionary, column.indices.to_numpy()
    return column, slice(None)


def _holds(condition: pa.Array) -> NDArray[np.bool_]:
    holds: NDArray[np.bool_] = condition.to_numpy(zero_copy_only=False)
    return holds


def _looked_up(column: pa.DictionaryArray, known: dict[str, int], *, is_lower: bool = False) -> Small:
    """Return (rows,) the number of each text, `_UNKNOWN` for texts that have none."""
    texts = column.dictionary.to_pylist()
    found = np.array([known.get(text.lower() if is_lower else text, _UNKNOWN) for text in texts], np.int32)
    return found[column.indices.to_numpy()]


def classes(table: Table, name: str, declared: Sequence[str], faults: Faults, *, is_needed: bool) -> Small:
    """Return (rows,) positions among the declared names of a class, `MISSING` where there is none."""
    if name not in table.columns:
        return np.full(table.size, MISSING, np.int32)
    column = _text(table.columns[name])
    known = {normalize("NFC", word): position for position, word in enumerate(declared)}
    found = _looked_up(column, {"": MISSING} | known)
    if is_needed:
        faults.add_rows(table, np.flatnonzero(found == MISSING), lambda row: f"the {name} is missing")

    def unknown(row: int) -> str:
        word = column[row].as_py()
        hint = did_you_mean(word, declared) or f"; declared are {', '.join(declared)}"
        return f"{quoted(word)} is not a declared {name}{hint}"

    faults.add_rows(table, np.flatnonzero(found == _UNKNOWN), unknown)
    return np.maximum(found, MISSING)


def numbers(table: Table, name: str, faults: Faults, *, is_needed: bool = False) -> Float:
    """Return (rows,) finite numbers, NaN where they are missing or cannot be read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.columns:
        return np.full(table.size, np.nan)
    column = table.columns[name]
    advice = "" if is_needed else "; leave the value empty where it is not known"
    if pa.types.is_boolean(column.type):
        faults.add(table.file, f"{name} holds yes and no where numbers such as 1250 or 0.5 belong")
        return np.full(table.size, np.nan)
    if not _is_text(column):
        values: Float = pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False).copy()
        is_endless, is_empty = np.isinf(values), np.isnan(values)
    else:
        texts, at = _distinct(column)
        is_number = pc.match_substring_regex(texts, _NUMBER)
        values = pc.cast(pc.if_else(is_number, texts, None), pa.float64()).to_numpy(zero_copy_only=False)
        is_endless = np.isinf(values) | _holds(pc.match_substring_regex(texts, _NOT_FINITE))
        is_empty = _holds(pc.equal(texts, ""))
        is_odd = ~(_holds(is_number) | is_empty | is_endless)[at]
        values, is_endless, is_empty = values[at].copy(), is_endless[at], is_empty[at]

        def not_number(row: int) -> str:
            return f"{name} must be a number such as 1250 or 0.5, not {quoted(column[row].as_py())}{advice}"

        faults.add_rows(table, np.flatnonzero(is_odd), not_number)

    def not_finite(row: int) -> str:
        return f"{name} must be a finite number, not {quoted(str(column[row].as_py()))}{advice}"

    faults.add_rows(table, np.flatnonzero(is_endless), not_finite)
    if is_needed:
        faults.add_rows(table, np.flatnonzero(is_empty), lambda row: f"{name} must be given")
    values[~np.isfinite(values)] = np.nan
    return values


def flags(table: Table, name: str, faults: Faults) -> Small:
    """Return (rows,) 1 for yes, 0 for no, -1 where it is missing or cannot be read."""
    if name not in table.columns:
        return np.full(table.size, MISSING, np.int32)
    column = _text(table.columns[name])
    found = _looked_up(column, _FLAGS, is_lower=True)

    def unknown(row: int) -> str:
        return f"{name} must be 1, true, yes, 0, false, no or empty, not {quoted(column[row].as_py())}"

    faults.add_rows(table, np.flatnonzero(found == _UNKNOWN), unknown)
    return np.maximum(found, MISSING)


def identities(table: Table, name: str, faults: Faults) -> pa.DictionaryArray:
    """Return (rows,) ids, as whole numbers of 64 bits where all are, else as text.

    Ids that are missing or would do harm are noted.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.columns[name]
    if _is_text(column):
        column = _text(column)
    whole = _whole(column)
    if whole is not None:
        return whole
    column = _text(column)
    texts, at = _distinct(column)

    def note(condition: pa.Array, message: str) -> None:
        def sentence(row: int) -> str:
            return message.format(quoted(column[row].as_py()))

        faults.add_rows(table, np.flatnonzero(_holds(condition)[at]), sentence)

    note(pc.equal(texts, ""), f"the {name} is missing")
    unprintable = pc.match_substring_regex(texts, _UNPRINTABLE)
    note(unprintable, f"the {name} {{}} holds line breaks or unprintable characters; is a quotation mark not closed?")
    is_formula = pc.is_in(pc.utf8_slice_codeunits(texts, 0, 1), value_set=pa.array(_FORMULA, texts.type))
    note(is_formula, f"the {name} {{}} begins with = + - or @ as a spreadsheet's formula does; rename the firm")
    return column


def _whole(column: pa.Array) -> pa.DictionaryArray | None:
    """Return ids as unsigned whole numbers; None where one is missing or is none, such as 07 or -1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _is_text(column):
        texts = column.dictionary
        if len(column) == 0 or not pc.all(pc.match_substring_regex(texts, _WHOLE)).as_py():
            return None
        return pa.DictionaryArray.from_arrays(column.indices, pc.cast(texts, pa.uint64()))
    if (
        len(column) == 0
        or column.null_count
        or not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type))
    ):
        return None
    least, most = pc.min_max(column).as_py().values()
    is_exact = pa.types.is_integer(column.type) or pc.all(pc.equal(column, pc.floor(column))).as_py()
    limit = LARGEST_KEY if pa.types.is_integer(column.type) else _LARGEST_EXACT
    if not is_exact or least is None or least < 0 or most > limit:
        return None
    return pc.cast(column, pa.uint64()).dictionary_encode()


def alike(first: pa.DictionaryArray, second: pa.DictionaryArray) -> tuple[pa.DictionaryArray, pa.DictionaryArray]:
    """Return two columns of ids of one type: both as text unless both are whole numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def text(column: pa.DictionaryArray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(column.indices, pc.cast(column.dictionary, pa.large_string()))

    return (first, second) if first.type.value_type == second.type.value_type else (text(first), text(second))


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
