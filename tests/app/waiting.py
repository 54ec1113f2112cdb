"""Waiting for a page."""

from __future__ import annotations

from time import monotonic

_LONGEST = 120.0
"""Seconds; a slow machine fails nothing."""


def until(page, condition: str) -> None:
    """Wait for a condition. The page's own policy forbids the driver's way of waiting, which is to eval there."""
    end = monotonic() + _LONGEST
    while not page.evaluate(condition):
        assert monotonic() < end, f"never came true: {condition}"
        page.wait_for_timeout(40)
