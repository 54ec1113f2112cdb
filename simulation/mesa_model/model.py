"""The supply chain as a Mesa model: firms, their network, and the order of a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import mesa
import numpy as np
from mesa.agent import AgentSet

from simulation.engines.empty import new_channels, new_state, new_tallies
from simulation.engines.engine import CompiledEngine
from simulation.engines.explaining import explain
from simulation.engines.explanation import Explanation
from simulation.engines.parameters import parameters_of
from simulation.engines.replaying import lived_again
from simulation.engines.start import start_choices, tracked_months
from simulation.engines.strength import solve_strength
from simulation.engines.ties import new_ties
from simulation.engines.turning import Change
from simulation.engines.workspace import new_workspace
from simulation.errors import RunError
from simulation.measures import Record, all_measures, labels
from simulation.measures.measure import pool_label
from simulation.mesa_model.firm import Firm
from simulation.mesa_model.government import Government
from simulation.mesa_model.network import change_suppliers, tie_firms
from simulation.mesa_model.peers import average_sectors, count_peers
from simulation.mesa_model.tallying import count_round, record_month
from simulation.mesa_model.views import FirmView
from simulation.policies import Lever
from simulation.scenario.scenario import Scenario
from simulation.state import START_MONTH, Float, Links, Tallies, World
from simulation.world.assembly import reconnected
from simulation.world.build import build
from simulation.world.graphs import to_networkx

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["SupplyChainModel"]

Engine = Literal["compiled", "agents"]

REPORTED = ("user_share", "adopter_share", "defect_ppm", "on_time_share")
"""Measures that the data collector keeps each month, for large firms and for small and medium ones."""


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
    real : type
        Precision of what firms keep: single, or double where formulas are verified to the last digit.

    Attributes
    ----------
    agents : AgentSet
        The firms.
    month : int
        Month that the next step simulates.
    datacollector : mesa.DataCollector
        User share, adopter share, delivered defects and deliveries on time by size, each month.
    """

    by_key: list[Firm]
    peers: dict[int, list[int]]
    adopters: int
    sector_means: dict[str, tuple[float, float]]

    def __init__(
        self,
        scenario: Scenario | None = None,
        seed: int = 1,
        engine: Engine = "compiled",
        *,
        world: World | None = None,
        has_origins: bool = True,
        real: type[np.floating] = np.float32,
    ) -> None:
        super().__init__(rng=seed)
        self.scenario, _ = solve_strength(scenario or Scenario())
        self.run_seed = np.uint64(seed)
        self.world = world or build(self.scenario, seed)
        self.members = self.world.groups.members()
        self.engine: Engine = engine
        self.changes: tuple[Change, ...] = ()
        self.has_origins = has_origins and self.scenario.time.origin_months > 0
        self.real = real
        self.parameters = parameters_of(self.scenario, real)
        self.month = 0
        self._links: Links | None = None
        self._firms: list[Any] | None = None
        self._compiled: CompiledEngine | None = None
        if engine == "compiled":
            self._begin_compiled(seed)
        else:
            self._begin_agents()
        groups = self.world.groups
        pools = [pool_label(groups, is_sme) for is_sme in (False, True) if is_sme in groups.is_sme]
        shown = [(name, pool) for name in REPORTED for pool in pools]
        self.datacollector = mesa.DataCollector(model_reporters={f"{m} {g}": [self.measure, [m, g]] for m, g in shown})

    # --- both engines -----------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """What is simulated, with strengths solved."""
        return self._scenario_here

    @scenario.setter
    def scenario(self, scenario: object) -> None:
        # From 3.5 on Mesa gives every model a scenario of its own kind, which only holds the seed.
        if isinstance(scenario, Scenario):
            self._scenario_here = scenario

    def step(self) -> None:
        """Simulate one month; ``running`` becomes False after the last one."""
        if self.month >= self.scenario.time.months:
            self.running = False
            return
        self._links = None
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

    def change_policy(self, policy: Scenario | Mapping[str, Lever]) -> None:
        """Go on under the levers of another policy from this month; what was promised before still stands.

        Strengths are those written in the levers; of a scenario they are solved first, unless it says ``fixed``.
        """
        levers = solve_strength(policy)[0].policy if isinstance(policy, Scenario) else policy
        if self._compiled is not None:
            self._compiled.change_policy(levers)
            self.awards = self._compiled.awards
        else:
            self.government.change_policy(levers)
            self.awards = self.government.awards
        self.changes = (*self.changes, (self.month, levers))

    def fork(self, policy: Scenario | Mapping[str, Lever]) -> SupplyChainModel:
        """Return a twin that lived the same months and goes on under another policy, with the same draws.

        The twin lives them again from the start, so what was changed by hand in this model is not in it.
        """
        twin = SupplyChainModel(
            self.scenario,
            int(self.run_seed),
            self.engine,
            world=self.world,
            has_origins=self.has_origins,
            real=self.real,
        )
        for month, levers in self.changes:
            twin.advance(month - twin.month)
            twin.change_policy(levers)
        twin.advance(self.month - twin.month)
        twin.change_policy(policy)
        return twin

    def explain(self, firm: int, month: int | None = None) -> Explanation:
        """Explain what a firm (its index) did in a month, by default the last: why, pressed and made late by whom.

        The months are lived again for that. `RunError` where they lead elsewhere because something was changed by hand.
        """
        arguments = (self.world, self.scenario, int(self.run_seed))
        again = lived_again(*arguments, self.changes, until=self.month, real=self.real)
        is_same = [
            np.allclose(getattr(again.state, n), getattr(self.state, n)) for n in ("adopted", "capacity", "late")
        ]
        if not all(is_same):
            message = "this model was changed by hand: its months cannot be lived again, and so not be explained"
            raise RunError(message)
        return explain(*arguments, firm, month, changes=self.changes, until=self.month, real=self.real)

    def measure(self, name: str, group: str = "all") -> float:
        """Return a measure of a group in the last simulated month."""
        chosen, month = all_measures()[name], max(self.month - 1, 0)
        last = slice(month, month + 1)
        books = self.awards._replace(
            spent=self.awards.spent[:, last],
            private_cost=self.awards.private_cost[last],
            lead_cost=self.awards.lead_cost[last],
        )
        tallies = Tallies._make(part[last] for part in self.tallies)
        kept = Record(self.world.groups, tallies, books, self.scenario.use.ceiling)
        return float(chosen.of(kept, labels(self.world.groups, chosen.scope)[group])[0])

    @property
    def firms(self) -> list[Any]:
        """All firms in order; views are made at the first call."""
        if self._firms is None:
            self._firms = [FirmView(self, index) for index in range(self.world.firms.key.size)]
            self._views = AgentSet(self._firms, random=self.random)
        return self._firms

    @property  # type: ignore[misc] # Mesa gives it a setter that only refuses
    def agents(self) -> AgentSet:
        """The firms as a Mesa AgentSet: ``model.agents.select(lambda firm: firm.adopted)``."""
        if self._compiled is None:
            return super().agents
        return self._views if self.firms else AgentSet([], random=self.random)

    @property
    def links(self) -> Links:
        """The links now: the world's, with the present suppliers."""
        if self._links is None and self._compiled is not None:
            self._links = self._compiled.links
        elif self._links is None:
            suppliers = [purchase.supplier.index for firm in self.firms for purchase in firm.suppliers]
            self._links = reconnected(self.world, np.array(suppliers, np.int32))
        return self._links

    @property
    def network(self) -> nx.DiGraph[int]:
        """The supplier network now (`to_networkx`): links lead from supplier to buyer, nodes carry the firms' state."""
        if self._compiled is None:
            self._write_state()  # firms may have been changed by hand since
        return to_networkx(self.world, links=self.links, state=self.state)

    # --- compiled ---------------------------------------------------------------------------------------------------

    def _begin_compiled(self, seed: int) -> None:
        engine = CompiledEngine(self.world, self.scenario, seed, has_origins=self.has_origins, real=self.real)
        self._compiled = engine
        self.state, self.work, self.tallies = engine.state, engine.work, engine.tallies
        self.awards, self.channels = engine.awards, engine.channels

    # --- agents -----------------------------------------------------------------------------------------------------

    def stored(self, value: float) -> float:
        """Return a value rounded to the precision of the run."""
        return float(self.real(value))

    def _begin_agents(self) -> None:
        """Make the firms, tie them together, and let 60 rounds pass unrecorded."""
        world, scenario, n = self.world, self.scenario, self.world.firms.key.size
        ties = new_ties(world.links, self.real)
        self.work = new_workspace(world, self.parameters, ties, self.has_origins, self.real)
        self.state = new_state(n, self.work.goods)
        self.tallies = new_tallies(scenario.time.months, world.groups.count, self.has_origins)
        self.channels = new_channels(n)  # the firms know what they get
        start_choices(world, scenario, ties, self.state, self.work, self.parameters, self.run_seed)
        self._firms = [Firm(self, index) for index in range(n)]
        tie_firms(self)
        self.government = Government(self)
        self.awards = self.government.awards
        self.draw_month = START_MONTH
        self.follows_origins, self.late_before = False, 0
        self.tracked_from, self.recorded_from = tracked_months(scenario)
        self._begin_parts_when_due()
        self.agents.do("make_ready")
        for number in range(scenario.time.start_rounds):
            self._deliver(number)
        for firm in self._firms:
            firm.begin_averages(scenario.time.start_rounds)
        self._write_state()

    def _live_a_month(self) -> None:
        """Let every phase of a month happen: its table of contents."""
        self._begin_parts_when_due()
        self.draw_month = self.month
        self.government.act()
        count_peers(self)
        self.agents.do("consider_adoption")
        self.agents.do("adopt_or_quit")
        self.government.settle()
        self.agents.do("aim_use")
        self.agents.do("learn")
        self.agents.do("begin_month")
        self.agents.do("make_ready")
        for number in range(self.parameters.rounds):
            self._deliver(number)
            count_round(self)
        self.agents.do("account")
        self.agents.do("remember")
        average_sectors(self)
        self.agents.do("compare")
        self.agents.do("review_suppliers")
        record_month(self)
        change_suppliers(self)
        self._write_state()

    def _begin_parts_when_due(self) -> None:
        """Begin to follow origins in time to settle before they are recorded."""
        if self.has_origins and self.month >= self.tracked_from and not self.follows_origins:
            self.follows_origins = True
            self.agents.do("begin_parts")

    @property
    def records_origins(self) -> bool:
        """Whether what is followed by origin is recorded in this month."""
        return self.follows_origins and self.month >= self.recorded_from

    def _deliver(self, number: int) -> None:
        """One round: goods, defects and lateness move one link."""
        self.late_before = sum(firm.is_late for firm in self.firms)
        self.agents.do("produce", number)
        self.agents.do("inspect_inputs")
        self.agents.do("await_inputs")
        self.agents.do("deliver")

    def _write_state(self) -> None:
        """Copy what the firms know into arrays, for whoever looks at them."""
        state, rows = self.state, self.firms
        for name in state._fields:
            column: Float = getattr(state, name)
            if column.size == 0 or (name.endswith("_parts") and not self.follows_origins):
                continue
            values = [firm.root.index for firm in rows] if name == "root" else [getattr(firm, name) for firm in rows]
            column[...] = np.asarray(values)
        self.work.late_days[:] = [firm.month_late for firm in rows]
