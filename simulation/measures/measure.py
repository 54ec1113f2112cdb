"""What a measure is: a function of a run's tallies, with unit, label and the groups for which it has a meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state import COLUMNS, Awards, Float, Groups, Tallies

__all__ = [
    "Mask",
    "Measure",
    "Record",
    "Scope",
    "capital_mask",
    "column",
    "labels",
    "log_odds",
    "pool_label",
    "pooled_label",
    "ratio",
    "region_pool_label",
    "side_by_side",
    "sme_mask",
]

Mask = NDArray[np.bool_]
Scope = Literal["every", "all", "sectors", "sizes"]


class Record(NamedTuple):
    """What one run leaves behind for its measures.

    Attributes
    ----------
    groups : names of the classes of firms
    tallies : sums by month and group
    awards : the books of the programmes
    ceiling : largest user share u_max
    """

    groups: Groups
    tallies: Tallies
    awards: Awards
    ceiling: float


def side_by_side(records: Sequence[Record]) -> Record:
    """Return the months of several records of the same groups one after the other: measures look at months singly."""
    first = records[0]
    tallies = Tallies._make(
        np.concatenate(parts) for parts in zip(*(record.tallies for record in records), strict=True)
    )
    awards = first.awards._replace(
        # Whose programmes they are does not matter to measures.
        spent=np.concatenate([record.awards.spent.sum(axis=0) for record in records])[np.newaxis],
        private_cost=np.concatenate([record.awards.private_cost for record in records]),
        lead_cost=np.concatenate([record.awards.lead_cost for record in records]),
    )
    return first._replace(tallies=tallies, awards=awards)


@dataclass(frozen=True)
class Measure:
    """One outcome.

    Attributes
    ----------
    name, label, unit : str
        Name in tables, words for people, unit of the value.
    of : callable
        Function of the record and the mask (G,) of groups, giving (T,) values by month.
    scope : {"every", "all", "sectors", "sizes"}
        For which labels it is recorded: every one; the total; the total and each sector; each size.
    """

    name: str
    label: str
    unit: str
    of: Callable[[Record, Mask], Float]
    scope: Scope = "every"


@cache
def labels(groups: Groups, scope: Scope) -> Mapping[str, Mask]:
    """Return the masks (G,) of all labels of a scope: "all", "large", "manufacturing", "large manufacturing", ..."""
    members = groups.members()

    def mask(size: str | None = None, sector: str | None = None, region: str | None = None) -> Mask:
        return np.array(
            [
                (size is None or size == s) and (sector is None or sector == c) and (region is None or region == r)
                for s, c, r in members
            ]
        )

    small, capital = sme_mask(groups), capital_mask(groups)
    pools = {pool_label(groups, is_sme): small == is_sme for is_sme in (False, True) if is_sme in groups.is_sme}
    if scope == "sizes":
        return {size: mask(size=size) for size in groups.sizes} | pools
    found = {"all": mask()}
    if scope == "all":
        return found
    if scope == "every":
        found |= {size: mask(size=size) for size in groups.sizes} | pools
    sectors = {sector: mask(sector=sector) for sector in groups.sectors}
    found |= sectors
    if scope == "every":
        found |= {region: mask(region=region) for region in groups.regions}
        found |= {f"{s} {c}": mask(size=s, sector=c) for s in groups.sizes for c in groups.sectors}
        found |= {f"{s} {r}": mask(size=s, region=r) for s in groups.sizes for r in groups.regions}
        areas = {
            region_pool_label(groups, is_capital): capital == is_capital
            for is_capital in (True, False)
            if is_capital in groups.is_capital
        }
        found |= areas
        # Where a pool is one class its labels are those of the class, and nothing is added here.
        found |= {f"{p} {c}": pools[p] & sectors[c] for p in pools for c in sectors}
        found |= {f"{p} {a}": pools[p] & areas[a] for p in pools for a in areas}
    return found


def pool_label(groups: Groups, is_sme: bool) -> str:
    """Return the label of all large or of all small and medium firms: the size's own name where it is the only one."""
    sizes = [size for size, small in zip(groups.sizes, groups.is_sme, strict=True) if small == is_sme]
    if len(sizes) == 1:
        return sizes[0]
    return "all smes" if is_sme else "all large"


def region_pool_label(groups: Groups, is_capital: bool) -> str:
    """Return the label of the capital or of all other regions: the region's own name where it is the only one."""
    regions = [name for name, inside in zip(groups.regions, groups.is_capital, strict=True) if inside == is_capital]
    if len(regions) == 1:
        return regions[0]
    return "all capital" if is_capital else "all elsewhere"


def pooled_label(groups: Groups, label: str) -> str:
    """Return the label of what surveys call "sme manufacturing" or "sme capital", whatever the classes are called.

    The words "large" and "sme" stand for all classes of such sizes, "capital" and "elsewhere" for all regions in and
    out of the capital, unless a class has that name. Other words are left as they are.
    """
    taken = {*groups.sizes, *groups.sectors, *groups.regions}
    pools = {
        "large": pool_label(groups, False),
        "sme": pool_label(groups, True),
        "capital": region_pool_label(groups, True),
        "elsewhere": region_pool_label(groups, False),
    }
    if label in taken:
        return label
    return " ".join(word if word in taken else pools.get(word, word) for word in label.split(" "))


def column(record: Record, name: str, mask: Mask) -> Float:
    """Return (T,) the sum of a tally column over the groups of a mask."""
    summed: Float = record.tallies.groups[:, mask, COLUMNS.index(name)].sum(axis=1)
    return summed


def ratio(above: Float, below: Float) -> Float:
    """Return above / below, NaN where below is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0.0, above / np.where(below > 0.0, below, 1.0), np.nan)


def log_odds(share: Float, ceiling: float = 1.0) -> Float:
    """Return ln(share / (ceiling - share)), NaN where the share is 0 or at the ceiling."""
    is_inside = (share > 0.0) & (share < ceiling)
    safe = np.where(is_inside, share, ceiling / 2.0)
    return np.where(is_inside, np.log(safe / (ceiling - safe)), np.nan)


def sme_mask(groups: Groups) -> Mask:
    """Return (G,) whether a group is small or medium."""
    return np.array([groups.is_sme[groups.sizes.index(size)] for size, _, _ in groups.members()])


def capital_mask(groups: Groups) -> Mask:
    """Return (G,) whether a group is in the capital region."""
    return np.array([groups.is_capital[groups.regions.index(region)] for _, _, region in groups.members()])
