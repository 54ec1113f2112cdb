"""Scenario files that somebody, or something, has spoiled: the case of a number is always the same one.

A case begins with a shipped file, or a few sections of it, as a tree; keys and values are moved, doubled, taken out and
replaced; the tree is written as YAML, and the text and its bytes may be spoiled after that.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from hardening.odd_yaml import ODD_KEYS, ODD_SCALARS, SCRAPS
from hardening.scenario_trees import ON_TREES, Pairs, copied, read, shipped, written

__all__ = ["Case", "case_of", "spoiled_bytes", "spoiled_yaml"]


class Case(NamedTuple):
    """A file, what was done to it, and the files that lie beside it."""

    content: bytes
    done: tuple[str, ...]
    beside: dict[str, bytes]


BESIDE = {
    "one.yaml": b"extends: two.yaml\ntitle: one\n",
    "two.yaml": b"extends: case.yaml\ntitle: two\n",
    "three.yaml": b"extends: tierwise:baseline\ntime: {months: 0}\n",
    "binary.yaml": bytes(range(256)),
    "empty.yaml": b"",
}
"""Files that may be extended: a circle, one that is wrong, one that is no text, one that is empty."""


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
    name, text, tree = rng.choice(shipped())
    content, done = _spoiled(text, tree, rng)
    return Case(content, (name, *done), BESIDE)


def spoiled_yaml(file: Path, rng: random.Random) -> bytes:
    """Return the content of any YAML file, spoiled."""
    text, tree = read(file)
    return _spoiled(text, tree, rng, is_whole=rng.random() < 0.7)[0]  # most of these files need all that they hold


def _spoiled(text: str, tree: Pairs, rng: random.Random, *, is_whole: bool = False) -> tuple[bytes, list[str]]:
    done: list[str] = []
    if rng.random() < 0.08:
        whole = text
    else:
        tree = copied(tree) if is_whole else _part(tree, rng)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
            change = rng.choices([change for change, _ in ON_TREES], [weight for _, weight in ON_TREES])[0]
            change(tree, rng)
            done.append(change.__name__.lstrip("_"))
        whole = written(tree, rng)
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
        return copied(tree)
    sections = rng.sample(tree, k=min(len(tree), rng.choice((1, 2, 2, 3))))
    return copied(sections)
