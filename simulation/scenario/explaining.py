"""From the findings of the schema to sentences: what is wrong with a value, what would be right, did you mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from simulation.errors import Problem
from simulation.scenario.declarations import Leaf, Levers, Part, Path, Shape, Table, find, plain
from simulation.scenario.merging import Draft, did_you_mean
from simulation.scenario.units import plain_number
from simulation.schema import Share

__all__ = ["explain"]

_NUMBER = {"int_type", "float_type", "int_from_float", "int_parsing", "float_parsing", "int_parsing_size"}
_LIST = {"tuple_type", "list_type"}
_TEXT = {"string_type", "string_unicode"}


def explain(draft: Draft, errors: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Return one problem per finding of pydantic, each with the place that set the value."""
    return [_problem(draft, error) for error in errors]


def _problem(draft: Draft, error: Mapping[str, Any]) -> Problem:
    path = _path(error["loc"])
    if error["type"].startswith("union_tag") and (*path, "lever") in draft.places:
        path = (*path, "lever")
    is_unknown = error["type"] == "extra_forbidden"
    place = draft.place(path, of_key=is_unknown)
    return Problem(_message(draft, path, error), place, ".".join(path))


def _path(location: Sequence[Any]) -> Path:
    """Return the path of a value, without the lever that pydantic repeats inside the policy."""
    path = tuple(str(step) for step in location if step != "[key]")
    return (*path[:2], *path[3:]) if path[:1] == ("policy",) and len(path) > 2 else path


def _message(draft: Draft, path: Path, error: Mapping[str, Any]) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    shape = find(draft.shape, path, draft.levers())
    match kind:
        case "extra_forbidden":
            return f"unknown key{_nearest(draft, path)}"
        case "missing":
            return f"this value is missing{_about(shape)}"
        case "less_than_equal":
            bound = _bound(context["le"], shape)
            return f"{_shown(value)} is above the largest allowed value {bound}{_about(shape)}{_percent(value, shape)}"
        case "greater_than_equal":
            return f"{_shown(value)} is below the smallest allowed value {_bound(context['ge'], shape)}{_about(shape)}"
        case "greater_than":
            return f"{_shown(value)} is not above {_bound(context['gt'], shape)}{_about(shape)}"
        case "finite_number":
            return f"{_shown(value)} is not a finite number{_about(shape)}"
        case "bool_type":
            return f"{_kind(value)}; write true or false{_about(shape)}"
        case "union_tag_invalid" | "union_tag_not_found":
            return _no_lever(draft, value)
        case "literal_error":
            choices = shape.choices if isinstance(shape, Leaf) else ()
            close = did_you_mean(value, choices) if isinstance(value, str) else ""
            return f"{_shown(value)} is not one of {_either(choices)}{close}"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
    return _wrong_kind(kind, shape, value, str(error["msg"]))


def _wrong_kind(kind: str, shape: Shape | None, value: Any, message: str) -> str:  # noqa: ANN401
    if kind in _NUMBER:
        if isinstance(value, float) and math.isfinite(value):
            write = f"; write {int(value)}" if value.is_integer() and abs(value) < 1e15 else ""
            return f"{value!r} is not a whole number{write}{_about(shape)}"
        is_whole = kind.startswith("int") or (isinstance(shape, Leaf) and shape.kind is int)
        return f"{_kind(value)}; give {_wanted(shape, is_whole)}{_meant(value, shape, is_whole)}"
    if kind in _LIST:
        return (
            f"{_kind(value)}; give a list, such as [{value if isinstance(value, str) and value.isalnum() else 'a, b'}]"
        )
    if kind in _TEXT:
        return f"{_kind(value)}; give text, in quotation marks if it looks like something else"
    if isinstance(shape, Part | Table | Levers):
        return f"{_kind(value)}; keys with values belong here"
    return message[:1].lower() + message[1:]


