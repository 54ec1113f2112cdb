"""The model as plain Mesa agents: firms that adopt, learn, produce and deliver for themselves.

`SupplyChainModel` is a ``mesa.Model``. With ``engine="agents"`` its `Firm` agents live through every month as it
stands in this file; with ``engine="compiled"`` the same month runs as compiled loops over arrays, and the agents are
views (`FirmView`) that are made when somebody looks at them. Both engines call the same formulas of
``simulation.rules`` with the same draws and give the same history.

In every phase all firms read the values from before it, then all take over their new ones: first ``do("...")`` of the
part that looks at others, then of the part that changes the firm.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import mesa
import networkx as nx
import numpy as np
from mesa.agent import AgentSet

from simulation.engines.engine import CompiledEngine
from simulation.engines.parameters import Parameters, parameters_of
from simulation.engines.recording import begin_month, count_deliveries, record
from simulation.engines.start import start_choices, tracked_months
from simulation.engines.strength import solve_strength
from simulation.engines.workspace import new_awards, new_state, new_tallies, new_workspace
from simulation.measures import Record, all_measures, labels
from simulation.policies.programmes import programmes
from simulation.randomness import Stream, uniform
from simulation.rules import adoption, capacity, defects, influence, lateness, process, use
from simulation.scenario.scenario import Scenario
from simulation.state import DEPTH_BINS, START_MONTH, Float, World
from simulation.world.build import build, sales_of

__all__ = ["Firm", "FirmView", "Government", "Purchase", "Sale", "SupplyChainModel"]

Engine = Literal["compiled", "agents"]

REPORTED = (
    ("user_share", "large"),
    ("user_share", "sme"),
    ("adopter_share", "large"),
    ("adopter_share", "sme"),
    ("defect_ppm", "large"),
    ("defect_ppm", "sme"),
    ("on_time_share", "large"),
    ("on_time_share", "sme"),
)
"""Measures and groups that the data collector keeps each month, where the scenario has the group."""


class Purchase(NamedTuple):
    """What a firm buys in one slot: from whom, which share of its inputs, and whether it cannot do without."""

    supplier: Firm
    weight: float
    is_critical: bool


class Sale(NamedTuple):
    """To whom a firm sells, and which share of its sales."""

    buyer: Firm
    share: float


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
    workers, tier, is_key_supplier, group, cell, key
        As in `simulation.state.Firms`.
    adopted, user_share, capacity, effective, defects, late, travelled, ...
        As in `simulation.state.State`; ``root`` is the firm where this delivery's lateness began.
    adoption_subsidy, access_subsidy, training : float
        What policy adds this month.
    """

    def __init__(self, model: SupplyChainModel, index: int) -> None:
        super().__init__(model)
        firms = model.world.firms
        self.index = index
        self.key = firms.key[index]
        self.group, self.cell = int(firms.group[index]), int(firms.cell[index])
        self.size, self.sector, self.region = model.members[self.group]
        self.tier, self.is_key_supplier = int(firms.tier[index]), bool(firms.is_key_supplier[index])
        self.workers, self.reinvested = float(firms.workers[index]), float(firms.reinvested[index])
        self.adoption_cost, self.install_cost = float(firms.adoption_cost[index]), float(firms.install_cost[index])
        self.capacity_start = float(firms.capacity_start[index])
        self.usual_defects, self.late_chance = float(firms.own_defects[index]), float(firms.late_chance[index])
        self.critical_suppliers = int(firms.critical_suppliers[index])
        self.suppliers: list[Purchase] = []
        self.customers: list[Sale] = []
        self.adoption_subsidy = self.access_subsidy = self.training = 0.0
        self.adoption_chance = 0.0
        state = model.state
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
        return self.model.parameters  # type: ignore[no-any-return]

    def draw(self, stream: Stream, number: int = 0) -> float:
        """Return the firm's own draw between 0 and 1 for a purpose in this month and round."""
        return uniform(self.model.run_seed, int(stream), self.model.draw_month, number, self.key)

    def begin_parts(self) -> None:
        """Begin to follow origins: all that the firm delivers now counts as its own group's."""
        groups = len(self.model.members)
        self.defect_parts, self.late_parts = np.zeros((groups, DEPTH_BINS)), np.zeros(groups)
        self.defect_parts[self.group, 0] = defects.defect_hazard(self.defects)
        self.late_parts[self.group] = self.late

    # --- adopt or quit ----------------------------------------------------------------------------------------------

    def consider_adoption(self) -> None:
        """Look at partners and peers, and find the chance of adopting this month."""
        if self.adopted or self.wait > 1:
            return
        p = self.parameters
        if p.rule == 1:
            self.adoption_chance = adoption.bass_step(self.model.share_of_others, p.bass)
        elif p.rule == 2:
            self.adoption_chance = adoption.probability(adoption.bass_hazard(self.model.share_of_others, p.bass))
        else:
            pressed = influence.pressure(
                added(sale.share * sale.buyer.adopted for sale in self.customers),
                added(purchase.weight * purchase.supplier.adopted for purchase in self.suppliers),
                self.model.peers_share(self),
                p.influence,
            )
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

    def adopt_or_quit(self) -> None:
        """Adopt, quit or stay, by the firm's own draw."""
        p = self.parameters
        luck = self.draw(Stream.ADOPTION)
        if self.adopted:
            self.months_adopted += 1
            quits = (
                p.bass.quitting
                if p.rule
                else adoption.probability(adoption.quitting_hazard(self.effective, p.quitting))
            )
            if luck < quits:
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
        gain = capacity.learning(self.user_share, self.adopted, self.reinvested, self.training, p.capacity)
        self.capacity = capacity.next_capacity(self.capacity, self.capacity_start, gain, p.capacity)
        self.effective = capacity.effective_use(self.adopted, self.user_share, self.capacity, p.capacity)

    # --- a round of delivery ----------------------------------------------------------------------------------------

    def produce(self, number: int) -> None:
        """Make this round's own defects and own late days."""
        p = self.parameters.process
        self.own_defects = process.own_defects(self.usual_defects, self.effective, p)
        event, length = self.draw(Stream.LATE_EVENT, number), self.draw(Stream.LATE_DAYS, number)
        self.own_late = process.own_lateness(self.late_chance, self.effective, event, length, p)

    def inspect_inputs(self) -> None:
        """Find what the suppliers' last deliveries add to the own defects after incoming inspection."""
        p = self.parameters.defects
        found = defects.inspection(self.effective, p)
        own = total = defects.defect_hazard(self.own_defects)
        parts = None
        if self.defect_parts is not None:
            parts = np.zeros_like(self.defect_parts)
            parts[self.group, 0] = own
        for supplier, weight, _ in self.suppliers:
            passed = defects.inherited_hazard(weight, found, supplier.defects, p)
            total += passed
            whole = defects.defect_hazard(supplier.defects)
            if parts is not None and whole > 0.0:
                moved = passed / whole * supplier.defect_parts
                parts[:, 1:] += moved[:, :-1]
                parts[:, DEPTH_BINS - 1] += moved[:, -1]
        self.next_defects, self.next_defect_parts = defects.defect_share(total), parts

    def await_inputs(self) -> None:
        """Find how long the slowest critical supplier makes the firm wait beyond its buffer, and because of whom."""
        p = self.parameters
        slack = lateness.buffer_days(self.critical_suppliers, p.process.late_days, p.lateness)
        waits = [purchase for purchase in self.suppliers if purchase.is_critical and purchase.supplier.late > slack]
        inherited = 0.0
        self.next_root, self.next_travelled = self, 0
        parts = None if self.late_parts is None else np.zeros_like(self.late_parts)
        if waits:
            slowest = max(waits, key=lambda buys: (buys.supplier.late, buys.weight, -int(buys.supplier.key))).supplier
            inherited = slowest.late - slack
            if lateness.is_inherited(self.own_late, inherited, p.lateness):
                self.next_root, self.next_travelled = slowest.root, slowest.travelled + 1
            if parts is not None:
                parts += p.lateness.pass_through * inherited / slowest.late * slowest.late_parts
        if parts is not None:
            parts[self.group] += self.own_late
        self.next_late, self.next_late_parts = lateness.late_days(self.own_late, inherited, p.lateness), parts

    def deliver(self) -> None:
        """Deliver: the next round sees these goods."""
        self.defects, self.defect_parts = self.next_defects, self.next_defect_parts
        self.late, self.late_parts = self.next_late, self.next_late_parts
        self.root, self.travelled = self.next_root, self.next_travelled


