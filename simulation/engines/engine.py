"""The compiled engine: arrays from the world, months in order, tallies out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from simulation.engines.bench import new_bench
from simulation.engines.empty import new_awards, new_channels, new_state, new_tallies
from simulation.engines.film import Film, new_film
from simulation.engines.goods import OF_GOODS, Goods
from simulation.engines.packing import Arrays, Pack, pack
from simulation.engines.parameters import parameters_of
from simulation.engines.schedule import SERIAL, months, steps_of
from simulation.engines.start import start_choices, tracked_months
from simulation.engines.ties import new_ties, places, shares_of, suppliers_in_order
from simulation.engines.turning import Change, turned
from simulation.engines.workspace import new_workspace
from simulation.policies import Lever
from simulation.policies.programmes import programmes
from simulation.scenario.scenario import Scenario
from simulation.state import Awards, Channels, Index, Links, Programmes, Tallies, World

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
    threads : int
        Threads among which the firms are divided; the history does not depend on it, to the last bit. More than one
        pays from some hundred thousand firms on.
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
        threads: int = 1,
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
        self.has_own_arrays = True
        self.threads = max(1, min(threads, self.ties.strip.size - 1))
        self.work = new_workspace(world, self.parameters, self.ties, has_origins, real, self.threads)
        self.state = new_state(n, self.work.goods)
        self.benches = [new_bench(self.ties, groups.count, real) for _ in range(self.threads)]
        self.channels = new_channels(n)
        self.awards = new_awards(self.programmes, n, scenario.time.months)
        self.tallies = new_tallies(scenario.time.months, groups.count, has_origins)
        self._packs: dict[int, tuple[Arrays, Pack]] = {}
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

    def film(self, count: int) -> Film:
        """Run ``count`` months, or all that are left, and keep what firms are like in each and what is late."""
        first = self.month
        last = min(first + count, self.scenario.time.months)
        place = places(self.ties.run, self.ties.base, self.world.links.start)
        real, n, rounds = self.work.signal.dtype.type, self.world.firms.key.size, self.parameters.rounds
        film, idle = new_film(real, first, last - first, n, rounds, place), self.work.film
        self.work = self.work._replace(film=film)
        try:
            self._move(last)
        finally:
            self.work = self.work._replace(film=idle)
            self._packs.clear()  # they hold the film
        return film

    def _move(self, last: int) -> None:
        """Run the months up to, without, ``last``."""
        if self.month < 0:
            self._do(steps_of(self.scenario.time.start_rounds, self.has_deliveries, is_start=True), -1, 0)
        self._do(steps_of(self.parameters.rounds, self.has_deliveries), max(0, self.month), last)
        self.month = last

    def _do(self, steps: Index, first: int, last: int) -> None:
        """Do the steps in each of the months ``first`` to ``last`` - 1."""
        if self.threads == 1:
            self._do_strips(steps, first, last, 0, 0, self.ties.strip.size - 1)
            return
        shares = shares_of(self.ties, self.threads)
        with ThreadPoolExecutor(self.threads - 1) as pool:
            for month in range(first, last):
                for step in steps[:, np.newaxis]:
                    if int(step[0, 0]) in SERIAL:
                        self._do_strips(step, month, month + 1, 0, 0, 0)
                        continue
                    others = [
                        pool.submit(self._do_strips, step, month, month + 1, thread, *shares[thread])
                        for thread in range(1, self.threads)
                    ]
                    self._do_strips(step, month, month + 1, 0, *shares[0])
                    for other in others:
                        other.result()

    def _do_strips(self, steps: Index, first: int, last: int, thread: int, low: int, high: int) -> None:
        """Do the steps for the strips ``low`` to ``high`` - 1 on one thread."""
        months(
            np.uint64(self.seed),
            first,
            last,
            steps,
            thread,
            low,
            high,
            len(self.world.groups.regions),
            self.has_deliveries,
            self.tracked_from,
            self._packed(thread),
        )

    def _packed(self, thread: int) -> Pack:
        """Return the arrays as they are now, for a thread; packed anew where one was exchanged."""
        arrays = (
            *(self.world.firms, self.ties, self.state, self.channels, self.programmes, self.awards, self.work),
            *(self.benches[thread], self.tallies, self.parameters),
        )
        if thread in self._packs:
            kept, made = self._packs[thread]
            if all(one is other for one, other in zip(arrays, kept, strict=True)):
                return made
        self._packs[thread] = arrays, pack(arrays)
        return self._packs[thread][1]

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy starts from: its packs are its own."""
        return self.__dict__ | {"_packs": {}}

    def copy(self) -> CompiledEngine:
        """Return a twin at the same month, which goes its own way from here."""
        twin = copy.copy(self)
        twin.own_arrays()
        return twin

    def own_arrays(self) -> None:
        """Exchange what months change for copies: nobody else is changed by them from here."""
        self.ties = self.ties._replace(supplier=self.ties.supplier.copy(), factor=self.ties.factor.copy())
        self.programmes = Programmes._make(field.copy() for field in self.programmes)
        self.awards = Awards._make(field.copy() for field in self.awards)
        goods, others = (Goods._make(field.copy() for field in both) for both in (self.work.goods, self.work.others))
        sums = Tallies._make(field.copy() for field in self.work.sums)
        nested = ("goods", "others", "sums", "film")
        arrays = {name: field.copy() for name, field in self.work._asdict().items() if name not in nested}
        self.work = self.work._replace(goods=goods, others=others, sums=sums, **arrays)
        viewed = new_state(self.world.firms.key.size, self.work.goods)
        own = {name: field.copy() for name, field in self.state._asdict().items() if name not in OF_GOODS}
        self.state = viewed._replace(**own)
        real = self.work.signal.dtype.type
        self.benches = [new_bench(self.ties, self.world.groups.count, real) for _ in self.benches]
        self.tallies = Tallies._make(field.copy() for field in self.tallies)
        self.channels = Channels._make(field.copy() for field in self.channels)
        self.has_own_arrays = True

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

    def branch(self, scenario: Scenario, *, has_own_arrays: bool = True) -> CompiledEngine:
        """Return a twin at the same month that goes on as a scenario which differs from this one's in policy alone.

        Without arrays of its own it must not move until it has copies (see `simulation.engines.together`).
        """
        twin = self.copy() if has_own_arrays else copy.copy(self)
        twin.has_own_arrays = has_own_arrays
        twin.scenario = scenario  # whose budget its levers share
        twin.change_policy(scenario.policy)
        return twin
