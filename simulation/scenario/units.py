"""Numbers as people write them, with a unit or a percent sign, where a plain number belongs."""

from __future__ import annotations

import re

from simulation.schema import Quantity, Share

__all__ = ["plain_number"]

_LONGEST = 60
_WRITTEN = re.compile(r"\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.,]\d+)?|[+-]?\.\d+)\s*(.*?)\s*", re.ASCII | re.DOTALL)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)


def plain_number(text: str, quantity: Quantity, is_whole: bool) -> str:
    """Return how to write the number that a text means: "0.5" for "50 %" of a share, "5" for "5 days".

    Nothing where the unit is another one than declared, or the number would not be allowed.
    """
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    digits, unit = found.groups()
    number = float(_THOUSANDS.sub("", digits).replace(",", "."))
    if unit == "%" and isinstance(quantity, Share):
        number = float(f"{number / 100.0:.12g}")
    elif unit.lower().removesuffix("s") not in {"", *_names_of(quantity)}:
        return ""
    if not _is_allowed(number, quantity) or (is_whole and not number.is_integer()):
        return ""
    return str(int(number)) if is_whole else f"{number:.12g}"


def _names_of(quantity: Quantity) -> set[str]:
    """Return the unit in the singular, whole and by its first word."""
    unit = (quantity.unit or "").lower()
    return {unit.removesuffix("s"), unit.split(" ")[0].removesuffix("s")} - {"per"}


def _is_allowed(number: float, quantity: Quantity) -> bool:
    lowest = -1e12 if quantity.minimum is None else quantity.minimum
    highest = 1e12 if quantity.maximum is None else quantity.maximum
    return lowest <= number <= highest
