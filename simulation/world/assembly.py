"""From firms and links to a world: tiers, sales, dependence, and what firms of a group are like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled
from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Firms, Float, Groups, Index, Links, Small, World
from simulation.world.network import Network
from simulation.world.population import Population

__all__ = ["KEY_SHARE", "assemble", "reconnected", "sales_of", "supplier_tiers"]

KEY_SHARE = 0.3
"""Share of a firm's sales that makes it a key supplier of the large buyer that takes it."""

_SWEEPS = 10_000
_SETTLED = 1e-14


@compiled
def supplier_tiers(start: Index, supplier: Small, is_first: Bool) -> Small:
    """Return (n,) the fewest links from a firm to a firm marked first along its sales, -1 where there is no way."""
    n = is_first.size
    tier = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        if is_first[i] == 1:
            tier[i] = 0
            queue[count] = i
            count += 1
    served = 0
    while served < count:
        i = queue[served]
        served += 1
        for link in range(start[i], start[i + 1]):
            j = supplier[link]
            if tier[j] < 0:
                tier[j] = tier[i] + 1
                queue[count] = j
                count += 1
    return tier


@compiled
def _sales(start: Index, supplier: Small, weight: Float, input_share: Float, final_demand: Float) -> tuple[Float, bool]:
    """Return (n,) y with y_j = F_j + sum_i w_ij input_share_i y_i, and whether the sweeps settled."""
    n = final_demand.size
    sales = final_demand.copy()
    for _ in range(_SWEEPS):
        following = final_demand.copy()
        for i in range(n):
            bought = input_share[i] * sales[i]
            for link in range(start[i], start[i + 1]):
                following[supplier[link]] += weight[link] * bought
        change = 0.0
        for i in range(n):
            if following[i] > 0.0:
                change = max(change, abs(following[i] - sales[i]) / following[i])
        sales = following
        if change < _SETTLED:
            return sales, True
    return sales, False


def sales_of(firms: Firms, links: Links) -> Float:
    """Return (n,) sales in million won a year: final demand and what the buyers purchase, in order of their keys."""
    sales: Float = _purchases(links.supplier, links.value, links.sales_link, firms.final_demand.size)
    return sales + firms.final_demand


def _purchases(supplier: Small, value: Float, sales_link: Index, n: int) -> Float:
    """Return (n,) what the buyers purchase from each firm, added in the order of ``sales_link``."""
    added: Float = np.bincount(supplier[sales_link], value[sales_link], n).astype(np.float64)
    return added


def _by_group(groups: Groups, group: Small, values: list[float]) -> Float:
    """Return (n,) the value of each firm's group, from a list in the order of the groups."""
    table: Float = np.array(values, dtype=np.float64)[group]
    return table


def _final_demand(
    population: Population, tier: Small, has_buyers: NDArray[np.bool_], groups: Groups, scenario: Scenario
) -> Float:
    """Return (n,) the sales that workers alone would give times the share of the firm's tier."""
    sizes, shares = scenario.population.sizes, scenario.network.final_demand
    by_workers = population.workers * _by_group(
        groups, population.group, [sizes[size].sales_per_worker for size, _, _ in groups.members()]
    )
    share = np.full(tier.size, shares["deeper"])
    for number in range(3):
        share[tier == number] = shares[f"tier {number}"]
    share[~has_buyers] = shares["no buyers"]
    demand: Float = by_workers * share
    return demand


def _preferred(given: Float | None, otherwise: Float) -> Float:
    """Return the given values, and the other ones where they are NaN."""
    return otherwise if given is None else np.where(np.isnan(given), otherwise, given)


def _demand_and_value(
    population: Population, network: Network, buyer: Small, input_share: Float, generated_demand: Float
) -> tuple[Float, Float, tuple[str, ...]]:
    """Return (n,) final demand, (m,) purchase values, and what had to be changed in own sales figures.

    What own tables give is taken as it is. Final demand that they do not give is what sales leave over, or follows
    from workers; purchases that they do not give are input shares of the sales, which solve for themselves if need be.
    """
    value, sales = network.value, population.sales
    if sales is None:
        demand = _preferred(population.final_demand, generated_demand)
        if value is not None:
            return demand, value, ()
        sales, has_settled = _sales(network.start, network.supplier, network.weight, input_share, demand)
        if not has_settled:
            message = "sales grow without end: firms buy all that they sell from one another (firms.input_share)"
            raise InputError(message)
        return demand, network.weight * (input_share * sales)[buyer], ()
    if value is None:
        value = network.weight * (input_share * sales)[buyer]
    rest = sales - np.bincount(network.supplier, value, sales.size)
    if population.final_demand is not None:
        rest = np.where(np.isnan(population.final_demand), rest, 0.0)
    short = int((rest < 0.0).sum())
    fills = (
        (
            f"sales of {short:,} of {rest.size:,} firms were below what the buyers in the links purchase from them "
            "and were raised to that",
        )
        if short
        else ()
    )
    return _preferred(population.final_demand, np.maximum(rest, 0.0)), value, fills


def _observed_input_share(purchases: Float, sales: Float) -> tuple[Float, tuple[str, ...]]:
    """Return (n,) purchases over sales, at most 1, and a sentence about firms that buy more than they sell."""
    share = np.divide(purchases, sales, out=np.zeros_like(sales), where=sales > 0.0)
    above = int((share > 1.0).sum())
    said = f"purchases of {above:,} of {share.size:,} firms exceed their sales; their input share was taken as 1"
    return np.minimum(share, 1.0), (said,) if above else ()


