"""Who buys from whom: how firms learn of their partners, and how the network changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engines.racing import candidate
from simulation.mesa_model.partners import Purchase, Sale, added
from simulation.rules import money

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["candidate_of", "change_suppliers", "tell_suppliers", "tie_firms"]


def tie_firms(model: SupplyChainModel) -> None:
    """Let every firm know what it buys from whom in each slot, and its customers."""
    links, money_steps = model.world.links, model.parameters.steps.money
    for firm in model.firms:
        for e in range(links.start[firm.index], links.start[firm.index + 1]):
            weight = model.stored(links.weight[e])
            value = money.purchase_value(weight, firm.purchases, money_steps)
            supplier = model.firms[links.supplier[e]]
            firm.suppliers.append(Purchase(supplier, weight, bool(links.is_critical[e]), value))
    model.by_key = sorted(model.firms, key=lambda firm: int(firm.key))
    tell_suppliers(model)


def tell_suppliers(model: SupplyChainModel) -> None:
    """Let every firm know its customers, in the order of their keys, and what share of its sales each takes."""
    bought: list[list[tuple[Firm, Purchase]]] = [[] for _ in model.firms]
    for buyer in model.by_key:
        for purchase in buyer.suppliers:
            bought[purchase.supplier.index].append((buyer, purchase))
    for firm, purchases in zip(model.firms, bought, strict=True):
        own = money.in_steps(firm.final_demand, model.parameters.steps.money)
        firm.sales = own + added(purchase.value for _, purchase in purchases)
        firm.customers = [
            Sale(buyer, buys.value / firm.sales if firm.sales > 0.0 else 0.0, buys.weight, buys.value)
            for buyer, buys in purchases
        ]


def change_suppliers(model: SupplyChainModel) -> None:
    """Let the network change as the buyers decided."""
    if any(firm.switched for firm in model.firms):
        model.agents.do("change_suppliers")
        tell_suppliers(model)


def candidate_of(model: SupplyChainModel, draw: float, sector: str, region: str) -> Firm:
    """Return the firm of a sector that a draw picks as a candidate for a buyer in a region."""
    groups, work = model.world.groups, model.work
    regions = len(groups.regions)
    cell = groups.sectors.index(sector) * regions + groups.regions.index(region)
    tables = (work.reach, work.alias, work.cell_start)
    chosen: Firm = model.firms[candidate(draw, cell, regions, *tables)]
    return chosen
