"""Trees of scenario files: read, spoiled by moving, doubling, taking out and replacing keys and values, and written."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardening.odd_yaml import EXTENDS, ODD_KEYS, ODD_SCALARS
from ruamel.yaml import YAML

from simulation.scenario.shipped import shipped_folder

__all__ = ["ON_TREES", "Pairs", "copied", "read", "shipped", "written"]

Pairs = list[tuple[str, Any]]
"""A mapping as it will be written: a key may stand twice."""


class Raw(str):
    """A piece of YAML that is written as it is."""


@functools.cache
def shipped() -> tuple[tuple[str, str, Pairs], ...]:
    return tuple((file.stem, *read(file)) for file in sorted(shipped_folder().glob("*.yaml")))


@functools.cache
def read(file: Path) -> tuple[str, Pairs]:
    text = file.read_text(encoding="utf-8")
    return text, _pairs(YAML(typ="safe", pure=True).load(text))


def _pairs(value: Any) -> Any:
    if isinstance(value, dict):
        return [(str(key), _pairs(entry)) for key, entry in value.items()]
    return value


def copied(value: Any) -> Any:
    if _is_mapping(value):
        return [(key, copied(entry)) for key, entry in value]
    return list(value) if isinstance(value, list) else value


def _is_mapping(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, tuple) for entry in value)


def _mappings(tree: Any) -> list[Pairs]:
    """Return every mapping of a tree that has keys."""
    found = [tree] if _is_mapping(tree) and tree else []
    for _, entry in tree if _is_mapping(tree) else ():
        found += _mappings(entry)
    return found


# --- what is done to a tree -----------------------------------------------------------------------------------------


def _place(tree: Pairs, rng: random.Random) -> tuple[Pairs, int]:
    """Return a mapping and the position of a key in it."""
    mappings = _mappings(tree)
    if not mappings:
        tree.append(("title", "x"))
        mappings = [tree]
    chosen = rng.choice(mappings)
    return chosen, rng.randrange(len(chosen))


def _drop(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    del mapping[at]


def _double(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    mapping.insert(rng.randrange(len(mapping) + 1), mapping[at])


def _rename(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    key, value = mapping[at]
    wrong = rng.choice(ODD_KEYS) if rng.random() < 0.6 else _typo(key, rng)
    mapping[at] = (Raw(wrong), value)


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) + 1)
    return rng.choice((word[:at] + word[at + 1 :], word[:at] + "x" + word[at:], word.upper(), word[::-1], word + " "))


def _replace(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    mapping[at] = (mapping[at][0], Raw(rng.choice(ODD_SCALARS)))


def _number(tree: Pairs, rng: random.Random) -> None:
    """Put another number where one stands: near, far, of the other sign or kind."""
    places = [
        (mapping, at)
        for mapping in _mappings(tree)
        for at, (_, value) in enumerate(mapping)
        if isinstance(value, int | float)
    ]
    if not places:
        _replace(tree, rng)
        return
    mapping, at = rng.choice(places)
    value = mapping[at][1]
    near = (-value, value * 10, value / 3 if value else 0.1, value + 1, f'"{value}"')
    far = f"{value}e{rng.randrange(-400, 400)}"
    mapping[at] = (mapping[at][0], Raw(rng.choice((*near, far))))


def _swap(tree: Pairs, rng: random.Random) -> None:
    one, i = _place(tree, rng)
    other, j = _place(tree, rng)
    first, second = one[i][1], other[j][1]
    one[i], other[j] = (one[i][0], copied(second)), (other[j][0], copied(first))


def _graft(tree: Pairs, rng: random.Random) -> None:
    """Put a part of another shipped file somewhere."""
    source = rng.choice(shipped())[2]
    mapping, at = _place(copied(source), rng)
    target, to = _place(tree, rng)
    if rng.random() < 0.5:
        target[to] = (target[to][0], copied(mapping[at][1]))
    else:
        target.insert(to, (mapping[at][0], copied(mapping[at][1])))


def _wrap(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    key, value = mapping[at]
    mapping[at] = (key, rng.choice(([(key, value)], Raw("[" + _flow(value) + "]"), Raw("{x: " + _flow(value) + "}"))))


def _nest(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    depth = rng.choice((5, 19, 20, 21, 30, 100, 400, 1500))
    opening, closing = rng.choice((("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")))
    mapping[at] = (mapping[at][0], Raw(opening * depth + "1" + (closing * depth if rng.random() < 0.8 else "")))


def _bomb(tree: Pairs, rng: random.Random) -> None:
    """Put a billion laughs, or an alias of something that holds itself."""
    mapping, at = _place(tree, rng)
    wide, deep = rng.choice(((2, 30), (10, 9), (9, 20), (100, 4)))
    kind = rng.randrange(4)
    if kind == 0:
        levels = [f"&b0 [{', '.join(['x'] * wide)}]"]
        levels += [f"&b{level} [{', '.join([f'*b{level - 1}'] * wide)}]" for level in range(1, deep)]
        value = "[" + ", ".join(levels) + "]"
    elif kind == 1:
        levels = ["&b0 {a: 1, b: 2}"]
        levels += [f"&b{level} {{a: *b{level - 1}, b: *b{level - 1}}}" for level in range(1, deep)]
        value = "[" + ", ".join(levels) + "]"
    elif kind == 2:
        value = "&self [*self]"
    else:
        value = "&self {a: *self}"
    mapping[at] = (mapping[at][0], Raw(value))


def _anchor(tree: Pairs, rng: random.Random) -> None:
    mapping, at = _place(tree, rng)
    other, to = _place(tree, rng)
    name = rng.choice(("a", "b", "기업", "x" * 300))
    mapping[at] = (mapping[at][0], Raw(f"&{name} " + _flow(mapping[at][1])))
    other[to] = (rng.choice((other[to][0], Raw("<<"))), Raw(f"*{name}"))


def _extend(tree: Pairs, rng: random.Random) -> None:
    tree[:] = [(key, value) for key, value in tree if key != "extends" or rng.random() < 0.1]
    tree.insert(rng.randrange(len(tree) + 1), ("extends", Raw(rng.choice(EXTENDS))))


def _many(tree: Pairs, rng: random.Random) -> None:
    """Put very many keys or entries."""
    mapping, at = _place(tree, rng)
    count = rng.choice((60, 60, 60, 60, 300, 300, 2500))
    rows: Any = [(f"n{number}", rng.choice((1, 0.5, "x"))) for number in range(count)]
    mapping[at] = (mapping[at][0], rows if rng.random() < 0.5 else Raw("[" + ", ".join(["1"] * count) + "]"))


ON_TREES: tuple[tuple[Callable[[Pairs, random.Random], None], int], ...] = (
    (_drop, 3), (_double, 2), (_rename, 4), (_replace, 10), (_number, 6), (_swap, 3), (_graft, 4), (_wrap, 2),
    (_nest, 1), (_bomb, 1), (_anchor, 2), (_extend, 2), (_many, 1),
)  # fmt: skip


# --- how a tree is written ------------------------------------------------------------------------------------------


def _flow(value: Any) -> str:
    if _is_mapping(value) and value:
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(entry)}" for key, entry in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str) and value.replace("_", "").isalnum() and not value[0].isdigit():
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def written(tree: Pairs, rng: random.Random) -> str:
    flow = rng.choice((0.0, 0.0, 0.1, 1.0))
    step = rng.choice((1, 2, 2, 4))
    lines: list[str] = []

    def block(pairs: Pairs, indent: int) -> None:
        for key, value in pairs:
            if _is_mapping(value) and value and rng.random() >= flow:
                lines.append(f"{' ' * indent}{_scalar(key)}:")
                block(value, indent + step)
            else:
                lines.append(f"{' ' * indent}{_scalar(key)}: {_flow(value)}")

    block(tree, 0)
    return "\n".join(lines) + "\n"