class Government:
    """Promises awards while money remains, pays them, and keeps the books (`simulation.state.Awards`)."""

    def __init__(self, model: SupplyChainModel) -> None:
        firms, groups = model.world.firms, model.world.groups
        self.model = model
        self.programmes = programmes(model.scenario.policy, firms, groups, model.scenario.budget)
        self.awards = new_awards(self.programmes, firms.key.size, model.scenario.time.months)

    def act(self) -> None:
        """End old awards, promise new ones, pay this month's, and tell every firm what it gets."""
        month, plan, books = self.model.month, self.programmes, self.awards
        for firm in self.model.firms:
            firm.adoption_subsidy = firm.access_subsidy = firm.training = 0.0
        for p in range(plan.first.size):
            for i in np.flatnonzero((books.until[p] >= 0) & (books.until[p] < month)):
                books.reserved[p] -= books.promised[p, i]
                books.promised[p, i], books.until[p, i] = 0.0, -1
            since = month - plan.first[p]
            if since < 0:
                continue
            if since % 12 == 0:
                books.spent_year[p] = 0.0
            if month <= plan.last[p] and plan.annual_budget[p] > 0.0:
                self._promise(p)
            for i in np.flatnonzero(books.until[p] >= month):
                firm = self.model.firms[i]
                if plan.monthly[p, i] > 0.0:
                    self._pay(p, firm, plan.monthly[p, i])
                firm.adoption_subsidy = min(1.0, firm.adoption_subsidy + float(plan.adoption_subsidy[p, i]))
                firm.access_subsidy = min(1.0, firm.access_subsidy + float(plan.access_subsidy[p, i]))
                firm.training += float(plan.training[p, i])

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
        ]
        if left <= 0.0 or not able or min(self._cost(p, firm) for firm in able) > left:
            return
        for firm in sorted(able, key=lambda firm: (self._place(p, firm), firm.index)):
            cost = self._cost(p, firm)
            if cost > left:
                return
            left -= cost
            books.reserved[p] += cost
            books.promised[p, firm.index] = 0.0 if firm.adopted else plan.grant[p, firm.index]
            books.until[p, firm.index] = self.model.month + plan.duration[p] - 1
            books.served[firm.index] = 1

    def _pay(self, p: int, firm: Firm, amount: float) -> None:
        books = self.awards
        books.reserved[p] -= amount
        books.spent_year[p] += amount
        books.spent[p, self.model.month] += amount
        books.received[firm.index] += amount

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
                    books.reserved[p] -= books.promised[p, i] - grant
                    books.promised[p, i] = 0.0
                if not plan.takes_adopters[p]:
                    books.reserved[p] -= plan.monthly[p, i] * (books.until[p, i] - month)
                    books.until[p, i] = -1
            books.private_cost[month] += own


