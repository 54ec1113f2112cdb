"""A firm as a Mesa agent, to be read from top to bottom: one month of its life.

In every phase all firms read the values from before it, then all take over their new ones: the model first calls the
method that looks at others on every firm, then the one that changes the firm. What a firm keeps from one phase to the
next is ``stored``, which rounds it to the precision of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from simulation.elementary import log
from simulation.engines.parameters import Parameters
from simulation.mesa_model.network import candidate_of
from simulation.mesa_model.origins import FollowsOrigins
from simulation.mesa_model.partners import Purchase, Sale, added
from simulation.mesa_model.peers import peers_share, share_of_others
from simulation.randomness import Stream, uniform, uniform_pair, uniform_slot
from simulation.rules import adoption, capacity, defects, influence, lateness, money, process, review, use
from simulation.state import START_MONTH
from simulation.world.assembly import KEY_SHARE

if TYPE_CHECKING:
    from simulation.engines.explanation import Explanation
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["Firm"]


class Firm(FollowsOrigins, mesa.Agent):
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
        self.index = index
        self._read_what_stays()
        self._read_state()

    def _read_what_stays(self) -> None:
        """Read what does not change during the run."""
        firms, work, index = self.model.world.firms, self.model.work, self.index
        self.key = firms.key[index]
        self.group, self.cell = int(firms.group[index]), int(firms.cell[index])
        self.size, self.sector, self.region = self.model.members[self.group]
        self.tier, self.is_key_supplier = int(firms.tier[index]), bool(firms.is_key_supplier[index])
        self.is_large = bool(firms.is_large[index])
        self.workers, self.weight = float(firms.workers[index]), float(firms.weight[index])
        self.reinvested = float(firms.reinvested[index])
        self.adoption_cost, self.install_cost = float(firms.adoption_cost[index]), float(firms.install_cost[index])
        self.capacity_start = float(firms.capacity_start[index])
        self.usual_defects, self.late_chance = float(firms.own_defects[index]), float(firms.late_chance[index])
        self.critical_suppliers = int(firms.critical_suppliers[index])
        self.full_buffer = float(work.full_buffer[index])
        self.final_demand, self.input_share = float(firms.final_demand[index]), float(firms.input_share[index])
        self.purchases = float(work.purchases[index])

    def _read_state(self) -> None:
        """Read how the firm stands before month 0; it has heard of no policy and delivered nothing late."""
        state, index = self.model.state, self.index
        self.suppliers: list[Purchase] = []
        self.customers: list[Sale] = []
        self.sales = float(state.sales[index])
        self.adopted, self.months_adopted = int(state.adopted[index]), int(state.months_adopted[index])
        self.wait = int(state.wait[index])
        self.adoption_chance = 0.0
        self.log_odds, self.user_share = float(state.log_odds[index]), float(state.user_share[index])
        self.capacity, self.effective = float(state.capacity[index]), float(state.effective[index])
        self.adoption_subsidy = self.access_subsidy = self.training = 0.0
        self.reinvestment = self.pressure = self.overdue = 0.0
        self.support = self.own_cost = self.value_added = 0.0
        self.mandated = 0
        self.lead: Firm | None = None
        self.own_defects = self.own_late = self.late = 0.0
        self.defects = float(state.defects[index])
        self.root: Firm = self
        self.travelled = 0
        self.forget_parts()
        self.defects_average = self.late_average = 0.0
        self.begin_month()

    def stored(self, value: float) -> float:
        """Return a value as it is stored from one phase to the next: rounded to the precision of the run."""
        return self.model.stored(value)

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

    def begin_month(self) -> None:
        """Count deliveries anew."""
        self.month_late = 0.0
        self.on_time = self.switched = 0

    def lead_customer(self) -> Firm | None:
        """Return the large customer that has adopted and takes most of the sales, 30 % at least (ties: smaller key)."""
        leads = [s for s in self.customers if s.share >= KEY_SHARE and s.buyer.is_large and s.buyer.adopted]
        return max(leads, key=lambda sale: sale.value).buyer if leads else None

    # --- adopt or quit ----------------------------------------------------------------------------------------------

    def consider_adoption(self) -> None:
        """Look at partners and peers, and find the chance of adopting this month."""
        p = self.parameters
        if p.rule != adoption.LOGIT and (self.adopted or self.wait > 1):
            return
        if p.rule == adoption.BASS_STEP:
            self.adoption_chance = adoption.bass_step(share_of_others(self.model, self), p.bass)
        elif p.rule == adoption.BASS_HAZARD:
            self.adoption_chance = adoption.probability(adoption.bass_hazard(share_of_others(self.model, self), p.bass))
        elif p.rule == adoption.THRESHOLD:
            own = adoption.threshold_of(
                uniform(self.model.run_seed, int(Stream.THRESHOLD), START_MONTH, 0, self.key), p.threshold
            )
            self.adoption_chance = 1.0 if adoption.threshold_adopts(self.partners_adopted(), own) else 0.0
        elif p.rule == adoption.LOGIT:
            self.adoption_chance = adoption.logit_chance(self.partners_adopted(), p.logit)
        else:
            pressed = influence.pressure(
                self.adopting_customers(),
                added(purchase.weight * purchase.supplier.adopted for purchase in self.suppliers),
                peers_share(self.model, self),
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

    def adopting_customers(self) -> float:
        """Return the share of the sales that goes to customers who have adopted."""
        bought = added(sale.value * sale.buyer.adopted for sale in self.customers)
        return bought / self.sales if self.sales > 0.0 else 0.0

    def partners_adopted(self) -> float:
        """Return the share of adopters among the partners that the rules ``threshold`` and ``logit`` look at."""
        p = self.parameters
        if p.partners == adoption.EVERYONE:
            return share_of_others(self.model, self)
        whole = adopters = 0.0
        if p.partners != adoption.CUSTOMERS:
            for buys in self.suppliers:
                share = buys.value / buys.supplier.sales if buys.supplier.sales > 0.0 else 0.0
                counts = (1.0, buys.weight, share)[p.weights]
                whole += counts
                adopters += counts * buys.supplier.adopted
        if p.partners != adoption.SUPPLIERS:
            unit = self.sales if p.weights == adoption.SALES and self.sales > 0.0 else 1.0
            seen = [((1.0, sale.weight, sale.value)[p.weights], sale.buyer.adopted) for sale in self.customers]
            whole += added(counts for counts, _ in seen) / unit
            adopters += added(counts * adopted for counts, adopted in seen) / unit
        return adopters / whole if whole > 0.0 else 0.0

    def quits(self, luck: float) -> bool:
        """Say whether an adopter quits this month; the logit rule asks anew whether to use AI at all."""
        p = self.parameters
        if p.rule == adoption.HAZARD:
            return luck < adoption.probability(adoption.quitting_hazard(self.effective, p.quitting))
        if p.rule == adoption.LOGIT:
            return luck >= self.adoption_chance
        return p.rule != adoption.THRESHOLD and luck < p.bass.quitting

    def adopt_or_quit(self) -> None:
        """Adopt, quit or stay, by the firm's own draw."""
        p = self.parameters
        luck = self.draw(Stream.ADOPTION)
        if self.adopted:
            self.months_adopted += 1
            if self.quits(luck):
                self.adopted = self.months_adopted = 0
                self.wait = p.quitting.readopt_months if p.rule == adoption.HAZARD else 0
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
        self.log_odds = self.stored(use.next_log_odds(self.log_odds, target, self.parameters.use))

    def learn(self) -> None:
        """Take over the new user share, learn from it and from training, and turn use into effect."""
        p, stored = self.parameters, self.stored
        self.user_share = stored(use.user_share(self.log_odds, p.steps.share, p.use))
        reinvested = min(1.0, self.reinvested + self.reinvestment)
        gain = capacity.learning(self.user_share, self.adopted, reinvested, self.training, p.capacity)
        self.capacity = stored(capacity.next_capacity(self.capacity, self.capacity_start, gain, p.capacity))
        self.effective = stored(capacity.effective_use(self.adopted, self.user_share, self.capacity, p.capacity))

    def make_ready(self) -> None:
        """Find what stays the same in all rounds: own defects, what inspection lets through, buffer, force of links."""
        p, stored = self.parameters, self.stored
        self.worse = process.transition(self.adopted, self.months_adopted, p.process)
        self.own_defects = stored(process.own_defects(self.usual_defects, self.effective, self.worse, p.process))
        self.own_hazard = stored(defects.defect_hazard(self.own_defects))
        self.let_through = stored(1.0 - defects.inspection(self.effective, p.defects))
        self.slack = stored(lateness.buffer_days(self.full_buffer, self.effective, p.lateness))
        self.factors = []
        for buys in self.suppliers:
            hurt = defects.mismatch(self.effective, buys.supplier.effective, p.defects)
            self.factors.append(stored(defects.link_factor(buys.weight, hurt, p.defects)))

    # --- a round of delivery ----------------------------------------------------------------------------------------

    def produce(self, number: int) -> None:
        """Have luck with this round's own work, or be late with it."""
        p = self.parameters.process
        chance = process.late_chance(self.late_chance, self.effective, p)
        draw = self.draw(Stream.LATE_EVENT, number)
        self.own_late = self.stored(process.own_lateness(chance, self.worse, draw, p))

    def inspect_inputs(self) -> None:
        """Find what the suppliers' last deliveries add to the own defects after incoming inspection."""
        real, series, total = self.model.real, self.parameters.series, 0.0
        for factor, buys in zip(self.factors, self.suppliers, strict=True):
            numbers = real(factor), real(self.let_through), real(buys.supplier.defects)
            total = self.stored(total + float(defects.stored_inherited_hazard(*numbers, series.log1m)))
        total = self.stored(total + self.own_hazard)
        self.next_defects = self.stored(defects.stored_defect_share(real(total), series.one_minus_exp))
        if self.model.follows_origins:
            self.split_defects()

    def await_inputs(self) -> None:
        """Find how long the slowest critical supplier makes the firm wait beyond its buffer, and because of whom."""
        p = self.parameters.lateness
        slowest = self.slowest_supplier()
        inherited = slowest.late - self.slack if slowest else 0.0
        self.next_late = self.stored(lateness.late_days(self.own_late, inherited, p))
        self.next_root, self.next_travelled = self, 0
        if slowest and lateness.is_inherited(self.own_late, inherited, p):
            self.next_root, self.next_travelled = slowest.root, slowest.travelled + 1
        if self.model.follows_origins:
            self.split_late_days(slowest)

    def slowest_supplier(self) -> Firm | None:
        """Return the critical supplier that is late beyond the buffer by most (ties: larger input, smaller key)."""
        waits = [buys for buys in self.suppliers if buys.is_critical and buys.supplier.late > self.slack]
        if not waits:
            return None
        return max(waits, key=lambda buys: (buys.supplier.late, buys.weight, -int(buys.supplier.key))).supplier

    def deliver(self) -> None:
        """Deliver: the next round sees these goods."""
        self.defects, self.late = self.next_defects, self.next_late
        self.root, self.travelled = self.next_root, self.next_travelled
        if self.model.follows_origins:
            self.deliver_parts()
        self.month_late = self.stored(self.month_late + self.late)
        self.on_time += not self.is_late

    @property
    def is_late(self) -> bool:
        """Whether the last delivery counts as late."""
        return bool(lateness.is_late(self.late, self.parameters.lateness))

    def begin_averages(self, rounds: int) -> None:
        """Be remembered for the rounds before month 0."""
        self.defects_average = self.defects
        self.late_average = self.stored(self.month_late / rounds) if rounds else 0.0

    # --- the month's end --------------------------------------------------------------------------------------------

    def account(self) -> None:
        """Find the value added of the month: what was made and gained, less what defects, lateness and AI cost."""
        p = self.parameters
        found = defects.inspection(self.effective, p.defects)
        bought = added(buys.weight * buys.supplier.defects for buys in self.suppliers)
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
            - money.handling_cost(self.purchases, found, bought, p.money)
            - money.lateness_cost(self.month_late / p.rounds, self.sales, p.money)
            - money.running_cost(self.adopted, self.install_cost, p.money)
        )
        self.value_added = yearly / 12.0 - self.own_cost

    def remember(self) -> None:
        """Take the month into the averages that buyers look at."""
        late, forgotten = self.month_late / self.parameters.rounds, review.forgotten(self.parameters.review)
        self.defects_average = self.stored(review.next_average(self.defects_average, self.defects, forgotten))
        self.late_average = self.stored(review.next_average(self.late_average, late, forgotten))

    def compare(self) -> None:
        """Find how much worse than its sector the firm delivers, and its chance of being replaced for it."""
        usual_defects, usual_late = self.model.sector_means[self.sector]
        worse = review.excess(self.defects_average, usual_defects) + review.excess(self.late_average, usual_late)
        self.excess = self.stored(worse)
        hazard = review.review_hazard(self.excess, self.parameters.review)
        self.chance_replaced = self.stored(adoption.probability(hazard))

    def review_suppliers(self) -> None:
        """Decide which suppliers to replace, and by whom; the network changes after everyone has decided."""
        self.next_suppliers = [buys.supplier for buys in self.suppliers]
        for slot, buys in enumerate(self.suppliers):
            draw = uniform_slot(self.model.run_seed, int(Stream.REVIEW), self.model.month, self.key, slot)
            if draw < self.chance_to_replace(buys.supplier):
                self.next_suppliers[slot] = self.find_supplier(slot)
                self.switched += self.next_suppliers[slot] is not buys.supplier

    def chance_to_replace(self, supplier: Firm) -> float:
        """Return the chance of replacing a supplier; large firms that have adopted do not wait for those overdue."""
        if self.is_large and self.adopted and supplier.overdue > 0.0:
            hazard = review.review_hazard(supplier.excess, self.parameters.review) + supplier.overdue
            return adoption.probability(hazard)
        return supplier.chance_replaced

    def find_supplier(self, slot: int) -> Firm:
        """Return who takes a slot: of 16 candidates the winner of a race by record, else the old supplier."""
        seed, month = self.model.run_seed, self.model.month
        old = self.suppliers[slot].supplier
        taken = [self, *(buys.supplier for buys in self.suppliers), *self.next_suppliers[:slot]]
        best, shortest = old, float("inf")
        for number in range(review.CANDIDATES):
            pick, luck = uniform_pair(seed, int(Stream.CANDIDATE), month, self.key, slot, number)
            firm = candidate_of(self.model, pick, old.sector, self.region)
            time = review.race(-log(luck), review.record_weight(firm.excess))
            if firm not in taken and time < shortest:
                best, shortest = firm, time
        return best

    def change_suppliers(self) -> None:
        """Buy from the new suppliers; what a slot buys stays the same."""
        self.suppliers = [
            buys._replace(supplier=supplier) for buys, supplier in zip(self.suppliers, self.next_suppliers, strict=True)
        ]
