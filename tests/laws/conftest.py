"""Shared by the laws: drawn economies, many short runs of one world, and the mean path with its spread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import strategies as st

from simulation.state import COLUMNS

NO_INFLUENCE = {
    "influence.customers": 0.0,
    "influence.suppliers": 0.0,
    "influence.peers": 0.0,
    "use.partners": 0.0,
}
QUICK = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
    "adoption.quitting.level": 0.05,
    "lateness.buffer": 3.0,
    "firms.adopters_start.large.manufacturing": 0.3,
    "firms.adopters_start.sme.services": 0.1,
}
"""A livelier economy than the baseline: within two years many adopt, quit and are late."""

RANGES = {
    "adoption.hazard.level": (-1.0, 3.0),
    "adoption.quitting.level": (0.0, 0.2),
    "influence.customers": (0.0, 3.0),
    "influence.suppliers": (0.0, 3.0),
    "influence.peers": (0.0, 3.0),
    "use.partners": (0.0, 1.9),
    "capacity.spill_in": (0.0, 1.0),
    "defects.mismatch": (0.0, 3.0),
    "defects.inspection": (0.0, 1.0),
    "lateness.lean": (0.0, 1.0),
    "lateness.pass_through": (0.0, 1.0),
    "lateness.buffer": (0.0, 10.0),
    "review.base": (0.0, 0.2),
    "review.sensitivity": (0.0, 0.1),
}


@st.composite
def _economies(draw, **fixed):
    """Draw a lively economy of 50 firms: half of the values from their ranges, or at 0, the others as they are."""
    names = draw(st.sets(st.sampled_from(sorted(set(RANGES) - set(fixed)))))
    drawn = {name: draw(st.one_of(st.just(0.0), st.floats(*RANGES[name]))) for name in sorted(names)}
    return QUICK | drawn | fixed


@pytest.fixture(scope="session")
def no_influence():
    """Return the changes under which no firm's choices depend on another's."""
    return NO_INFLUENCE


@pytest.fixture(scope="session")
def quick():
    """Return the changes that make an economy livelier than the baseline."""
    return QUICK


@pytest.fixture(scope="session")
def economies():
    """Return the strategy by which Hypothesis draws lively economies; what is given by name is fixed."""
    return _economies


@pytest.fixture(scope="session")
def adopters_in_runs(scenario_with, world_of, engine_of):
    """Return a function that gives adopters by run and month, shape (runs, months), of unconnected firms."""

    def run(changes, *, firms: int, months: int, seeds, start: int = 0) -> np.ndarray:
        scenario = scenario_with(changes, firms=firms, months=months)
        engine = engine_of(world_of({}, scenario, firms=firms), scenario, 0, has_deliveries=False)
        column = COLUMNS.index("adopters_count")
        counts = []
        for seed in seeds:
            engine.seed, engine.month = seed, 0
            engine.state.adopted[:] = np.arange(firms) < start
            engine.state.months_adopted[:] = 0
            engine.state.wait[:] = 0
            engine.tallies.groups[:] = 0.0
            engine.advance()
            counts.append(engine.tallies.groups[:, :, column].sum(axis=1))
        return np.array(counts)

    return run


@pytest.fixture(scope="session")
def mean_and_spread():
    """Return a function that follows the share of adopters among many firms.

    With x' = x + a(x) (1 - x) - d x, the share of n firms has the variance v' = (1 + f'(x))^2 v +
    (a (1 - a) (1 - x) + d (1 - d) x) / n to first order in 1 / n (van Kampen's expansion), f(x) = x' - x.
    """

    def follow(chance: Callable[[float], float], quitting: float, steps: int, firms: int, start: float = 0.0):
        x, variance = start, 0.0
        path = []
        for _ in range(steps):
            a = chance(x)
            slope = (chance(x + 1e-6) - chance(x - 1e-6)) / 2e-6 * (1.0 - x) - a - quitting
            noise = a * (1.0 - a) * (1.0 - x) + quitting * (1.0 - quitting) * x
            variance = (1.0 + slope) ** 2 * variance + noise / firms
            x += a * (1.0 - x) - quitting * x
            path.append((x, variance**0.5))
        return np.array(path).T

    return follow
