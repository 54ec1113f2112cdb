"""What a firm knows of its partners, and how it adds up over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm

__all__ = ["Purchase", "Sale", "added"]


class Purchase(NamedTuple):
    """What a firm buys in one slot: from whom, which share of its inputs, whether it must have it, and for how much.

    ``value`` is in million won a year; it stays with the slot when the supplier changes.
    """

    supplier: Firm
    weight: float
    is_critical: bool
    value: float


class Sale(NamedTuple):
    """To whom a firm sells, which share of its sales, which share of the buyer's inputs, and for how much a year."""

    buyer: Firm
    share: float
    weight: float
    value: float


def added(values: Iterable[float]) -> float:
    """Return the sum, added one after the other as compiled loops do (``sum`` of newer Pythons compensates)."""
    total = 0.0
    for value in values:
        total += value
    return total
