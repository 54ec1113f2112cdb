"""Shared by all tests: hand-made worlds, phases as machine code, and one setting of Hypothesis."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from simulation.compiled import compiled, is_compilation_on
from simulation.engines import accounting, adopting, awarding, delivering, recording, reviewing
from simulation.engines.engine import CompiledEngine
from simulation.engines.parameters import parameters_of
from simulation.engines.workspace import new_awards, new_channels, new_state, new_tallies, new_workspace, own_links
from simulation.experiments.verification.worlds import make_scenario, make_world
from simulation.policies.programmes import programmes
from simulation.scenario.scenario import Scenario
from simulation.state import World

# The same examples in every run: a failure can be repeated, and a slow machine fails nothing.
settings.register_profile(
    "same", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

PHASES = {
    phase.__name__: compiled(phase.plain)
    for phase in (
        adopting.adopt_or_quit,
        adopting.use,
        adopting.learn,
        awarding.policy,
        awarding.settle,
        delivering.produce,
        delivering.pass_on_defects,
        delivering.pass_on_lateness,
        recording.begin_month,
        recording.count_deliveries,
        accounting.account,
        reviewing.review,
    )
}
"""Phases of a month as machine code that Python can call; the model itself compiles them into one loop."""


class Desk:
    """A world whose state is written by hand and whose phases are called one by one."""

    def __init__(self, world: World, scenario: Scenario, *, has_origins: bool = True) -> None:
        n = world.firms.key.size
        groups = world.groups
        self.world, self.scenario = world, scenario
        self.parameters = parameters_of(scenario)
        self.state = new_state(n, groups.count, has_origins)
        self.links = own_links(world.links)
        self.work = new_workspace(world, self.parameters, has_origins)
        self.channels = new_channels(n)
        self.tallies = new_tallies(scenario.time.months, groups.count, has_origins)
        self.state.capacity[:] = world.firms.capacity_start
        self.state.user_share[:] = scenario.use.ceiling / 2.0

    def adopt_or_quit(self, month: int = 0, seed: int = 1) -> None:
        regions = len(self.world.groups.regions)
        PHASES["adopt_or_quit"](
            np.uint64(seed), month, regions, self.world.firms, self.links, self.state, self.channels, self.work,
            self.parameters,
        )  # fmt: skip

    def use(self, month: int = 0) -> None:
        world = self.world
        PHASES["use"](month, world.firms, self.links, self.state, self.channels, self.work, self.parameters)

    def learn(self) -> None:
        PHASES["learn"](self.world.firms, self.state, self.channels, self.parameters)

    def produce(self, month: int = 0, number: int = 0, seed: int = 1) -> None:
        PHASES["produce"](np.uint64(seed), month, number, self.world.firms, self.state, self.parameters)

    def pass_on_defects(self, own: Sequence[float] | float, rounds: int = 1, *, starts_alone: bool = True) -> None:
        """Pass defects on; at first everybody delivers only the own defects, unless a round came before."""
        state, firms = self.state, self.world.firms
        state.own_defects[:] = own
        if starts_alone:
            state.defects[:] = own
            state.defect_parts[:] = 0.0
            if state.defect_parts.shape[0] > 0:
                everybody = np.arange(firms.key.size)
                state.defect_parts[everybody, firms.group, 0] = -np.log1p(-state.defects)
        for _ in range(rounds):
            PHASES["pass_on_defects"](firms, self.links, state, self.work, self.parameters)

    def pass_on_lateness(self, own: Sequence[float] | float, rounds: int = 1) -> None:
        """Pass lateness on with the same own lateness in every round; before the first, all was on time."""
        self.state.own_late[:] = own
        for _ in range(rounds):
            PHASES["pass_on_lateness"](self.world.firms, self.links, self.state, self.work, self.parameters)

    def begin_month(self) -> None:
        PHASES["begin_month"](self.work)
        self.work.own_cost[:] = 0.0  # as *policy* does

    def count(self, month: int = 0) -> None:
        """Count the deliveries of a round."""
        PHASES["count_deliveries"](month, self.world.firms, self.state, self.work, self.tallies, self.parameters)

    def settle(self, month: int = 0) -> None:
        """Note what new adopters pay, without any programme."""
        firms, groups, scenario = self.world.firms, self.world.groups, self.scenario
        none = programmes({}, firms, groups, scenario.budget)
        awards = new_awards(none, firms.key.size, scenario.time.months)
        PHASES["settle"](month, firms, self.state, none, awards, self.work)

    def account(self) -> None:
        PHASES["account"](self.world.firms, self.links, self.state, self.channels, self.work, self.parameters)

    def review(self, month: int = 0, seed: int = 1, *, has_deliveries: bool = False) -> None:
        """Review partners in ``links``; without deliveries the averages are those in the state."""
        regions = len(self.world.groups.regions)
        PHASES["review"](
            np.uint64(seed), month, regions, has_deliveries, self.world.firms, self.links, self.state, self.channels,
            self.work, self.tallies, self.parameters,
        )  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave samples of a hundred thousand draws to machine code: as plain Python they would take hours."""
    if is_compilation_on():
        return
    for item in items:
        if item.get_closest_marker("statistical"):
            item.add_marker(pytest.mark.skip(reason="needs machine code (NUMBA_DISABLE_JIT is set)"))


@pytest.fixture(scope="session")
def scenario_with():
    """Return the function that makes a small scenario with changes."""
    return make_scenario


@pytest.fixture(scope="session")
def world_of():
    """Return the function that makes a world of hand-made firms and links."""
    return make_world


@pytest.fixture(scope="session")
def desk_of():
    """Return the class for worlds whose phases are called one by one."""
    return Desk


@pytest.fixture(scope="session")
def engine_of():
    """Return the compiled engine."""
    return CompiledEngine


@pytest.fixture(scope="session")
def fingerprint():
    """Return a function that hashes every bit of some tuples of arrays."""

    def hash_all(*parts: Iterable[Any]) -> str:
        total = hashlib.sha256()
        for part in parts:
            for array in part:
                total.update(np.ascontiguousarray(array).tobytes())
        return total.hexdigest()

    return hash_all
