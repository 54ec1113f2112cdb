"""Korean particles, whose form depends on the last sound of the word before them."""

from __future__ import annotations

import re

__all__ = ["with_particles"]

_CHOICE = re.compile(r"\[([가-힣]+)/([가-힣]*)\]")
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
"""Place of the final consonant after which 로 stays as it is."""

_DIGITS = dict(zip("0123456789", (21, 8, 0, 16, 0, 0, 1, 8, 8, 0), strict=True))
"""Final consonants of 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구."""

_LETTERS = {"l": 8, "r": 0, "m": 16, "n": 4, "L": 8, "R": 8, "M": 16, "N": 4}
"""Of Latin letters at the end of a word those that are read with a final consonant."""


def with_particles(text: str) -> str:
    """Return a text in which each "[은/는]" has become the form that fits the word before it.

    The first form follows a consonant, the second a vowel; 로 follows ㄹ too. Parentheses between a word and its
    particle, quotation marks and spaces do not count, as in print.
    """
    parts, end = [], 0
    for choice in _CHOICE.finditer(text):
        parts.append(text[end : choice.start()])
        final = _final("".join(parts))
        closed, open_ = choice[1], choice[2]
        is_open = final == 0 or (final == _RIEUL and closed == f"으{open_}")
        parts.append(open_ if is_open else closed)
        end = choice.end()
    return "".join([*parts, text[end:]])


def _final(text: str) -> int:
    """Return the place of the final consonant of the last word, 0 where it ends in a vowel."""
    word = text.rstrip("'\"’”»」』 ")
    while (shorter := _ASIDE.sub("", word)) != word:
        word = shorter.rstrip("'\"’”»」』 ")
    last = word[-1:]
    if last and _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    return _DIGITS.get(last, _LETTERS.get(last, 0))
