"""What the report and its figures say, in every language: sentences by key, and the words of the model's tables.

Sentences stand in ``en.toml`` and ``ko.toml`` under the same keys. Words that other parts of the program declare in
English (labels of outcomes, units, parameters and their sources, shipped scenarios, what stands in figures) are looked
up in ``ko_words.toml`` by the English; what is not there, such as the title of a user's scenario, stays as it is.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simulation.errors import InputError
from simulation.texts.particles import with_particles

__all__ = ["LANGUAGES", "Language", "catalogue", "ended", "language_now", "say", "speaking", "word"]

LANGUAGES = ("en", "ko")

_FOLDER = Path(__file__).parent
_OPEN = "\ue000"
"""Stands for a bracket in what is put in, so that the title of a scenario cannot be taken for a choice of particles."""

_ENDING = re.compile(r"⟨([^⟨⟩|]*)\|([^⟨⟩|]*)⟩")


class _Formatter(string.Formatter):
    """Chooses between two forms by a number: "{n:run|runs}" gives "run" where n is 1."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - as in the base class
        """Return a value as text."""
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if str(value) == "1" else many
        return str(super().format_field(value, format_spec)).replace("[", _OPEN)


@dataclass(frozen=True)
class Language:
    """A language with its sentences and words.

    Attributes
    ----------
    code : str
        "en" or "ko".
    texts, words : mapping
        Sentences by key; words by the English.
    """

    code: str
    texts: Mapping[str, str]
    words: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:  # noqa: ANN401 - whatever a sentence shows
        """Return a sentence with its values put in; `KeyError` where there is none of this key."""
        return self._filled(self.texts[key], values)

    def word(self, english: str, **values: Any) -> str:  # noqa: ANN401
        """Return a word or a label in this language, as it is where the language has no other; values are put in."""
        found = self.words.get(english, english)
        if not values:
            return found
        return self._filled(found, values)

    def _filled(self, text: str, values: Mapping[str, Any]) -> str:
        filled = _Formatter().vformat(text, (), values)
        return (with_particles(filled) if self.code == "ko" else filled).replace(_OPEN, "[")


def ended(text: str, *, is_last: bool = True) -> str:
    """Return a clause with the ending that it has as the last of a sentence, or before another one.

    Korean verbs differ there; both forms stand in the text as "⟨진다|지고⟩".
    """
    return _ENDING.sub(lambda found: found[1] if is_last else found[2], text)


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in table.items():
        found |= _flat(entry, f"{above}{name}.") if isinstance(entry, dict) else {f"{above}{name}": entry}
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@cache
def catalogue(code: str) -> Language:
    """Return a language by its code; `InputError` where there is no such language."""
    if code not in LANGUAGES:
        message = f"there is no language '{code}'; there are {' and '.join(LANGUAGES)}"
        raise InputError(message)
    words: dict[str, str] = {}
    if code != "en":
        for part in _read(f"{code}_words.toml").values():
            words |= part
    return Language(code, _flat(_read(f"{code}.toml")), words)


_now: ContextVar[str] = ContextVar("language", default="en")


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Say everything in a language within the block, and in the one of before after it."""
    found = catalogue(code)
    token = _now.set(code)
    try:
        yield found
    finally:
        _now.reset(token)


def language_now() -> Language:
    """Return the language that is spoken now: English outside of `speaking`."""
    return catalogue(_now.get())


def say(key: str, **values: Any) -> str:  # noqa: ANN401
    """Return a sentence in the language that is spoken now (`Language.say`)."""
    return language_now().say(key, **values)


def word(english: str, **values: Any) -> str:  # noqa: ANN401
    """Return a word or label in the language that is spoken now (`Language.word`)."""
    return language_now().word(english, **values)
