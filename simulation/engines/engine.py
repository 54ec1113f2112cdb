"""The compiled engine: arrays from the world, months in order, tallies out."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from simulation.engines.parameters import parameters_of
from simulation.engines.schedule import months
from simulation.engines.start import start_choices, tracked_months
from simulation.engines.ties import new_ties, suppliers_in_order
from simulation.engines.turning import Change, turned
from simulation.engines.workspace import (
    OF_GOODS,
    Goods,
    Workspace,
    new_awards,
    new_bench,
    new_channels,
    new_state,
    new_tallies,
    new_workspace,
)
from simulation.policies import Lever
from simulation.policies.programmes import programmes
from simulation.scenario.scenario import Scenario
from simulation.state import Awards, Channels, Links, Programmes, Tallies, World

__all__ = ["CompiledEngine"]


class CompiledEngine:
    """One run in progress: the state of a world that moves month by month.

    Parameters
    ----------
    world : World
        Who exists.
    scenario : Scenario
        Parameters and policy.
    seed : int
        Seed of the run's draws.
    has_origins : bool
        Whether defects and late days are split by origin and depth.
    has_deliveries : bool
        Whether goods move; without, only adoption, use, learning and money are computed (for calibration and for
        solving budgets); partners are then replaced at the base hazard alone, because nobody has a record.
    levers : mapping, optional
        Levers to use instead of the scenario's.
    real : type
        Precision of what changes: single, or double where formulas are verified to the last digit.
    """

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        seed: int,
        *,
        has_origins: bool = False,
        has_deliveries: bool = True,
        levers: Mapping[str, Lever] | None = None,
        real: type[np.floating] = np.float32,
    ) -> None:
        self.world = world
        self.scenario = scenario
        self.seed = seed
        self.month = -1  # the unrecorded rounds before month 0
        self.has_deliveries = has_deliveries
        self.parameters = parameters_of(scenario, real)
        firms, groups = world.firms, world.groups
        n = firms.key.size
        self.ties = new_ties(world.links, real)
        self.levers = scenario.policy if levers is None else levers
        self.changes: tuple[Change, ...] = ()
        self.programmes = programmes(self.levers, firms, groups, scenario.budget)
        self.work = new_workspace(world, self.parameters, has_origins, real)
        self.state = new_state(n, self.work.goods)
        self.bench = new_bench(self.ties, groups.count, real)
        self.channels = new_channels(n)
        self.awards = new_awards(self.programmes, n, scenario.time.months)
        self.tallies = new_tallies(scenario.time.months, groups.count, has_origins)
        self.tracked_from, self.work.tracking[1] = tracked_months(scenario)
        self.work.tracking[0] = 0
        start_choices(world, scenario, self.ties, self.state, self.work, self.parameters, seed)
        self._move(0)

    @property
    def links(self) -> Links:
        """The links now: the world's, with the present suppliers."""
        from simulation.world.assembly import reconnected

        return reconnected(self.world, suppliers_in_order(self.ties, self.world.links.start))

    def advance(self, count: int | None = None) -> None:
        """Run ``count`` months, by default all that are left."""
        left = self.scenario.time.months - self.month
        last = self.month + (left if count is None else min(count, left))
        self._move(last)

    def _move(self, last: int) -> None:
        """Run the months up to, without, ``last``."""
        months(
            np.uint64(self.seed),
            self.month,
            last,
            len(self.world.groups.regions),
            self.has_deliveries,
            self.scenario.time.start_rounds,
            self.tracked_from,
            self.world.firms,
            self.ties,
            self.state,
            self.channels,
            self.programmes,
            self.awards,
            self.work,
            self.bench,
            self.tallies,
            self.parameters,
        )
        self.month = last

    def copy(self) -> CompiledEngine:
        """Return a twin at the same month, which goes its own way from here."""
        twin = copy.copy(self)
        twin.ties = self.ties._replace(supplier=self.ties.supplier.copy(), factor=self.ties.factor.copy())
        twin.programmes = Programmes._make(field.copy() for field in self.programmes)
        twin.awards = Awards._make(field.copy() for field in self.awards)
        goods, others = (Goods._make(field.copy() for field in both) for both in (self.work.goods, self.work.others))
        arrays = {name: field.copy() for name, field in self.work._asdict().items() if name not in ("goods", "others")}
        twin.work = Workspace(goods=goods, others=others, **arrays)
        viewed = new_state(self.world.firms.key.size, twin.work.goods)
        own = {name: field.copy() for name, field in self.state._asdict().items() if name not in OF_GOODS}
        twin.state = viewed._replace(**own)
        twin.bench = new_bench(self.ties, self.world.groups.count, self.work.signal.dtype.type)
        twin.tallies = Tallies._make(field.copy() for field in self.tallies)
        twin.channels = Channels._make(field.copy() for field in self.channels)
        return twin

    def change_policy(self, levers: Mapping[str, Lever]) -> None:
        """Go on under other levers from this month, with the same draws (see `simulation.engines.turning`)."""
        world, month = self.world, max(self.month, 0)
        coming = programmes(levers, world.firms, world.groups, self.scenario.budget)
        self.programmes, self.awards = turned(month, self.levers, levers, self.programmes, coming, self.awards)
        self.levers = levers
        self.changes = (*self.changes, (month, levers))

    def fork(self, levers: Mapping[str, Lever]) -> CompiledEngine:
        """Return a twin at the same month that goes on under other levers: same history, same draws, other policy."""
        twin = self.copy()
        twin.change_policy(levers)
        return twin
