"""A gravity reconstruction from the sizes of firms and an input-output table, where links are not known.

The stripe-corrected gravity model (Ialongo, de Valk, Marchese, Jansen, Zmarrou, Squartini and Garlaschelli 2022,
"Reconstructing firm-level interactions in the Dutch input-output network from production constraints", Scientific
Reports 12:11847), derived from its equations. Firm j of sector p supplies firm i with the chance

    P_ij = z R_ip S_j / (1 + z R_ip S_j),

R_ip what firm i buys of sector p, by its sales, input share and the table, S_j the sales of firm j, 0 where it does not
supply others, and z such that the mean number of suppliers is the declared one. The expected value of a link is in
proportion to R_ip S_j, so that a link which exists has the value R_ip S_j / P_ij over the sales of its sector.
"""

from __future__ import annotations

from math import log

import numpy as np
from scipy.optimize import brentq

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform_link
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Groups, Index, Key, Small
from simulation.world.population import Population, unsigned
from simulation.world.suppliers import Suppliers, is_supplier, sectors_of

__all__ = ["choose"]

_CHOICE = int(Stream.SUPPLIER_CHOICE)
_STEP = 0.02
"""Width (log) of the size classes with which z is solved."""


@compiled
def _chance(product: float) -> float:
    """Return x / (1 + x)."""
    return product / (1.0 + product)


@compiled
def _links(
    seed: int, key: Key, bought: Float, order: Index, sold: Float, sector_start: Index, z: float
) -> tuple[Index, Small, Float]:
    """Return the start of each buyer's links, their suppliers and the chance of each link.

    ``bought[i, p]`` is R_ip; ``order`` lists the firms by sector, the largest first, ``sold`` their S. Chances fall
    along the list, so that one draw tells how many firms are passed over at the present chance, and a second whether
    the one met is taken at its own (Miller and Hagberg 2011).
    """
    n, sectors = key.size, bought.shape[1]
    start = np.zeros(n + 1, np.int64)
    room = max(16, 2 * n)
    supplier, chance = np.empty(room, np.int32), np.empty(room, np.float64)
    made = 0
    for i in range(n):
        asked = 0
        for p in range(sectors):
            at, end = sector_start[p], sector_start[p + 1]
            if at == end or bought[i, p] <= 0.0:
                continue
            present = _chance(z * bought[i, p] * sold[at])
            while at < end and present > 0.0:
                skip = 0.0
                if present < 1.0:
                    skip = log(uniform_link(seed, _CHOICE, START_MONTH, key[i], asked, 0)) / log(1.0 - present)
                asked += 1
                if skip >= end - at:
                    break
                at += int(skip)
                own = _chance(z * bought[i, p] * sold[at])
                is_taken = uniform_link(seed, _CHOICE, START_MONTH, key[i], asked, 1) * present < own
                if is_taken and order[at] != i:
                    if made == room:
                        room *= 2
                        supplier = np.append(supplier, np.empty(room - made, np.int32))
                        chance = np.append(chance, np.empty(room - made, np.float64))
                    supplier[made], chance[made] = order[at], own
                    made += 1
                present = own
                at += 1
        start[i + 1] = made
    return start, supplier[:made].copy(), chance[:made].copy()


def _classes(size: Float, group: Small) -> tuple[Float, Small, Float]:
    """Return sizes in classes of a few per cent: size, group and number of firms of each class."""
    is_present = size > 0.0
    levels = np.rint(np.log(size[is_present]) / _STEP).astype(np.int64)
    pairs, counts = np.unique(np.stack([group[is_present].astype(np.int64), levels]), axis=1, return_counts=True)
    return np.exp(pairs[1] * _STEP), pairs[0].astype(np.int32), counts.astype(np.float64)


def _solved(size: Float, sold: Float, sector: Small, mix: Float, links: float) -> float:
    """Return z with which the expected number of links is as wanted; 0 where there can be none."""
    buying, own, buyers = _classes(size, sector)
    selling, other, sellers = _classes(sold, sector)
    product = (buying[:, np.newaxis] * mix[own][:, other]) * selling
    pairs = buyers[:, np.newaxis] * sellers
    most = float(pairs[product > 0.0].sum())
    if links <= 0.0 or most <= 0.0:
        return 0.0
    wanted = min(links, 0.999 * most)
    middle = log(wanted / float((pairs * product).sum()))

    def excess(exponent: float) -> float:
        scaled = np.exp(exponent) * product
        return float((pairs * scaled / (1.0 + scaled)).sum()) / wanted - 1.0

    return float(np.exp(brentq(excess, middle - 1.0, middle + 60.0, xtol=1e-10)))


def choose(population: Population, groups: Groups, scenario: Scenario, seed: int) -> Suppliers:
    """Return who buys from whom."""
    sector = sectors_of(population, groups)
    mix = np.array([[scenario.network.sector_mix[own][other] for other in groups.sectors] for own in groups.sectors])
    members = groups.members()
    sizes, shares = scenario.population.sizes, scenario.firms.input_share
    sales = population.sales
    if sales is None:
        sales = (
            population.workers * np.array([sizes[size].sales_per_worker for size, _, _ in members])[population.group]
        )
    purchases = sales * np.array([shares[name] for name in groups.sectors])[sector]
    sold = np.where(is_supplier(population, groups, scenario, seed), sales, 0.0)
    order = np.lexsort((population.key, -sold, sector))
    z = _solved(purchases, sold, sector, mix, scenario.network.mean_suppliers * sector.size)
    start, supplier, chance = _links(
        unsigned(seed),
        population.key,
        purchases[:, np.newaxis] * mix[sector],
        order,
        sold[order],
        np.searchsorted(sector[order], np.arange(len(groups.sectors) + 1)).astype(np.int64),
        z,
    )
    of_sector = np.bincount(sector, sold, len(groups.sectors))[sector[supplier]]
    buyer = np.repeat(np.arange(sector.size), np.diff(start))
    return Suppliers(start, supplier, mix[sector[buyer], sector[supplier]] * sold[supplier] / (of_sector * chance))
