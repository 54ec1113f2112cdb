"""Shares and lists as sentences have them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

__all__ = ["listed", "percent", "slug"]

_MOST = 5
_LONGEST = 60


def percent(share: float) -> str:
    """Return a share in per cent, two digits below ten: "0.16 %", "3.4 %", "46 %"."""
    value = 100.0 * share
    return f"{value:.2g} %" if abs(value) < 9.95 else f"{value:.0f} %"


def listed(names: Sequence[str], most: int = _MOST) -> str:
    """Return names one after the other, the first of many with the number of the rest."""
    if len(names) <= most + 1:
        return "; ".join(names)
    return f"{'; '.join(names[:most])}; and {len(names) - most} more"


def slug(text: str) -> str:
    """Return a name for files: letters, digits, dots and underscores, cut where long but different for each text."""
    signs = {"<=": " at most ", ">=": " at least ", "<": " below ", ">": " above ", " - ": " minus "}
    words = text
    for sign, word in signs.items():
        words = words.replace(sign, word)
    name = re.sub(r"[^\w.]+", "_", words).strip("_.")
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}_{zlib.crc32(text.encode()):08x}"