def _nearest(draft: Draft, path: Path) -> str:
    """Suggest a key of the same section that looks alike, else one elsewhere, else list those of the section."""
    parent = find(draft.shape, path[:-1], draft.levers())
    known = list(parent.fields) if isinstance(parent, Part) else []
    if "." in path[-1]:
        return "; a file has no dotted keys: indent each key below the one before the dot"
    if close := did_you_mean(path[-1], known):
        return close
    elsewhere = _homes(draft.shape)
    if nearest := get_close_matches(path[-1][:60], elsewhere, n=1, cutoff=0.75):
        return f"; did you mean {elsewhere[nearest[0]]!r}?"
    return f"; known here are {', '.join(known)}" if known and len(known) <= 16 else ""


def _homes(shape: Part) -> dict[str, str]:
    """Return the dotted path of every declared key, of a key that stands in several sections the first."""
    homes: dict[str, str] = {}
    for path in _declared(shape, ()):
        homes.setdefault(path[-1], ".".join(path))
    return homes


def _declared(shape: Part, path: Path) -> Iterator[Path]:
    for name, entry in shape.fields.items():
        here = (*path, name)
        yield here
        if isinstance(entry, Part):
            yield from _declared(entry, here)
        elif isinstance(entry, Levers):
            yield from ((*here, lever) for lever in entry.kinds)


def _no_lever(draft: Draft, value: Any) -> str:  # noqa: ANN401
    shape = find(draft.shape, ("policy",))
    known = list(shape.kinds) if isinstance(shape, Levers) else []
    name = value.get("lever") if isinstance(value, dict) else None
    if not isinstance(name, str):
        return f"{_kind(name)}; lever takes the name of a lever: {_either(known)}"
    return f"there is no lever {name!r}{did_you_mean(name, known) or f'; levers are {_either(known)}'}"


def _about(shape: Shape | None) -> str:
    """Return what a declared number is, in brackets."""
    if not isinstance(shape, Leaf) or not shape.text:
        return ""
    symbol = f", symbol {shape.quantity.symbol}" if shape.quantity and shape.quantity.symbol else ""
    return f" ({shape.text}{symbol})"


def _bound(value: float, shape: Shape | None) -> str:
    unit = shape.quantity.unit if isinstance(shape, Leaf) and shape.quantity else ""
    return f"{value:,.12g} {unit}".rstrip()


def _wanted(shape: Shape | None, is_whole: bool) -> str:
    """Return what belongs here: the kind of number, its unit, its limits."""
    quantity = shape.quantity if isinstance(shape, Leaf) else None
    wanted = "a plain whole number" if is_whole else "a plain number"
    if quantity is None:
        return wanted
    if quantity.unit:
        wanted = f"{wanted} {quantity.unit}" if quantity.unit.startswith("per ") else f"{wanted} in {quantity.unit}"
    if quantity.minimum is not None and quantity.maximum is not None:
        wanted = f"{wanted} between {quantity.minimum:g} and {quantity.maximum:g}"
    elif quantity.minimum is not None:
        wanted = f"{wanted}, at least {quantity.minimum:g}"
    return f"{wanted}{_about(shape)}"


def _meant(value: Any, shape: Shape | None, is_whole: bool) -> str:  # noqa: ANN401
    """Say how to write a number that came with quotation marks, its unit or a percent sign."""
    if not isinstance(value, str) or not isinstance(shape, Leaf) or shape.quantity is None:
        return ""
    written = plain_number(value, shape.quantity, is_whole)
    return f"; write {written}" if written else ""


def _percent(value: Any, shape: Shape | None) -> str:  # noqa: ANN401
    """Say how to write a share that was given in percent."""
    is_share = isinstance(shape, Leaf) and isinstance(shape.quantity, Share)
    return f"; if percent is meant, write {value / 100:.12g}" if is_share and 1.0 < value <= 100.0 else ""


def _kind(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return "there is no value here"
    if isinstance(value, bool):
        return f"{_shown(value)} is a switch"
    if isinstance(value, str):
        return f"{_shown(value)} is text"
    if isinstance(value, list | tuple):
        return "a list stands here"
    if isinstance(value, Mapping):
        return "keys with values stand here"
    if isinstance(value, int | float):
        return f"{_shown(value)} is a number"
    return f"{_shown(value)} is neither a number nor text"


def _shown(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**30 else f"a number of {int(math.log10(abs(value))) + 1} digits"
    text = repr(plain(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
