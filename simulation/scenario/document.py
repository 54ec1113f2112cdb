"""One YAML file or value: plain values with the place of every key, and one clear sentence for everything else.

Only the structure is taken from the YAML library; values are made here, so that no tag can build an object, no key
may stand twice, and aliases cannot multiply without end.
"""

from __future__ import annotations

import re
from pathlib import Path as File
from typing import Any, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from simulation.errors import InputError, Problem
from simulation.scenario.declarations import Path, Values

__all__ = ["LARGEST_FILE", "Document", "Place", "no_text", "parse", "parse_value", "read"]

LARGEST_FILE = 250_000
"""Bytes; a scenario of 500 groups has about 100,000, and the YAML library needs seconds for more than this."""

LARGEST_COUNT = 20_000
LARGEST_DEPTH = 20
LONGEST_NUMBER = 100

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no text has: control characters, halves of characters, and what Unicode never assigns."""

_TAG = "tag:yaml.org,2002:"
_NOT_YAML = (
    YAMLError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError,
)  # fmt: skip
"""What the YAML library raises, beside its own errors, when it meets text that is far from YAML."""

_UNKNOWN_ESCAPE = "it has a number or an escape (\\U...) that cannot be read"


class Place(NamedTuple):
    """Where a key and its value stand: ``file:line:col``, ``--set`` or another origin.

    A value that is a mapping, or left out, has the place of its key.
    """

    key: str
    value: str


class Document(NamedTuple):
    """Plain values, and the place of every path in them."""

    values: Values
    places: dict[Path, Place]


def no_text(text: str) -> str:
    """Say which character does not belong into any text; nothing where all do."""
    found = _NO_TEXT.search(text)
    return f"the character U+{ord(found.group()):04X} is not text" if found else ""


def read(file: File, name: str) -> Document:
    """Read a YAML file whose top level is a mapping; ``name`` is what messages call it."""
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(Problem(f"the file has {size:,} bytes; a scenario has at most {LARGEST_FILE:,}", name))
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(f"the file cannot be read: {reason}", name)) from error
    return parse(_text(content, name), name)


def parse(text: str, name: str) -> Document:
    """Parse a YAML text whose top level is a mapping."""
    node = _compose(text, name)
    if node is None:
        message = "the file is empty; a scenario needs at least one value, such as a title"
        raise InputError(Problem(message, f"{name}:1:1"))
    if not isinstance(node, MappingNode):
        raise InputError(Problem("a scenario is a mapping of keys to values (key: value)", _mark(node, name)))
    reader = _Reader(name)
    return Document(reader.mapping(node, ()), reader.places)


def parse_value(text: str, name: str) -> Any:  # noqa: ANN401 - any YAML value
    """Parse a single YAML value, as after the equals sign of ``--set``; messages give ``name`` as the place."""
    node = _compose(text, name, has_lines=False)
    return None if node is None else _Reader(name, has_lines=False).value(node, ())


def _text(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:2]:
        raise InputError(Problem("the file is UTF-16; save it as UTF-8", f"{name}:1:1"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(content[: error.start].decode("utf-8", errors="replace"))
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise InputError(Problem(message, f"{name}:{line}:{column}")) from error


def _position(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _compose(text: str, name: str, has_lines: bool = True) -> Node | None:
    def fault(message: str, line: int, column: int) -> InputError:
        return InputError(Problem(message, f"{name}:{line}:{column}" if has_lines else name))

    if found := _NO_TEXT.search(text):
        raise fault(no_text(text), *_position(text[: found.start()]))
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    yaml.composer.warn_double_anchors = False  # YAML allows them, and the warning would have no place
    try:
        return yaml.compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise fault(_sentence(error, text, line, column), line, column) from error
    except RecursionError as error:
        raise fault("the values are nested too deeply", 1, 1) from error
    except (OverflowError, ValueError) as error:
        # A \U escape beyond Unicode: what Python says of it depends on its version.
        raise fault(f"this is not YAML: {_UNKNOWN_ESCAPE}", 1, 1) from error
    except _NOT_YAML as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise fault(f"this is not YAML: {first}", 1, 1) from error


def _sentence(error: MarkedYAMLError, text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    current = lines[line - 1] if line <= len(lines) else ""
    if "\t" in current[:column] or current[column - 1 : column] == "\t":
        return "there is a tab here; YAML takes spaces"
    if "single document" in str(error.context or ""):
        return "a second document begins here (---); a scenario is one document"
    if "undefined alias" in str(error.problem or ""):
        return "this alias (*) refers to nothing"
    if "mapping values are not allowed" in str(error.problem or ""):
        return "a colon stands where none can; is the line indented like its neighbours, and text with a colon quoted?"
    detail = ", ".join(str(part) for part in (error.context, error.problem) if part)
    return f"this is not YAML: {detail or 'it cannot be read'}"


def _mark(node: Node, name: str) -> str:
    return f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


class _Reader:
    """Turns nodes into plain values and notes their places."""

    def __init__(self, name: str, has_lines: bool = True) -> None:
        self.name = name
        self.has_lines = has_lines
        self.count = 0
        self.places: dict[Path, Place] = {}

    def place(self, node: Node) -> str:
        return _mark(node, self.name) if self.has_lines else self.name

    def fault(self, node: Node, message: str, path: Path) -> InputError:
        return InputError(Problem(message, self.place(node), ".".join(path)))

    def value(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - any YAML value
        self.count += 1
        if self.count > LARGEST_COUNT:
            raise self.fault(node, f"there are more than {LARGEST_COUNT:,} values (aliases repeat them)", path)
        if len(path) > LARGEST_DEPTH:
            raise self.fault(node, "the values are nested too deeply", path[:LARGEST_DEPTH])
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            self._known_tag(node, {"seq"}, path)
            return [self.value(entry, (*path, str(position))) for position, entry in enumerate(node.value)]
        return self.scalar(cast(ScalarNode, node), path)

    def mapping(self, node: MappingNode, path: Path) -> Values:
        values: Values = {}
        lines: dict[str, int] = {}
        self._known_tag(node, {"map"}, path)
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self.fault(key_node, "a key is a word, not a list or a mapping", path)
            key = self.text(key_node, path)
            if str(key_node.tag) == f"{_TAG}merge":
                raise self.fault(key_node, "merge keys (<<) are not read; use extends", path)
            if key in values:
                first = f", first in line {lines[key]}" if self.has_lines else ""
                raise self.fault(key_node, f"this key stands twice{first}", (*path, key))
            lines[key] = key_node.start_mark.line + 1
            place = self.place(key_node)
            self.places[*path, key] = Place(place, self.place(value_node) if _is_beside_key(value_node) else place)
            values[key] = self.value(value_node, (*path, key))
        return values

    def scalar(self, node: ScalarNode, path: Path) -> Any:  # noqa: ANN401 - any YAML value
        tag = self._known_tag(node, {"str", "int", "float", "bool", "null", "timestamp", "value", "merge"}, path)
        text = self.text(node, path)
        try:
            match tag:
                case "null":
                    return {"": None, "~": None, "null": None}[text.lower()]
                case "bool":
                    return {"true": True, "false": False}[text.lower()]
                case "int" | "float" if len(text) > LONGEST_NUMBER:
                    raise self.fault(node, f"this number has more than {LONGEST_NUMBER} characters", path)
                case "int":
                    return _whole_number(text)
                case "float":
                    return _number(text)
        except (ValueError, KeyError) as error:
            raise self.fault(node, f"{text[:40]!r} is not what its tag !!{tag} says", path) from error
        return text

    def text(self, node: ScalarNode, path: Path) -> str:
        """Return what a scalar says, escapes resolved."""
        text: str = node.value
        if wrong := no_text(text):
            raise self.fault(node, wrong, path)
        return text

    def _known_tag(self, node: Node, known: set[str], path: Path) -> str:
        tag = str(node.tag)
        short = tag.removeprefix(_TAG)
        if short in known:
            return short
        raise self.fault(node, f"the tag {tag.replace(_TAG, '!!')} is not allowed in a scenario", path)


def _is_beside_key(node: Node) -> bool:
    """Say whether a value has a place of its own: it is not left out, and not a mapping."""
    is_left_out = isinstance(node, ScalarNode) and not node.style and not node.value
    return not is_left_out and not isinstance(node, MappingNode)


def _whole_number(text: str) -> int:
    digits = text.replace("_", "").lower()
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    return sign * int(digits[2:] if base != 10 else digits, base)


def _number(text: str) -> float:
    digits = text.replace("_", "").lower()
    named = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
    return float(named.get(digits, digits))
