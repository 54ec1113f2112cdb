"""Scenario files that somebody, or something, has spoiled: the case of a number is always the same one.

A case begins with a shipped file, or a few sections of it, as a tree; keys and values are moved, doubled, taken out and
replaced; the tree is written as YAML, and the text and its bytes may be spoiled after that.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from simulation.scenario.shipped import shipped_folder

__all__ = ["Case", "case_of", "spoiled_bytes", "spoiled_yaml"]

Pairs = list[tuple[str, Any]]
"""A mapping as it will be written: a key may stand twice."""


class Raw(str):
    """A piece of YAML that is written as it is."""


class Case(NamedTuple):
    """A file, what was done to it, and the files that lie beside it."""

    content: bytes
    done: tuple[str, ...]
    beside: dict[str, bytes]


ODD_SCALARS = (
    "1e308", "-1e308", "1e309", "1e999", "-1e999", "9" * 30, "-" + "9" * 30, "9" * 99, "9" * 101, "9" * 5000, ".nan",
    ".NaN", ".inf", "-.inf", "+.inf", "nan", "inf", "-0.0", "0", "-1", "1", "2", "0.5", "1.0000001", "1e-320",
    "5e-324", "0x7fffffffffffffff", "0xffffffffffffffffff", "0o17", "0b2", "1_000", "1,000", "50 %", "50%", "1/2",
    "10^12", "1000000000000", "2147483647", "2147483648", "4294967296", "9223372036854775807", "18446744073709551616",
    "true", "True", "yes", "no", "on", "null", "~", "", "''", '""', '" "', "[]", "{}", "[[]]", "[{}]", "{a: b}",
    "[1, [2, [3]]]", "2025-10-01", "12:30:45", "2025-02-30", "=", "<<", "*", "&a", "*a", "!!int 5", "!!int x",
    "!!float .nan", "!!bool 1", "!!null x", "!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]",
    "!!timestamp 2001-99-99", "!!python/object:os.system x", "!!python/name:os.system", "!x y", "! 5",
    "!<tag:yaml.org,2002:int> 5", "!!str 5", "!!seq [1]", "!!map {a: 1}", "|", ">", "|\n   text", ">-\n   text",
    "'it''s'", '"\\x00"', '"\\x1b[31m"', '"\\ud800"', '"\\U0010ffff"', '"\\U00110000"', '"\\Uffffffff"', '"\\q"',
    '"\\u202e"', '"\\ufeff"', "'unclosed", '"unclosed', "[unclosed", "{unclosed", "? a", "- a", "a: b", "a: b: c",
    "# no value", "@at", "`tick", "%percent", "기업", "é", "\u2028", "\u202e", "\ufeff", "\U0001f600", "ﬁ", "e\u0301",
    "x" * 200, "x" * 5000, "가" * 1000, "=1+1", "+1+1", "@SUM(A1)", "-2+3", "../../../../etc/passwd", "/etc/passwd",
    "tierwise:baseline", "baseline", "baseline.yaml", "C:\\x", "file:///etc/passwd", "~/x", "large", "sme",
    "manufacturing", "capital", "all", "subsidy", "production", "fixed", "solve", "complete", "chain", "[sme, sme]",
    "[large, 5]", "[null]", "[.nan]", "[1e999]", "[[sme]]", "{sme: 1}", "{1: 2}", "{true: 1}", "{null: 1}",
    "{[a]: 1}", "{? {a: 1} : 2}",
)  # fmt: skip

ODD_KEYS = (
    "", " ", "~", "null", "true", "1", "1.5", "-", "a b", "a.b", "..", "=", "<<", "firm", "populaton", "Population",
    "extends", "name", "lever", "who", "기업", "é", "e\u0301", "\u202e", "x" * 101, "x" * 3000, "가" * 300, "'", '"',
    '"\\x00"', '"\\ud800"', "[a]", "{a: 1}", "? [a]", "!!str a", "&k key", "*k", "all", "all smes", "sme ", "large",
    "#", "%", "@", "2025-10-01", "__class__", "__init__", "model_config", "model_fields", "self", "copy", "json",
    "schema", "validate",
)  # fmt: skip

SCRAPS = (
    ":", ": ", "- ", "\t", "\n", "\n\n", "  ", "#", "'", '"', "{", "}", "[", "]", ",", "&a ", "*a", "*a ", "!!int ",
    "!x ", "? ", "---\n", "--- ", "...\n", "|\n", ">\n", "%YAML 9.9\n", "%TAG ! x\n", "@", "`", "\\", "~", "null",
    "\r", "\r\n", "\x00", "\x07", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\ufffe", "\U000e0001", "기업",
    "\u0000", "0", "9" * 40, ".", "..", "extends: x.yaml\n", "policy:\n  subsidy:\n", "use: 5\n", "<<: *a\n",
    "large: null\n", "name: ''\n", "\x1b[2J",
)  # fmt: skip

EXTENDS = (
    "case.yaml", "./case.yaml", "../case/case.yaml", "one.yaml", "two.yaml", "three.yaml", "folder", ".", "..", "/",
    "", " ", "~", "null", "/etc/passwd", "../../../../../../../etc/passwd", "../outside.yaml", "link.yaml",
    "loop.yaml", "tierwise:", "tierwise:none", "tierwise:../baseline", "tierwise:baseline", "baseline", "BASELINE",
    "baseline.yaml\\0", '"a\\0b"', "'a\nb'", "x" * 300, "x" * 5000, "[baseline]", "{a: b}", "5", "true",
    "binary.yaml", "empty.yaml", "/dev/zero", "/dev/stdin", "/proc/self/mem", "tierwise:tierwise:baseline",
    "file:///etc/passwd", "%2e%2e/outside.yaml", "..\\outside.yaml", "기업.yaml", "\u202eyaml", "CON", "a/../one.yaml",
    "one.yaml/", "one.yaml/..", ".//one.yaml",
)  # fmt: skip

BESIDE = {
    "one.yaml": b"extends: two.yaml\ntitle: one\n",
    "two.yaml": b"extends: case.yaml\ntitle: two\n",
    "three.yaml": b"extends: tierwise:baseline\ntime: {months: 0}\n",
    "binary.yaml": bytes(range(256)),
    "empty.yaml": b"",
}
"""Files that may be extended: a circle, one that is wrong, one that is no text, one that is empty."""


@functools.cache
def _shipped() -> tuple[tuple[str, str, Pairs], ...]:
    return tuple((file.stem, *_read(file)) for file in sorted(shipped_folder().glob("*.yaml")))


@functools.cache
def _read(file: Path) -> tuple[str, Pairs]:
    text = file.read_text(encoding="utf-8")
    return text, _pairs(YAML(typ="safe", pure=True).load(text))


def _pairs(value: Any) -> Any:
    if isinstance(value, dict):
        return [(str(key), _pairs(entry)) for key, entry in value.items()]
    return value


def _copied(value: Any) -> Any:
    if _is_mapping(value):
        return [(key, _copied(entry)) for key, entry in value]
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
    one[i], other[j] = (one[i][0], _copied(second)), (other[j][0], _copied(first))


def _graft(tree: Pairs, rng: random.Random) -> None:
    """Put a part of another shipped file somewhere."""
    source = rng.choice(_shipped())[2]
    mapping, at = _place(_copied(source), rng)
    target, to = _place(tree, rng)
    if rng.random() < 0.5:
        target[to] = (target[to][0], _copied(mapping[at][1]))
    else:
        target.insert(to, (mapping[at][0], _copied(mapping[at][1])))


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


def _written(tree: Pairs, rng: random.Random) -> str:
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


# --- what is done to texts and bytes ----------------------------------------------------------------------------------


def _spoiled_text(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.randrange(40))
    lines = text.splitlines(keepends=True) or [""]
    at = rng.randrange(len(lines))
    match rng.randrange(10):
        case 0:
            return text[:start] + rng.choice(SCRAPS) + text[start:]
        case 1:
            return text[:start] + rng.choice(SCRAPS) + text[end:]
        case 2:
            return text[:start] + text[end:]
        case 3:
            return "".join(lines[: at + 1] + lines[at:])
        case 4:
            return "".join(
                [*lines[:at], rng.choice((" ", "   ", "\t", "        ")) + lines[at].lstrip(), *lines[at + 1 :]]
            )
        case 5:
            return text[:start]
        case 6:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
            return "".join(lines)
        case 7:
            return text[:start] + chr(rng.choice((rng.randrange(32, 0x250), rng.randrange(0x20000)))) + text[start:]
        case 8:
            return text.replace("\n", rng.choice(("\r\n", "\r", "\u2028", "\n\n", "\x0b", "\x0c", "\x85")))
        case _:
            return text + rng.choice(
                (text, "---\n" + text, "...\n" + text, "\n" * 300, "#" + "x" * 3000, "a: " + "y" * 3000)
            )


def spoiled_bytes(content: bytes, rng: random.Random) -> bytes:
    """Return bytes of which some are others, or that are another encoding."""
    start = rng.randrange(len(content) + 1)
    match rng.randrange(8):
        case 0:
            return content[:start] + rng.randbytes(rng.randrange(1, 9)) + content[start:]
        case 1:
            return content[:start] + rng.randbytes(rng.randrange(1, 9)) + content[start + 4 :]
        case 2:
            return b"\xef\xbb\xbf" * rng.randrange(1, 3) + content
        case 3:
            text = content.decode(errors="replace")
            name = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp949", "utf-7", "cp037"))
            return text.encode(name, errors="replace")
        case 4:
            return content[:start] + bytes([rng.randrange(256)]) * rng.randrange(1, 300) + content[start:]
        case 5:
            flipped = bytearray(content)
            for _ in range(rng.randrange(1, 10)):
                if flipped:
                    flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            return bytes(flipped)
        case 6:
            return content + rng.choice(
                (b"\x1a", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe3\x80")
            )
        case _:
            return content[:start]


def case_of(number: int) -> Case:
    """Return the case of a number."""
    rng = random.Random(f"scenario {number}")
    kind = rng.random()
    if kind < 0.08:
        return Case(rng.randbytes(rng.randrange(600)), ("raw bytes",), BESIDE)
    if kind < 0.12:
        soup = "".join(
            rng.choice((*SCRAPS, *ODD_SCALARS, *ODD_KEYS, "population", "policy", "time"))
            for _ in range(rng.randrange(1, 60))
        )
        return Case(soup.encode("utf-8", "surrogatepass"), ("soup",), BESIDE)
    name, text, tree = rng.choice(_shipped())
    content, done = _spoiled(text, tree, rng)
    return Case(content, (name, *done), BESIDE)


def spoiled_yaml(file: Path, rng: random.Random) -> bytes:
    """Return the content of any YAML file, spoiled."""
    text, tree = _read(file)
    return _spoiled(text, tree, rng, is_whole=rng.random() < 0.7)[0]  # most of these files need all that they hold


def _spoiled(text: str, tree: Pairs, rng: random.Random, *, is_whole: bool = False) -> tuple[bytes, list[str]]:
    done: list[str] = []
    if rng.random() < 0.08:
        whole = text
    else:
        tree = _copied(tree) if is_whole else _part(tree, rng)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
            change = rng.choices([change for change, _ in ON_TREES], [weight for _, weight in ON_TREES])[0]
            change(tree, rng)
            done.append(change.__name__.lstrip("_"))
        whole = _written(tree, rng)
    if not done or rng.random() < 0.25:
        for _ in range(rng.choice((1, 1, 2, 4))):
            whole = _spoiled_text(whole, rng)
        done.append("text")
    content = whole.encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        content = spoiled_bytes(content, rng)
        done.append("bytes")
    return content, done


def _part(tree: Pairs, rng: random.Random) -> Pairs:
    """Return some sections of a file, rarely all: what is small is read soon, and has its mistake on its own."""
    if rng.random() < 0.04:
        return _copied(tree)
    sections = rng.sample(tree, k=min(len(tree), rng.choice((1, 2, 2, 3))))
    return _copied(sections)
