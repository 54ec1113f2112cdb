"""A run in progress: its months, what is looked at on its way, and where others branch off.

Scenarios that differ in policy alone are one until the first of their policies begins. Their start, the months until
then and what is looked at in them are computed once; each goes on from a copy, small worlds side by side, with the same
bits as a run of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.strength import policy_start
from simulation.engines.structure import structural_defects, structural_late
from simulation.engines.together import advance_together, branches, most_lanes
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
        self._looked: set[int] = set()

    def advance(self, month: int, on_month: Callable[[int], None] | None = None) -> None:
        """Run the months up to, without, ``month``; ``on_month`` is told the number of months done."""
        while True:
            stop = min(self._stop(), month)
            while self.mover.month < stop:
                self.mover.advance(1 if on_month else stop - self.mover.month)
                if on_month:
                    on_month(self.mover.month)
            if stop - 1 in self._looks() - self._looked:
                self._look(stop - 1)
            if stop == month:
                return

    def _looks(self) -> set[int]:
        """Return the months in which the network is looked at; without R_q and R_d only the last."""
        time = self.scenario.time
        return {0, time.survey_month, time.months - 1} if self.has_structure else {time.months - 1}

    def _stop(self) -> int:
        """Return the month up to which nothing need be looked at on the way."""
        months = self.scenario.time.months
        return min((look + 1 for look in self._looks() if self.mover.month <= look), default=months)

    def _look(self, month: int) -> None:
        self._looked.add(month)
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
        return self._twin(scenario, self._branching([scenario]).branch(scenario))

    def ends(self, scenarios: Sequence[Scenario]) -> Iterator[Run]:
        """Yield the runs of several such scenarios, small worlds moved side by side: the same runs as one by one."""
        size = most_lanes(self.world.firms.key.size)
        for first in range(0, len(scenarios), size):
            yield from self._ends(scenarios[first : first + size])

    def _ends(self, scenarios: Sequence[Scenario]) -> list[Run]:
        engine = self._branching(scenarios)
        stop, months = self._stop(), self.scenario.time.months
        engines = branches(engine, scenarios, stop)
        courses = [self._twin(scenario, engine) for scenario, engine in zip(scenarios, engines, strict=True)]
        for course in courses:
            course.advance(stop)
        while stop < months:
            stop = courses[0]._stop()
            advance_together(engines, stop)
            for course in courses:
                course.advance(stop)
        return [course.end() for course in courses]

    def _branching(self, scenarios: Sequence[Scenario]) -> CompiledEngine:
        """Return the engine, from which the scenarios may go on."""
        if not isinstance(self.mover, CompiledEngine) or shared_months(scenarios) < self.mover.month:
            message = "only a compiled run branches, and before the policy of the branch begins"
            raise ValueError(message)
        return self.mover

    def _twin(self, scenario: Scenario, engine: CompiledEngine) -> Course:
        twin = Course(self.world, scenario, self.seed, engine, has_structure=self.has_structure)
        twin._links, twin._structure, twin._looked = self._links, dict(self._structure), set(self._looked)
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
