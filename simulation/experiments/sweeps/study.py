"""A sweep made ready: its scenarios, its factors, its points, and what is to be run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.compiled import source_digest
from simulation.experiments.members import Member
from simulation.experiments.outcomes import Outcome
from simulation.experiments.over_ensemble import in_member
from simulation.experiments.sample import Factor
from simulation.experiments.sweeps.declaration import Sweep
from simulation.experiments.sweeps.designs import Design, design_of
from simulation.experiments.sweeps.factors import Varied
from simulation.experiments.sweeps.kept import needs_origins
from simulation.scenario.declarations import leaves
from simulation.scenario.scenario import Scenario
from simulation.state import Bool, Float, Index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENSEMBLE", "MOST_BLOCKS", "Study", "Task"]

ENSEMBLE = "ensemble"
"""Name of the factor whose levels are the members of the calibrated ensemble."""

MOST_BLOCKS = 1_000_000
"""Distance between the seeds of two replications, so that the seeds of no two blocks meet."""


class Task(NamedTuple):
    """One point with one seed, on which all scenarios are run."""

    point: int
    seed: int


@dataclass(frozen=True)
class Study:
    """A sweep made ready.

    Attributes
    ----------
    sweep : Sweep
    scenarios : tuple of Scenario
        As they are swept; the first is the baseline.
    varied : tuple of Varied, F of them
    members : tuple of Member
        Levels of the factor `ENSEMBLE`, which is the last where there are any.
    numbers : (P,) number of each point in the design, which it keeps when the sweep is extended
    drawn, moved : (P, F) position of each factor, and whether the point sets it
    blocks : (P,) block of each point
    left_out : float
        Share of the design's points that constraints left out.
    outcomes : tuple of Outcome
    """

    sweep: Sweep
    scenarios: tuple[Scenario, ...]
    varied: tuple[Varied, ...]
    members: tuple[Member, ...]
    numbers: Index
    drawn: Float
    moved: Bool
    blocks: Index
    left_out: float
    outcomes: tuple[Outcome, ...]

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is varied."""
        return tuple(entry.factor for entry in self.varied)

    @property
    def design(self) -> Design:
        """The design of the points."""
        return design_of(self.sweep.design)

    @property
    def has_origins(self) -> bool:
        """Whether runs must split defects and late days by origin."""
        return needs_origins(self.outcomes)

    @cached_property
    def row_of(self) -> Mapping[int, int]:
        """Row of each point number."""
        return {int(number): row for row, number in enumerate(self.numbers)}

    def seeds(self, row: int) -> list[int]:
        """Return the seeds of a point, one per replication."""
        shift = 0 if self.has_common_seeds else int(self.blocks[row])
        return [self.sweep.first_seed + shift + MOST_BLOCKS * k for k in range(self.sweep.replications)]

    @property
    def has_common_seeds(self) -> bool:
        """Whether all points share their seeds, and not only those of a block."""
        chosen = self.sweep.seeds
        return self.design.has_common_seeds if chosen is None else chosen == "common"

    def tasks(self) -> Iterator[Task]:
        """Yield all that is to be run, point by point."""
        for row, number in enumerate(self.numbers.tolist()):
            yield from (Task(number, seed) for seed in self.seeds(row))

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.numbers) * self.sweep.replications * len(self.scenarios)

    def changes(self, number: int, scenario: Scenario) -> dict[str, Any]:
        """Return by dotted path what a point changes in a scenario, without what its member of the ensemble does."""
        row, own = self.row_of[number], self._own[scenario.name]
        chosen: dict[str, Any] = {}
        for column, entry in enumerate(self.varied):
            if self.moved[row, column] and entry.paths:
                chosen |= entry.changes(entry.factor.value(self.drawn[row, column]), own)
        return chosen

    def member(self, number: int) -> Member | None:
        """Return the member of the ensemble at a point."""
        if not self.members:
            return None
        position = self.drawn[self.row_of[number], -1]
        return self.members[min(len(self.members) - 1, int(position * len(self.members)))]

    def at(self, number: int, scenario: Scenario) -> Scenario:
        """Return a scenario at a point; `InputError` where its values do not fit together."""
        changes, member = self.changes(number, scenario), self.member(number)
        if member is not None:
            return in_member(scenario, member, self.scenarios[0], changes)
        return scenario.with_(changes)

    def start_at(self, number: int) -> int:
        """Return the first month of any policy at a point, 0 without policies: money is discounted to it."""
        firsts = [
            changes.get(f"policy.{name}.first", lever.first)
            for scenario in self.scenarios
            for changes in [self.changes(number, scenario)]
            for name, lever in scenario.policy.items()
        ]
        return min(firsts, default=0)

    def cut(self, numbers: Collection[int]) -> Study:
        """Return the study with some of its points alone, in their order: little to hand to a worker."""
        rows = [self.row_of[number] for number in sorted(set(numbers))]
        part = replace(
            self,
            numbers=self.numbers[rows],
            drawn=self.drawn[rows],
            moved=self.moved[rows],
            blocks=self.blocks[rows],
        )
        part.__dict__.update(_digests=self._digests, _own=self._own)
        return part

    def request(self, number: int, scenario: Scenario, seed: int) -> str:
        """Return the digest of what a run is asked to be: known before the scenario of its point is made.

        It is the SHA-256 of the point's number, the scenario's name and digest, the model's source, what the point
        changes, and the seed. Number and name tell points and scenarios apart that agree in all that is simulated.
        """
        member = self.member(number)
        values = {**(member.values if member else {}), **self.changes(number, scenario)}
        name = scenario.name
        asked = [number, name, self._digests[name], source_digest(), sorted(values.items()), seed]
        return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()

    @cached_property
    def _own(self) -> dict[str, dict[str, Any]]:
        return {
            scenario.name: {".".join(path): value for path, value in leaves(scenario.resolved())}
            for scenario in self.scenarios
        }

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {scenario.name: scenario.digest() for scenario in self.scenarios}

    def design_digest(self) -> str:
        """Return the SHA-256 of where the points are."""
        total = hashlib.sha256()
        for array in (self.numbers, self.drawn, self.moved, self.blocks):
            total.update(np.ascontiguousarray(array).tobytes())
        return total.hexdigest()

    def points(self) -> pd.DataFrame:
        """Return a row per point: point, block, and by factor the value that is simulated."""
        import pandas as pd

        columns: dict[str, Any] = {"point": self.numbers, "block": self.blocks}
        for column, entry in enumerate(self.varied):
            usual = self.usual(entry)
            columns[entry.factor.name] = [
                entry.factor.value(position) if is_set else usual
                for position, is_set in zip(self.drawn[:, column], self.moved[:, column], strict=True)
            ]
        return pd.DataFrame(columns)

    def usual(self, entry: Varied) -> Any:  # noqa: ANN401 - a value of a scenario
        """Return the scenarios' own value of a factor: a multiplier is 1, and none is a member of the ensemble."""
        if entry.is_relative or not entry.paths:
            return 1.0 if entry.is_relative else None
        return next((own[entry.paths[0]] for own in self._own.values() if entry.paths[0] in own), None)
