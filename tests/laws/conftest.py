"""Shared by the laws of adoption: many short runs of one world, and the mean path with its spread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simulation.state import COLUMNS


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