@compiled
def _by_supplier(start: Index, supplier: Small, by_key: Index) -> tuple[Index, Index]:
    """Return (n + 1,) where each supplier's sales begin in the second, (m,) links by supplier and key of the buyer.

    ``by_key`` lists the buyers in the order of their keys.
    """
    first = np.zeros(by_key.size + 1, np.int64)
    for link in range(supplier.size):
        first[supplier[link] + 1] += 1
    for j in range(by_key.size):
        first[j + 1] += first[j]
    place = first[:-1].copy()
    ordered = np.empty(supplier.size, np.int64)
    for buyer in by_key:
        for link in range(start[buyer], start[buyer + 1]):
            ordered[place[supplier[link]]] = link
            place[supplier[link]] += 1
    return first, ordered


def _links(network: Network, buyer: Small, value: Float, sales: Float, sales_start: Index, ordered: Index) -> Links:
    """Return the links with sales shares; sales of each supplier are ``ordered`` as `_by_supplier` has found."""
    supplier = network.supplier
    share = np.divide(value, sales[supplier], out=np.zeros_like(value), where=sales[supplier] > 0.0)
    return Links(
        start=network.start.astype(np.int64),
        supplier=supplier.astype(np.int32),
        buyer=buyer,
        weight=network.weight,
        value=value,
        sales_share=share,
        is_critical=network.is_critical.astype(np.uint8),
        sales_start=sales_start,
        sales_link=ordered,
    )


def assemble(population: Population, network: Network, groups: Groups, scenario: Scenario) -> World:
    """Return the world of firms and links, with everything that follows from both.

    Tiers are counted from large manufacturers; final demand follows from workers and tier (or from own sales
    figures); sales solve y_j = F_j + sum_i V_ij with V_ij = w_ij x input share x y_i.

    Raises
    ------
    InputError
        Sales have no finite solution.
    """
    n = population.key.size
    group = population.group
    members = groups.members()
    buyer = np.repeat(np.arange(n, dtype=np.int32), np.diff(network.start))
    is_large = np.array([not groups.is_sme[groups.sizes.index(size)] for size, _, _ in members])[group]
    is_maker = np.array([groups.is_manufacturing[groups.sectors.index(sector)] for _, sector, _ in members])[group]
    tier = supplier_tiers(network.start, network.supplier, (is_large & is_maker).astype(np.uint8))
    has_buyers = np.bincount(network.supplier, minlength=n) > 0
    tables = scenario.firms
    by_sector = _by_group(groups, group, [tables.input_share[sector] for _, sector, _ in members])
    input_share = _preferred(population.input_share, by_sector)
    input_share[np.diff(network.start) == 0] = 0.0
    final_demand, value, fills = _demand_and_value(
        population, network, buyer, input_share, _final_demand(population, tier, has_buyers, groups, scenario)
    )
    sales_start, ordered = _by_supplier(
        network.start.astype(np.int64), network.supplier.astype(np.int32), np.argsort(population.key, kind="stable")
    )
    sales = _purchases(network.supplier, value, ordered, n) + final_demand
    if network.value is not None:
        observed, capped = _observed_input_share(np.bincount(buyer, value, n).astype(np.float64), sales)
        input_share, fills = _preferred(population.input_share, observed), fills + capped
    links = _links(network, buyer, value, sales, sales_start, ordered)
    is_key_link = (links.sales_share >= KEY_SHARE) & is_large[buyer]

    def table(values: dict[str, float]) -> Float:
        return _by_group(groups, group, [values[size] for size, _, _ in members])

    def sector_table(values: dict[str, dict[str, float]]) -> Float:
        return _by_group(groups, group, [values[size][sector] for size, sector, _ in members])

    firms = Firms(
        key=population.key,
        group=group,
        cell=(group % (len(groups.sectors) * len(groups.regions))).astype(np.int32),
        weight=population.weight,
        workers=population.workers,
        final_demand=final_demand,
        input_share=input_share,
        reinvested=table(tables.reinvested),
        capacity_start=population.capacity_start,
        own_defects=sector_table(tables.own_defects),
        late_chance=sector_table(tables.late_chance),
        adoption_cost=table(tables.adoption_cost),
        install_cost=table(tables.install_cost),
        critical_suppliers=np.bincount(buyer, network.is_critical, n).astype(np.int32),
        tier=tier,
        is_key_supplier=(np.bincount(network.supplier, is_key_link, n) > 0).astype(np.uint8),
        is_large=is_large.astype(np.uint8),
    )
    return World(groups, firms, links, population.names, population.fills + fills)


def reconnected(world: World, supplier: Small) -> Links:
    """Return the links of a world with other suppliers (m,); what a slot buys stays the same."""
    links, firms = world.links, world.firms
    network = Network(links.start, supplier, links.weight, links.is_critical)
    sales_start, ordered = _by_supplier(links.start, supplier, np.argsort(firms.key, kind="stable"))
    sales = _purchases(supplier, links.value, ordered, firms.key.size) + firms.final_demand
    return _links(network, links.buyer, links.value, sales, sales_start, ordered)
