"""A firm as a Mesa agent, to be read from top to bottom: one month of its life.

In every phase all firms read the values from before it, then all take over their new ones: the model first calls the
method that looks at others on every firm, then the one that changes the firm.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import mesa
import numpy as np

from simulation.engines.parameters import Parameters
from simulation.randomness import Stream, uniform, uniform_link
from simulation.rules import adoption, capacity, defects, influence, lateness, money, process, review, use
from simulation.state import DEPTH_BINS, START_MONTH, Float
from simulation.world.assembly import KEY_SHARE

if TYPE_CHECKING:
    from simulation.engines.explanation import Explanation
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["Firm", "Purchase", "Sale", "added"]


class Purchase(NamedTuple):
    """What a firm buys in one slot: from whom, which share of its inputs, whether it must have it, and for how much.

    ``value`` is in million won a year; it stays with the slot when the supplier changes.
    """

    supplier: Firm
    weight: float
    is_critical: bool
    value: float


class Sale(NamedTuple):
    """To whom a firm sells, which share of its sales, and which share of the buyer's inputs."""

    buyer: Firm
    share: float
    weight: float


def added(values: Iterable[float]) -> float:
    """Return the sum, added one after the other as compiled loops do (``sum`` of newer Pythons compensates)."""
    total = 0.0
    for value in values:
        total += value
    return total