class FirmView(mesa.Agent):
    """A firm of the compiled engine: every attribute is read from the arrays when it is asked for."""

    def __init__(self, model: SupplyChainModel, index: int) -> None:
        # Mesa's own counter of ids would keep the model alive for ever.
        self.model = model
        self.unique_id = index + 1
        self.index = index
        self.pos = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any column of the state
        if name.startswith("_"):
            raise AttributeError(name)
        model = self.model
        for table in (model.state, model.world.firms, model.channels):
            if name in table._fields:
                value = getattr(table, name)
                if name == "root":
                    return model.firms[int(value[self.index])]
                return value[self.index].item() if value.ndim == 1 else value[self.index].copy()
        message = f"a firm has no attribute {name!r}"
        raise AttributeError(message)

    @property
    def size(self) -> str:
        """Name of the size class."""
        return self.model.members[self.group][0]  # type: ignore[no-any-return]

    @property
    def sector(self) -> str:
        """Name of the sector."""
        return self.model.members[self.group][1]  # type: ignore[no-any-return]

    @property
    def region(self) -> str:
        """Name of the region."""
        return self.model.members[self.group][2]  # type: ignore[no-any-return]

    @property
    def suppliers(self) -> list[Purchase]:
        """Purchases in slot order."""
        links, firms = self.model.world.links, self.model.firms
        return [
            Purchase(firms[links.supplier[e]], float(links.weight[e]), bool(links.is_critical[e]))
            for e in range(links.start[self.index], links.start[self.index + 1])
        ]

    @property
    def customers(self) -> list[Sale]:
        """Sales in the order of the buyers' keys."""
        links, firms = self.model.world.links, self.model.firms
        own = links.sales_link[links.sales_start[self.index] : links.sales_start[self.index + 1]]
        return [Sale(firms[links.buyer[e]], float(links.sales_share[e])) for e in own]


