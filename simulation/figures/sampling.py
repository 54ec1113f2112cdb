"""Which firms of a large network a picture can show: those around some large manufacturers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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
        Rows of the firms drawn, renumbered.
    links : frame
        Links between them, in the new numbers.
    inherited : list of (root, victim)
        Firms whose last delivery inherited its lateness, with the firm where it began, in the new numbers.
    is_whole : bool
        Whether nothing was left out.
    rule : str
        How the firms were chosen, in words.
    """

    firms: pd.DataFrame
    links: pd.DataFrame
    inherited: list[tuple[int, int]]
    is_whole: bool
    rule: str


def sample_around(firms: pd.DataFrame, links: pd.DataFrame, largest: int) -> Sample:
    """Return at most ``largest`` firms: the large manufacturers with most sales and, tier by tier, their suppliers.

    In each tier the suppliers with the largest purchases by firms already chosen come first. Firms whose lateness
    the chosen ones inherited complete the sample. Deterministic.
    """
    if len(firms) <= largest:
        chosen = np.arange(len(firms))
        rule = ""
    else:
        chosen, centres = _chosen(firms, links, largest)
        rule = (
            f"the {centres} large manufacturers with most sales, their suppliers tier by tier (largest purchases "
            "first), and the firms where inherited lateness began"
        )
    number = np.full(len(firms), -1)
    number[chosen] = np.arange(chosen.size)
    is_inside = (number[links["supplier"]] >= 0) & (number[links["buyer"]] >= 0)
    inside = links[is_inside].copy()
    for end in ("supplier", "buyer"):
        inside[end] = number[inside[end]]
    kept = firms.iloc[chosen].reset_index(drop=True)
    return Sample(kept, inside.reset_index(drop=True), _inherited(firms, number), len(kept) == len(firms), rule)


def _chosen(
    firms: pd.DataFrame, links: pd.DataFrame, largest: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    """Return the rows of the sampled firms in ascending order, and the number of centres."""
    sales = firms["sales"].to_numpy(dtype=float)
    tier = firms["tier"].to_numpy()
    makers = np.flatnonzero(tier == 0)
    centres = makers if makers.size else np.arange(len(firms))
    centres = centres[np.argsort(-sales[centres], kind="stable")][:_CENTRES]
    supplier, buyer = links["supplier"].to_numpy(), links["buyer"].to_numpy()
    value = links["value"].to_numpy(dtype=float)
    root = firms["root"].to_numpy()
    is_inherited = (firms["travelled"].to_numpy() > 0) & (firms["late"].to_numpy() > 0.0)
    is_chosen = np.zeros(len(firms), dtype=bool)
    is_chosen[centres] = True
    room = int(0.92 * largest)  # the rest is for the firms where inherited lateness began
    for share in (0.4, 0.75, 1.0):
        is_new = is_chosen[buyer] & ~is_chosen[supplier]
        bought = np.bincount(supplier[is_new], weights=value[is_new], minlength=len(firms))
        candidates = np.flatnonzero(bought > 0.0)
        free = max(0, int(share * room) - int(is_chosen.sum()))
        is_chosen[candidates[np.argsort(-bought[candidates], kind="stable")][:free]] = True
    for victim in np.flatnonzero(is_chosen & is_inherited):
        if is_chosen.sum() < largest:
            is_chosen[root[victim]] = True
    return np.flatnonzero(is_chosen), int(centres.size)


def _inherited(firms: pd.DataFrame, number: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, int]]:
    """Return (root, victim) in new numbers where the last delivery was late and its lateness began elsewhere."""
    root = firms["root"].to_numpy()
    is_inherited = (firms["travelled"].to_numpy() > 0) & (firms["late"].to_numpy() > 0.0) & (root >= 0)
    pairs = [(int(number[root[victim]]), int(number[victim])) for victim in np.flatnonzero(is_inherited)]
    return [(start, end) for start, end in pairs if start >= 0 and end >= 0]
