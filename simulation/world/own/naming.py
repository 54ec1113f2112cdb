"""Which column of a file is which of the model: by its name, by the names that the scenario gives, or by the format.

A column that the model does not know is left unread, unless its name is nearly that of a column which is absent: then
it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from simulation.scenario.merging import did_you_mean
from simulation.world.own.faults import Faults, quoted
from simulation.world.own.source import Source, Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Wanted", "named_table"]

_ALIKE = 0.75
_LONGEST_NAME = 100


class Wanted(NamedTuple):
    """The columns of a table.

    Attributes
    ----------
    required : names of columns without which the table cannot be used
    optional : names of the other columns that the model knows
    example : names to show somebody whose file names no columns
    mapping : the model's name to the file's name, where the scenario gives one
    path : where the scenario gives it
    """

    required: Sequence[str]
    optional: Sequence[str]
    example: Sequence[str]
    mapping: Mapping[str, str]
    path: str


def named_table(source: Source, wanted: Wanted, faults: Faults) -> Table | None:
    """Return the columns that the model knows; None, with the reason among the faults, where that cannot be told."""
    found = _found(source, wanted)
    before = faults.count
    for message in _name_faults(source, wanted, found):
        faults.add(source.file, message, source.line)
    if faults.count > before:
        return None
    used = {name: source.names.index(called) for name, called in found.items() if called in source.names}
    nameless = [position for position, name in enumerate(source.names) if not name]
    rows = source.rows([*used.values(), *nameless])
    if rows is None:
        return None
    hidden = any(_has_values(column) for column in rows.columns[len(used) :])
    unread = [name for position, name in enumerate(source.names) if name and position not in used.values()]
    columns = dict(zip(used, rows.columns, strict=False))
    return Table(source.file, columns, rows.labels, source.word, tuple([*unread, ""] if hidden else unread))


def _found(source: Source, wanted: Wanted) -> dict[str, str]:
    """Return what the file calls each column of the model."""

    def called(name: str) -> str:
        if name in wanted.mapping:
            return wanted.mapping[name]
        return name if name in source.names else source.aliases.get(name, name)

    return {name: called(name) for name in (*wanted.required, *wanted.optional)}


def _name_faults(source: Source, wanted: Wanted, found: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the names of the columns; a wrong and a missing name may be one mistake."""
    names, known = source.names, list(dict.fromkeys(found.values()))
    present = [name for name in names if name in known]
    absent = [name for name in known if name not in names]
    if source.line and not wanted.mapping and not present and not any(_meant(name, absent) for name in names):
        return [f"the first line does not name the columns; put this line first: {','.join(wanted.example)}"]
    messages = [f"there are two columns {quoted(name)}" for name in dict.fromkeys(present) if present.count(name) > 1]
    for name, called in wanted.mapping.items():
        if found.get(name) == called and called not in names:
            hint = did_you_mean(called, names)
            messages.append(f"there is no column {quoted(called)}, as {wanted.path}.{name} calls it{hint}")
            absent = [other for other in absent if other != called]
    for name in names:
        if name not in known and (meant := _meant(name, absent)):
            messages.append(f"there is no column {quoted(name)}; did you mean {quoted(meant)}?")
            absent.remove(meant)
    if missing := [quoted(found[name]) for name in wanted.required if found[name] in absent]:
        columns = "the column" if len(missing) == 1 else "the columns"
        messages.append(f"{columns} {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return messages


def _meant(name: str, absent: Sequence[str]) -> str:
    close = get_close_matches(name.lower(), absent, n=1, cutoff=_ALIKE) if len(name) <= _LONGEST_NAME else []
    return next(iter(close), "")


def _has_values(column: pa.Array) -> bool:
    """Say whether a column has an entry that is not empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    filled = pc.not_equal(column, "") if pa.types.is_large_string(column.type) else pc.is_valid(column)
    return bool(pc.any(filled).as_py())