class Firm(mesa.Agent):
    """A firm: it adopts AI or not, learns, produces, and delivers with some defects and some days late.

    Attributes
    ----------
    suppliers, customers : list of Purchase, list of Sale
        In the order of slots, and of the buyers' keys.
    size, sector, region : str
    workers, weight, tier, is_key_supplier, group, cell, key
        As in `simulation.state.Firms`.
    adopted, user_share, capacity, effective, defects, late, travelled, ...
        As in `simulation.state.State`; ``root`` is the firm where this delivery's lateness began.
    adoption_subsidy, access_subsidy, training, reinvestment, pressure, overdue : float
        What policy adds this month (`simulation.state.Channels`).
    mandated : int
        0, 1 where a mandate covers the firm this month, 2 where it is overdue.
    lead : Firm or None
        The large customer that has adopted and takes most of the firm's sales, 30 % at least.
    """

    model: SupplyChainModel

    def __init__(self, model: SupplyChainModel, index: int) -> None:
        super().__init__(model)
        firms = model.world.firms
        self.index = index
        self.key = firms.key[index]
        self.group, self.cell = int(firms.group[index]), int(firms.cell[index])
        self.size, self.sector, self.region = model.members[self.group]
        self.tier, self.is_key_supplier = int(firms.tier[index]), bool(firms.is_key_supplier[index])
        self.workers, self.weight = float(firms.workers[index]), float(firms.weight[index])
        self.reinvested = float(firms.reinvested[index])
        self.adoption_cost, self.install_cost = float(firms.adoption_cost[index]), float(firms.install_cost[index])
        self.capacity_start = float(firms.capacity_start[index])
        self.usual_defects, self.late_chance = float(firms.own_defects[index]), float(firms.late_chance[index])
        self.critical_suppliers = int(firms.critical_suppliers[index])
        self.suppliers: list[Purchase] = []
        self.customers: list[Sale] = []
        self.adoption_subsidy = self.access_subsidy = self.training = 0.0
        self.reinvestment = self.pressure = self.overdue = 0.0
        self.is_large = bool(firms.is_large[index])
        self.lead: Firm | None = None
        self.adoption_chance = 0.0
        self.final_demand, self.input_share = float(firms.final_demand[index]), float(firms.input_share[index])
        self.support = self.own_cost = self.value_added = self.month_late = 0.0
        self.defects_average = self.late_average = 0.0
        self.switched = self.mandated = 0
        state = model.state
        self.sales = float(state.sales[index])
        self.adopted, self.months_adopted = int(state.adopted[index]), int(state.months_adopted[index])
        self.wait = int(state.wait[index])
        self.log_odds, self.user_share = float(state.log_odds[index]), float(state.user_share[index])
        self.capacity, self.effective = float(state.capacity[index]), float(state.effective[index])
        self.own_defects = self.own_late = self.late = 0.0
        self.defects = float(state.defects[index])
        self.root: Firm = self
        self.travelled = 0
        self.defect_parts: Float | None = None
        self.late_parts: Float | None = None

    @property
    def parameters(self) -> Parameters:
        """Parameters of the rules."""
        return self.model.parameters

    def draw(self, stream: Stream, number: int = 0) -> float:
        """Return the firm's own draw between 0 and 1 for a purpose in this month and round."""
        return uniform(self.model.run_seed, int(stream), self.model.draw_month, number, self.key)

    def explain(self, month: int | None = None) -> Explanation:
        """Explain what the firm did in a month (`SupplyChainModel.explain`); ``print`` shows it as text."""
        return self.model.explain(self.index, month)

    def begin_parts(self) -> None:
        """Begin to follow origins: all that the firm delivers now counts as its own group's."""
        groups = len(self.model.members)
        self.defect_parts, self.late_parts = np.zeros((groups, DEPTH_BINS)), np.zeros(groups)
        self.defect_parts[self.group, 0] = defects.defect_hazard(self.defects)
        self.late_parts[self.group] = self.late

    def lead_customer(self) -> Firm | None:
        """Return the large customer that has adopted and takes most of the sales, 30 % at least (ties: smaller key)."""
        leads = [s for s in self.customers if s.share >= KEY_SHARE and s.buyer.is_large and s.buyer.adopted]
        return max(leads, key=lambda sale: sale.share).buyer if leads else None

    # --- adopt or quit ----------------------------------------------------------------------------------------------

    def consider_adoption(self) -> None:
        """Look at partners and peers, and find the chance of adopting this month."""
        p = self.parameters
        if p.rule != 4 and (self.adopted or self.wait > 1):
            return
        if p.rule == 1:
            self.adoption_chance = adoption.bass_step(self.model.share_of_others(self), p.bass)
        elif p.rule == 2:
            self.adoption_chance = adoption.probability(adoption.bass_hazard(self.model.share_of_others(self), p.bass))
        elif p.rule == 3:
            own = adoption.threshold_of(
                uniform(self.model.run_seed, int(Stream.THRESHOLD), START_MONTH, 0, self.key), p.threshold
            )
            self.adoption_chance = 1.0 if adoption.threshold_adopts(self.partners_adopted(), own) else 0.0
        elif p.rule == 4:
            self.adoption_chance = adoption.logit_chance(self.partners_adopted(), p.logit)
        else:
            pressed = influence.pressure(
                added(sale.share * sale.buyer.adopted for sale in self.customers),
                added(purchase.weight * purchase.supplier.adopted for purchase in self.suppliers),
                self.model.peers_share(self),
                p.influence,
            )
            pressed += self.pressure
            index = adoption.adoption_index(
                self.model.month,
                self.capacity,
                self.user_share,
                pressed,
                self.adoption_cost,
                self.adoption_subsidy,
                p.hazard,
            )
            self.adoption_chance = adoption.probability(adoption.adoption_hazard(index, p.hazard.maximum))

    def partners_adopted(self) -> float:
        """Return the share of adopters among the partners that the rules ``threshold`` and ``logit`` look at."""
        p = self.parameters
        if p.partners == 3:
            return self.model.share_of_others(self)
        seen: list[tuple[float, int]] = []
        if p.partners != 1:
            for buys in self.suppliers:
                counts = (1.0, buys.weight, buys.value / buys.supplier.sales if buys.supplier.sales > 0.0 else 0.0)
                seen.append((counts[p.weights], buys.supplier.adopted))
        if p.partners != 0:
            seen += [((1.0, sale.weight, sale.share)[p.weights], sale.buyer.adopted) for sale in self.customers]
        whole = added(weight for weight, _ in seen)
        return added(weight * adopted for weight, adopted in seen) / whole if whole > 0.0 else 0.0

    def quits(self, luck: float) -> bool:
        """Say whether an adopter quits this month; the logit rule asks anew whether to use AI at all."""
        p = self.parameters
        if p.rule == 0:
            return luck < adoption.probability(adoption.quitting_hazard(self.effective, p.quitting))
        if p.rule == 4:
            return luck >= self.adoption_chance
        return p.rule != 3 and luck < p.bass.quitting

    def adopt_or_quit(self) -> None:
        """Adopt, quit or stay, by the firm's own draw."""
        p = self.parameters
        luck = self.draw(Stream.ADOPTION)
        if self.adopted:
            self.months_adopted += 1
            if self.quits(luck):
                self.adopted = self.months_adopted = 0
                self.wait = 0 if p.rule else p.quitting.readopt_months
            return
        self.wait = max(0, self.wait - 1)
        if self.wait == 0 and luck < self.adoption_chance:
            self.adopted = 1

    # --- use and learn ----------------------------------------------------------------------------------------------

    def aim_use(self) -> None:
        """Move the log-odds of use towards their target, which depends on how much the partners use AI."""
        partners = [purchase.supplier for purchase in self.suppliers] + [sale.buyer for sale in self.customers]
        mean = added(partner.user_share for partner in partners) / len(partners) if partners else 0.5
        target = use.target_log_odds(
            self.model.month, self.capacity, self.adopted, self.access_subsidy, mean, self.parameters.use
        )
        self.log_odds = use.next_log_odds(self.log_odds, target, self.parameters.use)

    def learn(self) -> None:
        """Take over the new user share, learn from it and from training, and turn use into effect."""
        p = self.parameters
        self.user_share = use.user_share(self.log_odds, p.use)
        reinvested = min(1.0, self.reinvested + self.reinvestment)
        gain = capacity.learning(self.user_share, self.adopted, reinvested, self.training, p.capacity)
        self.capacity = capacity.next_capacity(self.capacity, self.capacity_start, gain, p.capacity)
        self.effective = capacity.effective_use(self.adopted, self.user_share, self.capacity, p.capacity)

    # --- a round of delivery ----------------------------------------------------------------------------------------

    def produce(self, number: int) -> None:
        """Make this round's own defects and own late days."""
        p = self.parameters.process
        worse = process.transition(self.adopted, self.months_adopted, p)
        self.own_defects = process.own_defects(self.usual_defects, self.effective, worse, p)
        event, length = self.draw(Stream.LATE_EVENT, number), self.draw(Stream.LATE_DAYS, number)
        self.own_late = process.own_lateness(self.late_chance, self.effective, worse, event, length, p)

    def inspect_inputs(self) -> None:
        """Find what the suppliers' last deliveries add to the own defects after incoming inspection."""
        p = self.parameters.defects
        found = defects.inspection(self.effective, p)
        own = total = defects.defect_hazard(self.own_defects)
        parts = None
        if self.defect_parts is not None:
            parts = np.zeros_like(self.defect_parts)
            parts[self.group, 0] = own
        for supplier, weight, _, _ in self.suppliers:
            hurt = defects.mismatch(self.effective, supplier.effective, p)
            passed = defects.inherited_hazard(weight, hurt, found, supplier.defects, p)
            total += passed
            whole = defects.defect_hazard(supplier.defects)
            if parts is not None and supplier.defect_parts is not None and whole > 0.0:
                moved = passed / whole * supplier.defect_parts
                parts[:, 1:] += moved[:, :-1]
                parts[:, DEPTH_BINS - 1] += moved[:, -1]
        self.next_defects = defects.defect_share(total)
        kept = defects.defect_hazard(self.next_defects)
        if parts is not None and self.next_defects == defects.LARGEST_SHARE and kept < total:
            parts *= kept / total  # a capped share is split like the uncapped one
        self.next_defect_parts = parts

    def await_inputs(self) -> None:
        """Find how long the slowest critical supplier makes the firm wait beyond its buffer, and because of whom."""
        p = self.parameters
        slack = lateness.buffer_days(self.critical_suppliers, self.effective, p.process.late_days, p.lateness)
        waits = [purchase for purchase in self.suppliers if purchase.is_critical and purchase.supplier.late > slack]
        inherited = 0.0
        self.next_root, self.next_travelled = self, 0
        parts = None if self.late_parts is None else np.zeros_like(self.late_parts)
        if waits:
            slowest = max(waits, key=lambda buys: (buys.supplier.late, buys.weight, -int(buys.supplier.key))).supplier
            inherited = slowest.late - slack
            if lateness.is_inherited(self.own_late, inherited, p.lateness):
                self.next_root, self.next_travelled = slowest.root, slowest.travelled + 1
            if parts is not None and slowest.late_parts is not None:
                parts += p.lateness.pass_through * inherited / slowest.late * slowest.late_parts
        if parts is not None:
            parts[self.group] += self.own_late
        self.next_late, self.next_late_parts = lateness.late_days(self.own_late, inherited, p.lateness), parts

    def deliver(self) -> None:
        """Deliver: the next round sees these goods."""
        self.defects, self.defect_parts = self.next_defects, self.next_defect_parts
        self.late, self.late_parts = self.next_late, self.next_late_parts
        self.root, self.travelled = self.next_root, self.next_travelled
        self.month_late += self.late

    # --- the month's end --------------------------------------------------------------------------------------------

    def account(self) -> None:
        """Find the value added of the month: what was made and gained, less what defects, lateness and AI cost."""
        p = self.parameters
        found = defects.inspection(self.effective, p.defects)
        yearly = (
            self.sales * (1.0 - self.input_share)
            + money.value_of_time(
                self.sales,
                self.adopted,
                self.user_share,
                min(1.0, self.reinvested + self.reinvestment),
                p.capacity.learning_share,
                p.capacity.time_saved,
                p.money,
            )
            - money.quality_cost(self.defects, self.final_demand, p.money)
            - added(money.handling_cost(buys.value, found, buys.supplier.defects, p.money) for buys in self.suppliers)
            - money.lateness_cost(self.month_late / p.rounds, self.sales, p.money)
            - money.running_cost(self.adopted, self.install_cost, p.money)
        )
        self.value_added = yearly / 12.0 - self.own_cost

    def remember(self) -> None:
        """Take the month into the averages that buyers look at."""
        p = self.parameters
        self.defects_average = review.next_average(self.defects_average, self.defects, p.review)
        self.late_average = review.next_average(self.late_average, self.month_late / p.rounds, p.review)

    def excesses(self) -> tuple[float, float]:
        """Return how much worse than its sector the firm delivers, in defects and in late days."""
        usual_defects, usual_late = self.model.sector_means[self.sector]
        return review.excess(self.defects_average, usual_defects), review.excess(self.late_average, usual_late)

    def review_suppliers(self) -> None:
        """Decide which suppliers to replace, and by whom; the network changes after everyone has decided."""
        p = self.parameters.review
        seed, month = self.model.run_seed, self.model.month
        self.next_suppliers = [buys.supplier for buys in self.suppliers]
        self.switched = 0
        for slot, buys in enumerate(self.suppliers):
            hazard = review.review_hazard(*buys.supplier.excesses(), p)
            if self.is_large and self.adopted:
                hazard += buys.supplier.overdue
            if hazard <= 0.0:
                continue
            chance = adoption.probability(hazard)
            if uniform_link(seed, int(Stream.REVIEW), month, self.key, slot, 0) >= chance:
                continue
            taken = [self, *(other.supplier for other in self.suppliers), *self.next_suppliers[:slot]]
            best, smallest = buys.supplier, -1.0
            for number in range(review.CANDIDATES):
                draw = uniform_link(seed, int(Stream.CANDIDATE), month, self.key, slot, number)
                firm = self.model.candidate(draw, buys.supplier.sector, self.region)
                if firm in taken:
                    continue
                luck = uniform_link(seed, int(Stream.NEW_SUPPLIER), month, self.key, slot, number)
                time = review.race(luck, review.record_weight(*firm.excesses()))
                if smallest < 0.0 or time < smallest:
                    best, smallest = firm, time
            self.next_suppliers[slot] = best
            self.switched += best is not buys.supplier

    def change_suppliers(self) -> None:
        """Buy from the new suppliers; what a slot buys stays the same."""
        self.suppliers = [
            buys._replace(supplier=supplier) for buys, supplier in zip(self.suppliers, self.next_suppliers, strict=True)
        ]
