"""Which firms of a large network a picture can show: those around some large manufacturers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.measures.measure import Mask
from simulation.state import Index
from simulation.texts import word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sample", "sample_around"]

_CENTRES = 4
"""Large manufacturers around whom the sample is taken."""


class Sample(NamedTuple):
    """Part of a network.

    Attributes
    ----------
    firms : frame
        Rows of the firms drawn, renumbered; ``root`` is -1 where that firm is left out.
    links : frame
        Links between them, in the new numbers.
    is_whole : bool
        Whether nothing was left out.
    rule : str
        How the firms were chosen, in words.
    """

    firms: pd.DataFrame
    links: pd.DataFrame
    is_whole: bool
    rule: str


def sample_around(firms: pd.DataFrame, links: pd.DataFrame, largest: int) -> Sample:
    """Return at most ``largest`` firms: the large manufacturers with most sales and, tier by tier, their suppliers.

    In each tier the suppliers with the largest purchases by firms already chosen come first. Firms whose lateness
    the chosen ones inherited complete the sample. Deterministic.
    """
    if len(firms) <= largest:
        return Sample(firms, links, True, "")
    chosen, centres, what = _chosen(firms, links, largest)
    number = np.full(len(firms) + 1, -1)  # the last entry stands for firms that nobody is
    number[chosen] = np.arange(chosen.size)
    is_inside = (number[links["supplier"]] >= 0) & (number[links["buyer"]] >= 0)
    inside = links[is_inside].copy()
    for end in ("supplier", "buyer"):
        inside[end] = number[inside[end]]
    kept = firms.iloc[chosen].reset_index(drop=True)
    rule = word(
        "the {n} {what} with most sales and their suppliers tier by tier (largest purchases first)",
        n=centres,
        what=word(what),
    )
    if "root" in kept:
        kept["root"] = number[kept["root"]]
        rule += word(", and the firms where inherited lateness began")
    return Sample(kept, inside.reset_index(drop=True), False, rule)


def _chosen(firms: pd.DataFrame, links: pd.DataFrame, largest: int) -> tuple[Index, int, str]:
    """Return the rows of the sampled firms in ascending order, the number of centres, and what these are."""
    sales = firms["sales"].to_numpy(dtype=float)
    tier = firms["tier"].to_numpy()
    makers = np.flatnonzero(tier == 0)
    centres = makers if makers.size else np.arange(len(firms))
    centres = centres[np.argsort(-sales[centres], kind="stable")][:_CENTRES]
    supplier, buyer = links["supplier"].to_numpy(), links["buyer"].to_numpy()
    value = links["value"].to_numpy(dtype=float)
    is_chosen = np.zeros(len(firms), dtype=bool)
    is_chosen[centres] = True
    room = int(0.92 * largest)  # the rest is for the firms where inherited lateness began
    for share in (0.4, 0.75, 1.0):
        is_new = is_chosen[buyer] & ~is_chosen[supplier]
        bought = np.bincount(supplier[is_new], weights=value[is_new], minlength=len(firms))
        candidates = np.flatnonzero(bought > 0.0)
        free = max(0, int(share * room) - int(is_chosen.sum()))
        is_chosen[candidates[np.argsort(-bought[candidates], kind="stable")][:free]] = True
    for root in _roots(firms, is_chosen):
        if is_chosen.sum() < largest:
            is_chosen[root] = True
    return np.flatnonzero(is_chosen), int(centres.size), "large manufacturers" if makers.size else "firms"


def _roots(firms: pd.DataFrame, is_chosen: Mask) -> Index:
    """Return the firms where the inherited lateness of the chosen ones began; none before a run."""
    if "root" not in firms:
        return np.zeros(0, dtype=np.int64)
    root = firms["root"].to_numpy(dtype=np.int64)
    is_inherited = (firms["travelled"].to_numpy() > 0) & (firms["late"].to_numpy() > 0.0) & (root >= 0)
    return root[is_chosen & is_inherited]