class SupplyChainModel(mesa.Model):
    """Firms of a supply chain that adopt AI, month by month.

    Parameters
    ----------
    scenario : Scenario, optional
        By default the baseline. Strengths of levers are solved first unless ``budget.strength`` is fixed.
    seed : int
        Seed of firms, links and draws.
    engine : {"compiled", "agents"}
        Fast loops, or `Firm` agents as written in this file (slow; for reading and checking).
    world : World, optional
        A world built before from the same scenario and seed.
    has_origins : bool
        Whether defects and late days are split by origin and depth.

    Attributes
    ----------
    agents : AgentSet
        The firms.
    month : int
        Month that the next step simulates.
    datacollector : mesa.DataCollector
        User share, adopter share, delivered defects and deliveries on time by size, each month.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        seed: int = 1,
        engine: Engine = "compiled",
        *,
        world: World | None = None,
        has_origins: bool = True,
    ) -> None:
        super().__init__(seed=seed)
        self.scenario, _ = solve_strength(scenario or Scenario())
        self.run_seed = np.uint64(seed)
        self.world = world or build(self.scenario, seed)
        self.members = self.world.groups.members()
        self.has_origins = has_origins
        self.parameters = parameters_of(self.scenario)
        self._firms: list[Any] | None = None
        self._compiled: CompiledEngine | None = None
        if engine == "compiled":
            self._begin_compiled(seed)
        else:
            self._begin_agents()
        shown = [(m, g) for m, g in REPORTED if g in self.world.groups.sizes]
        self.datacollector = mesa.DataCollector(model_reporters={f"{m} {g}": [self.measure, [m, g]] for m, g in shown})

    # --- both engines -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one month; ``running`` becomes False after the last one."""
        if self.month >= self.scenario.time.months:
            self.running = False
            return
        if self._compiled is not None:
            self._compiled.advance(1)
            self.month = self._compiled.month
        else:
            self._live_a_month()
            self.month += 1
        self.running = self.month < self.scenario.time.months
        self.datacollector.collect(self)

    def advance(self, count: int = 1) -> None:
        """Simulate several months."""
        for _ in range(count):
            self.step()

    def measure(self, name: str, group: str = "all") -> float:
        """Return a measure of a group in the last simulated month."""
        chosen = all_measures()[name]
        kept = Record(self.world.groups, self.tallies, self.awards, self.scenario.use.ceiling)
        return float(chosen.of(kept, labels(self.world.groups, chosen.scope)[group])[max(self.month - 1, 0)])

    @property
    def firms(self) -> list[Any]:
        """All firms in order; views are made at the first call."""
        if self._firms is None:
            self._firms = [FirmView(self, index) for index in range(self.world.firms.key.size)]
            self._views = AgentSet(self._firms, random=self.random)
        return self._firms

    @property
    def agents(self) -> AgentSet:
        """The firms as a Mesa AgentSet: ``model.agents.select(lambda firm: firm.adopted)``."""
        if self._compiled is None:
            return super().agents
        return self._views if self.firms else AgentSet([], random=self.random)

    @property
    def network(self) -> nx.DiGraph[int]:
        """The supplier network now: links lead from supplier to buyer, nodes carry the firms' attributes."""
        graph: nx.DiGraph[int] = nx.DiGraph()
        names = ("size", "sector", "region", "workers", "tier", "adopted", "user_share", "capacity", "defects", "late")
        for firm in self.firms:
            graph.add_node(firm.index, **{name: getattr(firm, name) for name in names})
        links = self.world.links
        columns = (links.supplier, links.buyer, links.weight, links.value, links.is_critical)
        graph.add_edges_from(
            (supplier, buyer, {"weight": weight, "value": value, "critical": bool(critical)})
            for supplier, buyer, weight, value, critical in zip(*(c.tolist() for c in columns), strict=True)
        )
        return graph

    # --- compiled ---------------------------------------------------------------------------------------------------

    def _begin_compiled(self, seed: int) -> None:
        self._compiled = CompiledEngine(self.world, self.scenario, seed, has_origins=self.has_origins)
        self.month = 0
        for name in ("state", "work", "channels", "awards", "tallies"):
            setattr(self, name, getattr(self._compiled, name))

    # --- agents -----------------------------------------------------------------------------------------------------

    def _begin_agents(self) -> None:
        """Make the firms, tie them together, and let 60 rounds pass unrecorded."""
        world, n = self.world, self.world.firms.key.size
        cells = len(world.groups.sectors) * len(world.groups.regions)
        self.state = new_state(n, world.groups.count, self.has_origins)
        self.work = new_workspace(n, world.groups.count, cells, self.has_origins)
        self.tallies = new_tallies(self.scenario.time.months, world.groups.count, self.has_origins)
        self.state.sales[:] = sales_of(world.firms, world.links)
        start_choices(world, self.scenario, self.state, self.work, self.parameters)
        self._firms = [Firm(self, index) for index in range(n)]
        links = world.links
        for i, firm in enumerate(self._firms):
            for e in range(links.start[i], links.start[i + 1]):
                supplier = self._firms[links.supplier[e]]
                firm.suppliers.append(Purchase(supplier, float(links.weight[e]), bool(links.is_critical[e])))
            for e in links.sales_link[links.sales_start[i] : links.sales_start[i + 1]]:
                firm.customers.append(Sale(self._firms[links.buyer[e]], float(links.sales_share[e])))
        self.government = Government(self)
        self.awards = self.government.awards
        self.draw_month, self.month = START_MONTH, 0
        self.tracked_from, self.work.tracking[1] = tracked_months(self.scenario)
        self.work.tracking[0] = 0
        self._begin_parts_when_due()
        for number in range(self.scenario.time.start_rounds):
            self._deliver(number)
            self._write_state()
            count_deliveries(-1, world.firms, self.state, self.work, self.tallies, self.parameters)

    def _live_a_month(self) -> None:
        """The table of contents of a month."""
        self._begin_parts_when_due()
        self.draw_month = self.month
        self.government.act()
        self._count_peers()
        self.agents.do("consider_adoption")
        self.agents.do("adopt_or_quit")
        self.government.settle()
        self.agents.do("aim_use")
        self.agents.do("learn")
        begin_month(self.work)
        firms = self.world.firms
        for number in range(self.parameters.rounds):
            self._deliver(number)
            self._write_state()
            count_deliveries(self.month, firms, self.state, self.work, self.tallies, self.parameters)
        record(self.month, firms, self.state, self.work, self.tallies, self.parameters)

    def _begin_parts_when_due(self) -> None:
        """Begin to follow origins in time to settle before they are recorded."""
        if self.has_origins and self.month == self.tracked_from and self.work.tracking[0] == 0:
            self.agents.do("begin_parts")
            self.work.tracking[0] = 1

    def _deliver(self, number: int) -> None:
        """One round: goods, defects and lateness move one link."""
        self.agents.do("produce", number)
        self.agents.do("inspect_inputs")
        self.agents.do("await_inputs")
        self.agents.do("deliver")

    def _count_peers(self) -> None:
        """Count firms and adopters of every sector in every region."""
        counts: dict[int, list[int]] = {}
        for firm in self.firms:
            of_cell = counts.setdefault(firm.cell, [0, 0])
            of_cell[0] += 1
            of_cell[1] += firm.adopted
        self.peers = counts
        others = len(self.firms) - 1
        self.share_of_others = sum(adopters for _, adopters in counts.values()) / others if others else 0.0

    def peers_share(self, firm: Firm) -> float:
        """Return the adopter share among a firm's peers: its sector, here and, less, in the other regions."""
        regions = len(self.world.groups.regions)
        first = firm.cell - firm.cell % regions
        shares = [
            self.peers[cell][1] / self.peers[cell][0]
            for cell in range(first, first + regions)
            if cell != firm.cell and cell in self.peers
        ]
        others = added(shares) / len(shares) if shares else 0.0
        firms, adopters = self.peers[firm.cell]
        here = (adopters - firm.adopted) / (firms - 1) if firms > 1 else 0.0
        return influence.peer_influence(here, others, self.parameters.influence.spillover)

    def _write_state(self) -> None:
        """Copy what the firms know into arrays, from which measures are taken."""
        state, rows = self.state, self.firms
        for name in state._fields:
            column: Float = getattr(state, name)
            if column.size == 0 or name == "sales" or (name.endswith("_parts") and not self.work.tracking[0]):
                continue
            values = [firm.root.index for firm in rows] if name == "root" else [getattr(firm, name) for firm in rows]
            column[...] = np.asarray(values)
