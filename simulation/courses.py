"""A run in progress: its months, what is looked at on its way, and where others branch off.

Scenarios that differ in policy alone are one until the first of their policies begins. Their start, the months until
then and what is looked at in them are computed once; each goes on from a copy, with the same bits as a run of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.strength import policy_start
from simulation.engines.structure import structural_defects, structural_late
from simulation.measures import Record
from simulation.records import Run
from simulation.scenario.scenario import NAMES, Scenario
from simulation.state import World

if TYPE_CHECKING:
    from simulation.mesa_model import SupplyChainModel

__all__ = ["Course", "history_key", "shared_months", "stem_of"]

_OF_POLICY = (*NAMES, "budget", "policy")
"""Parts of a scenario that decide nothing before its policy begins."""


def history_key(scenario: Scenario) -> str:
    """Return what decides what happens before policies begin, so that scenarios which agree in it share that.

    The order of sizes, sectors and regions is part of it: it numbers the groups.
    """
    return json.dumps({name: value for name, value in scenario.resolved().items() if name not in _OF_POLICY})


def shared_months(scenarios: Sequence[Scenario]) -> int:
    """Return the months before the first of all policies begins; all months where there is no policy."""
    return min(policy_start(each.policy) if each.policy else each.time.months for each in scenarios)


class Course:
    """A run in progress, and R_q and R_d as they were in its first month, in that of the survey and in its last.

    Parameters
    ----------
    world : World
    scenario : Scenario
    seed : int
    mover : CompiledEngine or SupplyChainModel
        Of this scenario and seed in this world, at its start.
    has_structure : bool
        Whether R_q and R_d are computed.
    """

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        seed: int,
        mover: CompiledEngine | SupplyChainModel,
        *,
        has_structure: bool = True,
    ) -> None:
        self.world = world
        self.scenario = scenario
        self.seed = seed
        self.mover = mover
        self.has_structure = has_structure
        self._links = world.links
        self._structure: dict[int, tuple[float, float]] = {}

    def advance(self, month: int, on_month: Callable[[int], None] | None = None) -> None:
        """Run the months up to, without, ``month``; ``on_month`` is told the number of months done."""
        time = self.scenario.time
        looks = {0, time.survey_month, time.months - 1}
        for stop in sorted({look + 1 for look in looks if self.mover.month <= look < month} | {month}):
            while self.mover.month < stop:
                self.mover.advance(1 if on_month else stop - self.mover.month)
                if on_month:
                    on_month(self.mover.month)
            if stop - 1 in looks and stop - 1 not in self._structure:
                self._look(stop - 1)

    def _look(self, month: int) -> None:
        if self.has_structure or month == self.scenario.time.months - 1:
            self._links = self.mover.links
        if self.has_structure:
            arguments = (self.world.firms, self._links, self.mover.state, self.mover.parameters)
            self._structure[month] = (structural_defects(*arguments), structural_late(*arguments))

    def branch(self, scenario: Scenario) -> Course:
        """Return a course that goes on from here as a scenario that differs from this one's in policy alone.

        Raises
        ------
        ValueError
            Agents move it, or the policy has begun.
        """
        if not isinstance(self.mover, CompiledEngine) or shared_months([scenario]) < self.mover.month:
            message = "only a compiled run branches, and before the policy of the branch begins"
            raise ValueError(message)
        twin = Course(self.world, scenario, self.seed, self.mover.branch(scenario), has_structure=self.has_structure)
        twin._links, twin._structure = self._links, dict(self._structure)
        return twin

    def end(self, on_month: Callable[[int], None] | None = None) -> Run:
        """Run the months that are left, and return what is kept of the run."""
        self.advance(self.scenario.time.months, on_month)
        record = Record(self.world.groups, self.mover.tallies, self.mover.awards, self.scenario.use.ceiling)
        late_days = self.mover.work.late_days / self.scenario.time.deliveries_per_month
        # The parts by origin are large and already summed in the tallies.
        state = self.mover.state._replace(defect_parts=np.zeros((0, 0, 0)), late_parts=np.zeros((0, 0)))
        return Run(self.scenario, self.seed, self.world, record, self._structure, state, late_days, self._links)


def stem_of(
    world: World, scenario: Scenario, seed: int, months: int, *, has_origins: bool = True, has_structure: bool = True
) -> Course:
    """Return what scenarios that differ from this one in policy alone have in common: the first months, no policy."""
    has_origins = has_origins and scenario.time.origin_months > 0
    engine = CompiledEngine(world, scenario, seed, has_origins=has_origins, levers={})
    course = Course(world, scenario, seed, engine, has_structure=has_structure)
    course.advance(months)
    return course
