"""Numbers as text: as many figures as their uncertainty leaves."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isfinite, log10
from statistics import median

from simulation.texts.language import word

__all__ = ["MISSING", "difference_unit", "fixed", "interval", "level", "money", "places", "probability", "signed"]

MISSING = "–"
_MOST_PLACES = 3


def places(half_widths: Iterable[float], values: Iterable[float] = (), most: int = _MOST_PLACES) -> int:
    """Return the decimal places that leave two figures of a typical half width of an interval, ``most`` at most.

    Without any interval, three figures of a typical value.
    """
    for numbers, figures in ((half_widths, 2), (values, 3)):
        known = [abs(number) for number in numbers if isfinite(number) and number != 0.0]
        if known:
            return max(0, min(most, figures - 1 - floor(log10(median(known)))))
    return 1


def fixed(value: float, decimals: int) -> str:
    """Return a number with fixed decimals, thousands apart, a real minus sign, and no minus before zero."""
    if not isfinite(value):
        return MISSING
    text = f"{value:,.{decimals}f}"
    return (text if _has_figures(text) else text.removeprefix("-")).replace("-", "−")


def signed(value: float, decimals: int, *, is_clear: bool = False) -> str:
    """Return a difference with its sign; a clear one gets more decimals where they would show a zero that is none."""
    if not isfinite(value):
        return MISSING
    text = fixed(value, decimals)
    if is_clear and value != 0.0 and not _has_figures(text):
        text = fixed(value, min(9, 1 - floor(log10(abs(value)))))
    return f"+{text}" if value > 0.0 and _has_figures(text) else text


def _has_figures(text: str) -> bool:
    """Say whether a text shows anything but a zero."""
    return any(digit in text for digit in "123456789")


def interval(low: float, high: float, decimals: int) -> str:
    """Return an interval as "low to high", in the language that is spoken now; empty where there is none.

    One that leaves out 0 gets more decimals where they would show 0 to 0.
    """
    if not (isfinite(low) and isfinite(high)):
        return ""
    shown = decimals
    if low * high > 0.0 and not _has_figures(fixed(low, decimals) + fixed(high, decimals)):
        shown = min(9, 1 - floor(log10(max(abs(low), abs(high)))))
    return word("{low} to {high}", low=fixed(low, shown), high=fixed(high, shown))


def level(value: float) -> str:
    """Return a mean with about four figures."""
    if not isfinite(value):
        return MISSING
    size = abs(value)
    return fixed(value, 0 if size >= 1000.0 else 1 if size >= 100.0 else 2)


def money(value: float) -> str:
    """Return an amount in million won, rounded to whole millions."""
    return fixed(value, 0)


def probability(value: float) -> str:
    """Return a p-value with two figures, never as 0."""
    if not isfinite(value):
        return MISSING
    return "<0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def difference_unit(unit: str) -> str:
    """Return the unit of a difference, in the language spoken: points where the outcome itself is in per cent."""
    return word("points" if unit.startswith("%") else unit)
