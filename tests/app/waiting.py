"""Waiting for a page, and what it complained of."""

from __future__ import annotations

from time import monotonic

_LONGEST = 120.0
"""Seconds; a slow machine fails nothing."""


def complaints(said):
    """Return what a page said beyond logs; that WebGL is slow without a graphics card is no fault of the page."""
    return [line for line in said if not line.startswith(("log:", "info:")) and "GL Driver Message" not in line]


def until(page, condition: str) -> None:
    """Wait for a condition. The page's own policy forbids the driver's way of waiting, which is to eval there."""
    end = monotonic() + _LONGEST
    while not page.evaluate(condition):
        assert monotonic() < end, f"never came true: {condition}"
        page.wait_for_timeout(40)
