"""A sentence about a network, and the limits from which on such sentences are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

__all__ = ["Finding", "Limits", "Severity", "percent"]

Severity = Literal["note", "warning"]


class Finding(NamedTuple):
    """One thing that the structure means for a run.

    Attributes
    ----------
    name : what it is about, always the same for the same kind
    severity : "warning" where results may mislead, "note" where they only need to be read with it in mind
    text : sentence
    values : the numbers from which it follows
    """

    name: str
    severity: Severity
    text: str
    values: Mapping[str, float]


class Limits(NamedTuple):
    """Limits from which on something is said; conventions, chosen to be met seldom and not to miss what matters.

    Attributes
    ----------
    near : reproduction number from which on 1 counts as near
    large_makers : large manufacturers below which they count as few
    no_way, no_way_most : shares of firms without a way to a large manufacturer: note, warning
    without_buyers, without_suppliers : shares of firms
    outside, outside_most : shares of firms outside of the largest weak component: note, warning
    one_buyer, dependent : shares of small and medium suppliers
    open_regions, home_regions, closed_regions : assortativity by region
    one_sector : share of one sector in the suppliers of a sector
    hub, hub_most : shares of all firms that one firm has as partners: note, warning
    hub_partners : number of partners below which no firm counts as a hub
    heavy_tail : exponent below which numbers of partners have no variance; two standard errors are added
    critical, most_critical : share of all sales lost by one closure: note, warning
    group_firms : firms below which a group counts as small
    """

    near: float = 0.8
    large_makers: int = 10
    no_way: float = 0.1
    no_way_most: float = 0.5
    without_buyers: float = 0.1
    without_suppliers: float = 0.1
    outside: float = 0.05
    outside_most: float = 0.2
    one_buyer: float = 0.3
    dependent: float = 0.3
    open_regions: float = 0.02
    home_regions: float = 0.2
    closed_regions: float = 0.8
    one_sector: float = 0.9
    hub: float = 0.1
    hub_most: float = 0.25
    hub_partners: int = 50
    heavy_tail: float = 2.0
    critical: float = 0.05
    most_critical: float = 0.25
    group_firms: int = 10


def percent(share: float) -> str:
    """Return a share in per cent, as text."""
    return f"{100.0 * share:.1f} %"
