"""The declared shape of a scenario: which keys exist, what each one is, and what it is when nobody says anything.

The shape is read off the type annotations of the sections, of the parameters of the rules and of the levers. Merging,
error messages, ``--set`` and the parameter register all walk it.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from numbers import Integral, Real
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from simulation.policies import Lever, lever_kinds
from simulation.schema import Quantity

__all__ = ["Leaf", "Levers", "Part", "Path", "Shape", "Table", "find", "leaves", "plain", "shape_of"]

Path = tuple[str, ...]
Values = dict[str, Any]


@dataclass(frozen=True)
class Leaf:
    """One value: a number, a switch, a word or a list."""

    kind: type
    quantity: Quantity | None = None
    text: str = ""
    choices: tuple[str, ...] = ()
    is_optional: bool = False


@dataclass(frozen=True)
class Part:
    """A section: a fixed set of keys."""

    kind: type
    fields: Mapping[str, Shape] = field(default_factory=dict)
    is_optional: bool = False


@dataclass(frozen=True)
class Table:
    """A mapping with names chosen by the scenario, every entry of one shape."""

    entry: Shape


@dataclass(frozen=True)
class Levers:
    """The policy: entries by name, whose shape depends on their lever."""

    kinds: Mapping[str, Part]


Shape = Leaf | Part | Table | Levers


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a declaration holds
    """Return a value as mappings, lists, texts and Python's numbers; sections keep the order of their declaration."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


@cache
def shape_of(kind: type) -> Part:
    """Return the shape of a section, a named tuple of parameters or a whole scenario."""
    names = list(kind.model_fields) if issubclass(kind, BaseModel) else list(getattr(kind, "_fields", ()))
    hints = get_type_hints(kind, include_extras=True)
    return Part(kind, {name: _shape(hints[name]) for name in names})


def find(shape: Shape, path: Path, levers: Mapping[str, str] | None = None) -> Shape | None:
    """Return the shape at a path, or None where nothing is declared.

    ``levers`` tells the lever of each entry of the policy; an entry that is not in it has the lever of its name.
    """
    for step in path:
        entry: Shape | None
        if isinstance(shape, Part):
            entry = shape.fields.get(step)
        elif isinstance(shape, Table):
            entry = shape.entry
        elif isinstance(shape, Levers):
            entry = shape.kinds.get((levers or {}).get(step, step))
        else:
            entry = None
        if entry is None:
            return None
        shape = entry
    return shape


def leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every path of a plain mapping with its value; an empty mapping counts as a value."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _shape(hint: Any) -> Shape:  # noqa: ANN401 - a type annotation
    metadata: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        metadata = tuple(rest)
    if get_origin(hint) in {Union, types.UnionType}:
        return _union(hint)
    if get_origin(hint) is dict:
        entry = get_args(hint)[1]
        return _levers() if _is_lever(entry) else Table(_shape(entry))
    if get_origin(hint) is Literal:
        return Leaf(str, choices=get_args(hint), text=_text(metadata))
    kind = get_origin(hint) or hint
    if issubclass(kind, BaseModel) or hasattr(kind, "_fields"):
        return shape_of(kind)
    quantity = next((entry for entry in metadata if isinstance(entry, Quantity)), None)
    return Leaf(kind, quantity=quantity, text=quantity.label if quantity else _text(metadata))


def _levers() -> Levers:
    return Levers({name: shape_of(kind) for name, kind in lever_kinds().items()})


def _union(hint: Any) -> Shape:  # noqa: ANN401 - a type annotation
    """Return the shape of a value that may be left open: ``X | None``."""
    (kind,) = (entry for entry in get_args(hint) if entry is not type(None))
    shape = _shape(kind)
    if isinstance(shape, Leaf):
        return Leaf(shape.kind, shape.quantity, shape.text, shape.choices, is_optional=True)
    if isinstance(shape, Part):
        return Part(shape.kind, shape.fields, is_optional=True)
    return shape


def _is_lever(hint: Any) -> bool:  # noqa: ANN401 - a type annotation
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    kinds = get_args(hint) or (hint,)
    return all(isinstance(kind, type) and issubclass(kind, Lever) for kind in kinds)


def _text(metadata: tuple[Any, ...]) -> str:
    return next((entry for entry in metadata if isinstance(entry, str)), "")
