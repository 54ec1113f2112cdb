"""Who pays: promises awards to firms while money remains, pays them, and keeps the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from simulation.engines.empty import new_awards
from simulation.engines.turning import turned
from simulation.policies import Lever
from simulation.policies.programmes import programmes
from simulation.randomness import Stream
from simulation.rules.money import firms_per_customer

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["Government"]


class Government:
    """Promises awards while money remains, pays them, and keeps the books (`simulation.state.Awards`).

    In the books every amount counts times the weight of the firm that it is for.
    """

    def __init__(self, model: SupplyChainModel) -> None:
        firms, groups = model.world.firms, model.world.groups
        self.model = model
        self.levers: Mapping[str, Lever] = model.scenario.policy
        self.programmes = programmes(model.scenario.policy, firms, groups, model.scenario.budget)
        self.awards = new_awards(self.programmes, firms.key.size, model.scenario.time.months)

    def change_policy(self, levers: Mapping[str, Lever]) -> None:
        """Go on under other levers from this month."""
        world, month = self.model.world, self.model.month
        coming = programmes(levers, world.firms, world.groups, self.model.scenario.budget)
        self.programmes, self.awards = turned(month, self.levers, levers, self.programmes, coming, self.awards)
        self.levers = levers

    def act(self) -> None:
        """End old awards, promise new ones, pay this month's, and tell every firm what it gets."""
        month, plan, books = self.model.month, self.programmes, self.awards
        for firm in self.model.firms:
            firm.adoption_subsidy = firm.access_subsidy = firm.training = 0.0
            firm.reinvestment = firm.pressure = firm.overdue = firm.support = firm.own_cost = 0.0
            firm.mandated = 0
            firm.lead = firm.lead_customer()
        for p in range(plan.first.size):
            early = max(0, plan.duration[p] - plan.grant_months[p])
            for i in np.flatnonzero((books.until[p] >= 0) & (books.until[p] - early < month)):
                books.reserved[p] -= self.model.firms[i].weight * books.promised[p, i]
                books.promised[p, i] = 0.0
                if books.until[p, i] < month:
                    books.until[p, i] = -1
            since = month - plan.first[p]
            if since < 0:
                continue
            if since % 12 == 0:
                books.spent_year[p] = 0.0
            if month <= plan.last[p]:
                self._promise(p)
            for i in np.flatnonzero(books.until[p] >= month):
                self._help(p, self.model.firms[i])

    def _help(self, p: int, firm: Firm) -> None:
        """Pay this month's part of an award, and tell the firm what it gets."""
        month, plan, books, i = self.model.month, self.programmes, self.awards, firm.index
        monthly = plan.monthly[p, i]
        if plan.needs_lead[p] and firm.lead is None:
            books.reserved[p] -= firm.weight * monthly
            return
        if monthly > 0.0:
            self._pay(p, firm, monthly)
            self._share_cost(p, firm, float(monthly))
        if books.promised[p, i] > 0.0:  # not after adopting: who quits and adopts again was promised nothing
            firm.adoption_subsidy = min(1.0, firm.adoption_subsidy + float(plan.adoption_subsidy[p, i]))
        firm.access_subsidy = min(1.0, firm.access_subsidy + float(plan.access_subsidy[p, i]))
        firm.training += float(plan.training[p, i])
        if firm.lead is not None:
            firm.training += float(plan.development[p, i]) * max(0.0, firm.lead.capacity - firm.capacity)
        firm.reinvestment += float(plan.reinvestment[p, i])
        if plan.grace[p] >= 0 and month > plan.last[p]:
            return
        firm.pressure += float(plan.pressure[p, i])
        if plan.grace[p] < 0 or plan.pressure[p, i] == plan.overdue[p, i] == 0.0:
            return  # no mandate, or one that is switched off
        covered = month - (books.until[p, i] - plan.duration[p] + 1)
        is_overdue = covered >= plan.grace[p] and not firm.adopted
        firm.mandated = max(firm.mandated, 2 if is_overdue else 1)
        if is_overdue:
            firm.overdue += float(plan.overdue[p, i])

    def _share_cost(self, p: int, firm: Firm, public: float) -> None:
        """Charge the lead customer and the firm with what they pay beside the public money."""
        own, led = public * float(self.programmes.own_ratio[p]), public * float(self.programmes.lead_ratio[p])
        if firm.lead is None:
            own += led
        else:
            self._charge_lead(firm, firm.lead, led)
        self.awards.private_cost[self.model.month] += firm.weight * own
        firm.own_cost += own

    def _charge_lead(self, firm: Firm, lead: Firm, amount: float) -> None:
        """Charge a lead customer with an amount per firm, once for each of the firms that share a customer."""
        self.awards.lead_cost[self.model.month] += firm.weight * amount
        lead.own_cost += amount * firms_per_customer(firm.weight, lead.weight)

    def _cost(self, p: int, firm: Firm) -> float:
        cost = self.programmes.monthly[p, firm.index] * self.programmes.duration[p]
        return float(cost if firm.adopted else cost + self.programmes.grant[p, firm.index])

    def _place(self, p: int, firm: Firm) -> float:
        lot = firm.draw(Stream.RATIONING, p)
        need = (lot, firm.capacity + 1e-9 * lot, 1.0 - firm.capacity + 1e-9 * lot)
        return need[self.programmes.rationing[p]]

    def _promise(self, p: int) -> None:
        plan, books = self.programmes, self.awards
        left = plan.annual_budget[p] - books.spent_year[p] - books.reserved[p]
        able = [
            firm
            for firm in self.model.firms
            if plan.is_eligible[p, firm.index]
            and books.until[p, firm.index] < 0
            and (plan.takes_adopters[p] or not (firm.adopted or firm.wait > 0))
            and not (plan.needs_lead[p] and firm.lead is None)
            and books.received[p, firm.index] + self._cost(p, firm) <= plan.cap[p]
        ]
        if (
            (left <= 0.0 and plan.annual_budget[p] > 0.0)
            or not able
            or min(firm.weight * self._cost(p, firm) for firm in able) > left
        ):
            return
        for firm in sorted(able, key=lambda firm: (self._place(p, firm), firm.index)):
            cost = firm.weight * self._cost(p, firm)
            if cost > left:
                return
            left -= cost
            books.reserved[p] += cost
            books.promised[p, firm.index] = 0.0 if firm.adopted else plan.grant[p, firm.index]
            books.until[p, firm.index] = self.model.month + plan.duration[p] - 1
            if cost > 0.0:
                books.served[firm.index] = 1

    def _pay(self, p: int, firm: Firm, amount: float) -> None:
        books, money = self.awards, firm.weight * amount
        books.reserved[p] -= money
        books.spent_year[p] += money
        books.spent[p, self.model.month] += money
        books.received[p, firm.index] += amount
        firm.support += amount

    def settle(self) -> None:
        """Pay the grants of firms that adopted this month and close what they no longer need."""
        month, plan, books = self.model.month, self.programmes, self.awards
        for firm in self.model.firms:
            if not firm.adopted or firm.months_adopted > 0:
                continue
            i, own = firm.index, firm.install_cost
            for p in range(plan.first.size):
                if books.until[p, i] < month:
                    continue
                grant = min(float(books.promised[p, i]), own)
                if grant > 0.0:
                    self._pay(p, firm, grant)
                    own -= grant
                    if firm.lead is not None:
                        led = min(own, grant * float(plan.lead_ratio[p]))
                        self._charge_lead(firm, firm.lead, led)
                        own -= led
                    books.reserved[p] -= firm.weight * (books.promised[p, i] - grant)
                    books.promised[p, i] = 0.0
                if not plan.takes_adopters[p]:
                    books.reserved[p] -= firm.weight * (plan.monthly[p, i] * (books.until[p, i] - month))
                    books.until[p, i] = -1
            books.private_cost[month] += firm.weight * own
            firm.own_cost += own
