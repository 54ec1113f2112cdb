"""How far small suppliers depend on single buyers, and how many of them a large manufacturer has.

Means and shares over firms count each firm by its weight (`Firms.weight`), since large firms and small cells are
over-sampled; numbers of partners are those of the model.
"""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state import Float, Small, World
from simulation.world.diagnosis.classes import Mask, classes_of

__all__ = ["LARGE_BUYER_WORKERS", "Buying", "Selling", "buying_of", "largest_sales_shares", "selling_of"]

LARGE_BUYER_WORKERS = 1000.0
"""Workers from which a large manufacturer counts as very large."""


class Selling(NamedTuple):
    """Small and medium firms as suppliers: those of all sectors, or manufacturers alone.

    Attributes
    ----------
    firms, suppliers : numbers of the firms, and of those that supply any firm of the network
    share : share of the firms that supply
    share_large, share_large_makers : shares of the firms that supply a large firm, a large manufacturer directly
    buyers, large_buyers, sme_buyers : mean numbers of buyers of a supplier
    one_buyer : share of suppliers with one buyer only
    network_sales : mean over suppliers of the share of the network in all sales
    main_in_network : mean over suppliers of the main buyer's share in sales to the network
    main_in_sales : mean over suppliers of the main buyer's share in all sales
    dependent : share of suppliers that sell half or more of all to one buyer
    """

    firms: int
    suppliers: int
    share: float
    share_large: float
    share_large_makers: float
    buyers: float
    large_buyers: float
    sme_buyers: float
    one_buyer: float
    network_sales: float
    main_in_network: float
    main_in_sales: float
    dependent: float


class Buying(NamedTuple):
    """Large manufacturers as buyers.

    Attributes
    ----------
    firms, very_large : numbers of large manufacturers, and of those with 1,000 workers and more
    suppliers, very_large_suppliers : mean numbers of small and medium suppliers, of any sector, of each
    maker_suppliers, very_large_maker_suppliers : the same of small and medium manufacturers alone
    sme_share : mean share of small and medium firms in their purchases
    """

    firms: int
    very_large: int
    suppliers: float
    very_large_suppliers: float
    maker_suppliers: float
    very_large_maker_suppliers: float
    sme_share: float


def _mean(values: Float, weight: Float, mask: Mask) -> float:
    """Return the weighted mean over the firms of a mask, NaN without any."""
    return float(np.average(values[mask], weights=weight[mask])) if mask.any() else nan


def _summed(place: Small, counted: NDArray[Any], n: int) -> Float:
    """Return (n,) the sum over the links of each firm, which stands in ``place``."""
    summed: Float = np.bincount(place, counted, n).astype(np.float64)  # whole numbers where there are no links
    return summed


def largest_sales_shares(world: World) -> Float:
    """Return (n,) the largest share of one buyer in a firm's sales, 0 without buyers."""
    largest: Float = np.zeros(world.firms.key.size)
    np.maximum.at(largest, world.links.supplier, world.links.sales_share)
    return largest


def selling_of(world: World, *, is_makers_only: bool) -> Selling:
    """Return how small and medium firms, or the manufacturers among them, depend on their buyers."""
    links, weight = world.links, world.firms.weight
    n = weight.size
    classes = classes_of(world)

    def to(mask: Mask) -> Float:
        return _summed(links.supplier, mask[links.buyer], n)

    is_small = classes.is_sme & (classes.is_maker if is_makers_only else True)
    buyers, large = to(np.ones(n, np.bool_)), to(~classes.is_sme)
    largest, sold = largest_sales_shares(world), _summed(links.supplier, links.sales_share, n)
    supplies = is_small & (buyers > 0)
    main = np.divide(largest, sold, out=np.zeros(n), where=sold > 0.0)

    def share(mask: Mask, among: Mask) -> float:
        return _mean(mask.astype(np.float64), weight, among)

    return Selling(
        firms=int(is_small.sum()),
        suppliers=int(supplies.sum()),
        share=share(buyers > 0, is_small),
        share_large=share(large > 0, is_small),
        share_large_makers=share(to(~classes.is_sme & classes.is_maker) > 0, is_small),
        buyers=_mean(buyers, weight, supplies),
        large_buyers=_mean(large, weight, supplies),
        sme_buyers=_mean(buyers - large, weight, supplies),
        one_buyer=share(buyers == 1, supplies),
        network_sales=_mean(sold, weight, supplies),
        main_in_network=_mean(main, weight, supplies & (sold > 0.0)),
        main_in_sales=_mean(largest, weight, supplies),
        dependent=share(largest >= 0.5, supplies),
    )


def buying_of(world: World) -> Buying:
    """Return how many small suppliers large manufacturers have."""
    links, weight = world.links, world.firms.weight
    n = weight.size
    classes = classes_of(world)
    small = classes.is_sme[links.supplier].astype(np.float64)
    suppliers = _summed(links.buyer, small, n)
    makers = _summed(links.buyer, small * classes.is_maker[links.supplier], n)
    part = _summed(links.buyer, small * links.weight, n)
    large = ~classes.is_sme & classes.is_maker
    very = large & (world.firms.workers >= LARGE_BUYER_WORKERS)
    return Buying(
        firms=int(large.sum()),
        very_large=int(very.sum()),
        suppliers=_mean(suppliers, weight, large),
        very_large_suppliers=_mean(suppliers, weight, very),
        maker_suppliers=_mean(makers, weight, large),
        very_large_maker_suppliers=_mean(makers, weight, very),
        sme_share=_mean(part, weight, large & (np.diff(links.start) > 0)),
    )
