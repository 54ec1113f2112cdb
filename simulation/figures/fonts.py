"""Fonts for names in scripts that matplotlib's own font lacks, such as Hangul: installed ones, or none."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font

__all__ = ["FAMILIES", "families", "has_korean", "is_writable"]

FAMILIES = (
    "Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "NanumGothic", "NanumBarunGothic", "Malgun Gothic",
    "Apple SD Gothic Neo", "AppleGothic", "UnDotum", "Baekmuk Dotum", "Noto Sans CJK JP", "Noto Sans CJK SC",
    "Droid Sans Fallback", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
"""Families with Hangul and Chinese characters, the preferred first."""

_STEMS = (
    "notosanscjk", "notosanskr", "sourcehansans", "nanumgothic", "nanumbarungothic", "malgun", "applesdgothicneo",
    "applegothic", "undotum", "dotum", "droidsansfallback", "wqyzenhei", "arialuni",
)  # fmt: skip
"""How the names of their files begin, without anything but letters."""


@cache
def families(language: str = "en") -> tuple[str, ...]:
    """Return DejaVu Sans, which comes with matplotlib, and the first of `FAMILIES` that is installed.

    For Korean the latter comes first, so that digits and Latin letters are of the same hand as the rest.
    """
    installed = {font.name for font in fontManager.ttflist}
    if not installed & set(FAMILIES):
        installed |= _found_anew()
    found = ("DejaVu Sans", *[name for name in FAMILIES if name in installed][:1])
    return found[::-1] if language == "ko" else found


class _Weights(logging.Filter):
    """Leaves out that a family has another weight than bold: the nearest is taken, which is what is wanted."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a message is told."""
        return not record.getMessage().startswith("findfont: Failed to find font weight")


logging.getLogger("matplotlib.font_manager").addFilter(_Weights())


def _found_anew() -> set[str]:
    """Return the families of fonts that were installed after matplotlib made its list, and add them to it."""
    before = len(fontManager.ttflist)
    for path in findSystemFonts():
        name = re.sub(r"[^a-z]", "", Path(path).stem.lower())
        if name.startswith(_STEMS):
            try:
                fontManager.addfont(path)
            except (OSError, RuntimeError):  # a font that cannot be read is none
                continue
    return {font.name for font in fontManager.ttflist[before:]}


def has_korean() -> bool:
    """Say whether a font with Hangul is installed."""
    return is_writable("한국어")


@cache
def _letters() -> frozenset[int]:
    """Return the code points that the fonts of `families` can write."""
    known: set[int] = set()
    for family in families():
        known |= set(get_font(findfont(FontProperties(family=[family]))).get_charmap())
    return frozenset(known)


def is_writable(text: str) -> bool:
    """Say whether the fonts of `families` have a sign for every letter of a text."""
    return all(ord(letter) in _letters() or letter == "\n" for letter in text)
