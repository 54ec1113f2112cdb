"""Fonts for names in scripts that matplotlib's own font lacks, such as Hangul: installed ones, or none."""

from __future__ import annotations

from functools import cache

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

__all__ = ["FAMILIES", "families", "has_korean", "is_writable"]

FAMILIES = (
    "Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "NanumGothic", "NanumBarunGothic", "Malgun Gothic",
    "Apple SD Gothic Neo", "AppleGothic", "UnDotum", "Baekmuk Dotum", "Noto Sans CJK JP", "Noto Sans CJK SC",
    "Droid Sans Fallback", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
"""Families with Hangul and Chinese characters, the preferred first."""


@cache
def families(language: str = "en") -> tuple[str, ...]:
    """Return DejaVu Sans, which comes with matplotlib, and the first of `FAMILIES` that is installed.

    For Korean the latter comes first, so that digits and Latin letters are of the same hand as the rest.
    """
    installed = {font.name for font in fontManager.ttflist}
    found = ("DejaVu Sans", *[name for name in FAMILIES if name in installed][:1])
    return found[::-1] if language == "ko" else found


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
