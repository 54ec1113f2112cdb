"""Shared by all tests: hand-made worlds, phases as machine code, and one setting of Hypothesis."""

from __future__ import annotations

import functools
import hashlib
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType
from typing import Any

import kept
import numpy as np
import phases
import pytest
from hypothesis import HealthCheck, settings

from simulation.compiled import is_compilation_on
from simulation.engines.bench import new_bench
from simulation.engines.empty import new_awards, new_channels, new_state, new_tallies
from simulation.engines.engine import CompiledEngine
from simulation.engines.lanes import Lanes
from simulation.engines.parameters import parameters_of
from simulation.engines.start import add_sales
from simulation.engines.ties import new_ties, suppliers_in_order
from simulation.engines.workspace import new_workspace
from simulation.experiments.verification.worlds import make_scenario, make_world
from simulation.policies.programmes import programmes
from simulation.scenario.scenario import Scenario
from simulation.state import Links, World
from simulation.world.assembly import reconnected

# The same examples in every run: a failure can be repeated, and a slow machine fails nothing.
settings.register_profile(
    "same", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("few", settings.get_profile("same"), max_examples=10)
settings.load_profile("same" if is_compilation_on() else "few")


class Desk:
    """A world whose state is written by hand and whose phases are called one by one, in double precision."""

    def __init__(self, world: World, scenario: Scenario, *, has_origins: bool = True, real=np.float64) -> None:
        n = world.firms.key.size
        groups = world.groups
        self.world, self.scenario = world, scenario
        self.parameters = parameters_of(scenario, real)
        self.ties = new_ties(world.links, real)
        self.work = new_workspace(world, self.parameters, self.ties, has_origins, real)
        self.state = new_state(n, self.work.goods)
        self.bench = new_bench(self.ties, groups.count, real)
        self.channels = new_channels(n)
        self.tallies = new_tallies(scenario.time.months, groups.count, has_origins)
        self.state.capacity[:] = world.firms.capacity_start
        self.state.user_share[:] = scenario.use.ceiling / 2.0
        add_sales(world.firms, self.ties, self.state, self.work, self.parameters.steps.money)

    @property
    def links(self) -> Links:
        """The links now, with the present suppliers."""
        return reconnected(self.world, suppliers_in_order(self.ties, self.world.links.start))

    def adopt_or_quit(self, month: int = 0, seed: int = 1) -> None:
        phases.adopt_or_quit(
            np.uint64(seed), month, len(self.world.groups.regions), self.world.firms, self.ties,
            self.state, self.channels, self.work, self.bench, self.parameters,
        )  # fmt: skip

    def use(self, month: int = 0) -> None:
        phases.use(
            month, self.world.firms, self.ties, self.state, self.channels, self.work, self.bench,
            self.parameters,
        )  # fmt: skip

    def learn(self) -> None:
        phases.learn(self.world.firms, self.ties, self.state, self.channels, self.parameters)

    def produce(self, month: int = 0, number: int = 0, seed: int = 1) -> None:
        phases.produce(
            np.uint64(seed), month, number, self.world.firms, self.ties, self.state, self.work,
            self.bench, self.parameters,
        )  # fmt: skip

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
        phases.pass_on_defects(rounds, firms, self.ties, state, self.work, self.bench, self.parameters)

    def pass_on_lateness(self, own: Sequence[float] | float, rounds: int = 1) -> None:
        """Pass lateness on with the same own lateness in every round; before the first, all was on time."""
        self.state.own_late[:] = own
        phases.pass_on_lateness(rounds, self.world.firms, self.ties, self.state, self.work, self.bench, self.parameters)

    def begin_month(self) -> None:
        phases.begin_month(self.work)

    def count(self, month: int = 0) -> None:
        """Count the deliveries of a round."""
        phases.count_deliveries(
            month, self.world.firms, self.ties, self.state, self.work, self.bench, self.tallies,
            self.parameters,
        )  # fmt: skip

    def settle(self, month: int = 0) -> None:
        """Note what new adopters pay, without any programme."""
        firms, groups, scenario = self.world.firms, self.world.groups, self.scenario
        none = programmes({}, firms, groups, scenario.budget)
        awards = new_awards(none, firms.key.size, scenario.time.months)
        phases.settle(month, firms, self.state, none, awards, self.work)

    def account(self) -> None:
        phases.account(self.world.firms, self.ties, self.state, self.channels, self.work, self.bench, self.parameters)

    def review(self, month: int = 0, seed: int = 1, *, has_deliveries: bool = False) -> None:
        """Review partners; without deliveries the averages are those in the state."""
        phases.review(
            np.uint64(seed), month, len(self.world.groups.regions), has_deliveries, self.world.firms, self.ties,
            self.state, self.channels, self.work, self.bench, self.tallies, self.parameters,
        )  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave samples of a hundred thousand draws to machine code: as plain Python they would take hours."""
    if is_compilation_on():
        return
    for item in items:
        if item.get_closest_marker("statistical"):
            item.add_marker(pytest.mark.skip(reason="needs machine code (NUMBA_DISABLE_JIT is set)"))


_SECONDS = float(os.environ.get("TIERWISE_TEST_SECONDS", "0"))
"""Processor time after which a test is left out, where the model is not compiled; 0: none."""

_too_slow: set[str] = set()
"""Files of which the worlds that their tests share take too long."""


def _is_measuring(frame: FrameType | None) -> bool:
    """Say whether the tool that measures coverage is at work."""
    while frame is not None:
        if frame.f_code.co_filename.endswith(f"{os.sep}coverage{os.sep}collector.py"):
            return True
        frame = frame.f_back
    return False


def _limited(item: pytest.Item, is_setup: bool) -> Iterator[None]:
    """Leave a test out that takes too long without machine code: it fails nothing, and it proves nothing."""
    reason = f"takes more than {_SECONDS:g} s without machine code"
    is_over = False

    def over(_: int, frame: FrameType | None) -> None:
        nonlocal is_over
        if _is_measuring(frame):  # a lock of coverage must not stay closed: a moment later, then
            signal.setitimer(signal.ITIMER_PROF, 0.01)
            return
        is_over = True
        if is_setup:
            _too_slow.add(str(item.path))
        pytest.skip(reason)

    if _SECONDS == 0.0:
        yield
        return
    if str(item.path) in _too_slow:
        pytest.skip("what its file shares takes too long without machine code")
    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    try:
        yield
    except Exception:
        if is_over:  # what was interrupted, as Hypothesis between two draws, may take that for a fault
            pytest.skip(reason)
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Limit what is made for a test."""
    yield from _limited(item, is_setup=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Limit a test."""
    yield from _limited(item, is_setup=False)


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
    """Return the function that makes the compiled engine in double precision, in which formulas are verified."""
    return functools.partial(CompiledEngine, real=np.float64)


@pytest.fixture
def moved(monkeypatch):
    """Return the list of numbers of runs that were moved together."""
    seen = []
    proper = Lanes.move

    def count(company, last):
        seen.append(company.count)
        return proper(company, last)

    monkeypatch.setattr(Lanes, "move", count)
    return seen


@pytest.fixture(scope="session")
def fingerprint():
    """Return a function that hashes every bit of arrays, in tuples or lists of any depth."""

    def arrays(part: Any) -> Iterator[np.ndarray]:
        if isinstance(part, (tuple, list)):
            for field in part:
                yield from arrays(field)
        else:
            yield np.ascontiguousarray(part)

    def hash_all(*parts: Iterable[Any]) -> str:
        total = hashlib.sha256()
        for array in arrays(parts):
            total.update(array.tobytes())
        return total.hexdigest()

    return hash_all


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory):
    """Return the folder of a small run."""
    return kept.keep_run(tmp_path_factory.mktemp("kept") / "run")


@pytest.fixture(scope="session")
def kept_comparison(tmp_path_factory):
    """Return the folder of a small comparison of two scenarios on two seeds."""
    return kept.keep_comparison(tmp_path_factory.mktemp("kept") / "comparison")


@pytest.fixture(scope="session")
def kept_sweep(tmp_path_factory):
    """Return the folder of a small sweep: two scenarios at three points with two seeds, and a series."""
    return kept.keep_sweep(tmp_path_factory.mktemp("kept") / "sweep")


@pytest.fixture
def no_pictures(monkeypatch):
    """Leave the pictures out of reports, where a test reads their words; drawing them takes longer than the runs."""
    monkeypatch.setattr("simulation.report.comparison.all_pictures", lambda: ())
