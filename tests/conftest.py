"""Shared by all tests: hand-made worlds, phases as machine code, and one setting of Hypothesis."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from simulation.compiled import compiled, is_compilation_on
from simulation.engines import accounting, adopting, awarding, delivering, recording, reviewing
from simulation.engines.engine import CompiledEngine
from simulation.engines.parameters import parameters_of
from simulation.engines.workspace import new_awards, new_channels, new_state, new_tallies, new_workspace, own_links
from simulation.policies.programmes import programmes
from simulation.scenario.scenario import Scenario
from simulation.state import World
from simulation.world.assembly import assemble
from simulation.world.network import Network
from simulation.world.population import Population, groups_of

# The same examples in every run: a failure can be repeated, and a slow machine fails nothing.
settings.register_profile(
    "same", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

LARGE_MAKER, SME_MAKER = 0, 4
"""Groups of the default scenario: large and small manufacturers of the capital."""

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


def all_zero(table: Any) -> Any:
    """Return a table of a scenario, of any depth, with 0 in every entry."""
    return {name: all_zero(entry) for name, entry in table.items()} if isinstance(table, dict) else 0.0


def make_scenario(changes: Mapping[str, Any] | None = None, *, firms: int = 10, months: int = 12) -> Scenario:
    """Return a small scenario in which nobody has adopted at the start and partners stay."""
    quiet = {
        "review.base": 0.0,
        "review.sensitivity": 0.0,
        "population.firms": firms,
        "network.mean_suppliers": min(5.0, 0.5 * firms),
        "time.months": months,
        "time.survey_month": 0,
        "firms.adopters_start": all_zero(Scenario().firms.adopters_start),
    }
    return Scenario().with_(quiet | dict(changes or {}))


def make_world(
    suppliers: Mapping[int, Sequence[int]],
    scenario: Scenario,
    *,
    firms: int,
    weights: Mapping[int, Sequence[float]] | None = None,
    not_critical: Iterable[tuple[int, int]] = (),
    group: Sequence[int] | int = SME_MAKER,
    key: Sequence[int] | None = None,
    workers: Sequence[float] | float = 10.0,
    capacity: Sequence[float] | float = 0.5,
    **fields: Sequence[float] | float,
) -> World:
    """Return a world of hand-made firms and links.

    ``suppliers[i]`` lists the suppliers of buyer i in slot order, with equal shares unless ``weights`` says otherwise;
    all are critical but the (supplier, buyer) pairs in ``not_critical``. Further keywords replace fields of `Firms`.
    """
    lists = [list(suppliers.get(buyer, ())) for buyer in range(firms)]
    shares = [
        list(weights[buyer]) if weights and buyer in weights else [1.0 / len(row) for _ in row]
        for buyer, row in enumerate(lists)
    ]
    idle = set(not_critical)
    network = Network(
        start=np.cumsum([0, *(len(row) for row in lists)]).astype(np.int64),
        supplier=np.array([j for row in lists for j in row], np.int32),
        weight=np.array([w for row in shares for w in row], np.float64),
        is_critical=np.array([(j, i) not in idle for i, row in enumerate(lists) for j in row], np.uint8),
    )
    population = Population(
        key=np.arange(firms, dtype=np.uint64) if key is None else np.asarray(key, np.uint64),
        names=None,
        group=np.broadcast_to(np.asarray(group, np.int32), firms).copy(),
        workers=np.broadcast_to(np.asarray(workers, np.float64), firms).copy(),
        weight=np.ones(firms),
        capacity_start=np.broadcast_to(np.asarray(capacity, np.float64), firms).copy(),
        sales=None,
        fills=(),
    )
    made = assemble(population, network, groups_of(scenario), scenario)
    changed = {
        name: np.broadcast_to(np.asarray(value, getattr(made.firms, name).dtype), firms).copy()
        for name, value in fields.items()
    }
    return made._replace(firms=made.firms._replace(**changed))


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
