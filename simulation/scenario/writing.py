"""A scenario as YAML text: all values, ready to be read again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

from simulation.scenario.classes import CLASSES
from simulation.scenario.declarations import Path, Values
from simulation.scenario.own_data import FILES
from simulation.scenario.scenario import Scenario

__all__ = ["shown_values", "to_yaml"]

_BARE = re.compile(r"[A-Za-z][\w/-]*(?: [\w/-]+)*", re.ASCII)
_WIDEST = 72
"""Comments stand in one column; lines that are longer than this do not move it."""

_TAKEN = {"true", "false", "null", "yes", "no", "on", "off"}


def shown_values(scenario: Scenario) -> Values:
    """Return the resolved values, ready to be read again.

    Data files are relative to the current folder where they lie below it. Classes of the declared defaults that the
    scenario has removed are null, so that they do not come back.
    """
    values = scenario.resolved()
    defaults = Scenario().population
    for kind in CLASSES:
        classes = values["population"][kind]
        values["population"][kind] = {name: None for name in getattr(defaults, kind) if name not in classes} | classes
    data = values["population"]["data"]
    for key in FILES if data else ():
        file = data[key]
        if file is not None and File(file).is_relative_to(File.cwd()):
            data[key] = File(file).relative_to(File.cwd()).as_posix()
    return values


def to_yaml(values: Values, comments: Mapping[str, str] | None = None) -> str:
    """Return values as YAML; ``comments`` by dotted path stand at the end of the lines."""
    lines = list(_lines(values, ()))
    commented = [len(line) for line, path in lines if ".".join(path) in (comments or {})]
    width = max((length for length in commented if length <= _WIDEST), default=0)
    shown = (
        f"{line:<{width}}  # {' '.join(comments[dotted].split())}"
        if comments and (dotted := ".".join(path)) in comments
        else line
        for line, path in lines
    )
    return "\n".join(shown) + "\n"


def _lines(values: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Path]]:
    indent = "  " * len(path)
    for name, value in values.items():
        here = (*path, name)
        if isinstance(value, Mapping) and value:
            yield f"{indent}{_scalar(name)}:", here
            yield from _lines(value, here)
        else:
            yield f"{indent}{_scalar(name)}: {_inline(value)}", here


def _inline(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_scalar(entry) for entry in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, str):
        return value if _BARE.fullmatch(value) and value.lower() not in _TAKEN else _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _quoted(text: str) -> str:
    """Return a text in quotation marks, on one line, with escapes for what YAML would take for a line end."""
    return "".join(
        character if character.isprintable() else _escape(character)
        for character in json.dumps(text, ensure_ascii=False)
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
