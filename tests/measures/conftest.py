"""Records with numbers chosen by hand or drawn at random, without running the model."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.empty import new_awards, new_tallies
from simulation.measures import Record
from simulation.policies.programmes import Budget, programmes
from simulation.state import COLUMNS


@pytest.fixture
def record(scenario_with, world_of) -> Record:
    """Return a record of three months and the eight default groups, with a different number in every place."""
    scenario = scenario_with(firms=2, months=3)
    world = world_of({}, scenario, firms=2)
    made = programmes({}, world.firms, world.groups, Budget())
    tallies = new_tallies(3, 8, has_origins=True)
    random = np.random.default_rng(12)
    for tally in tallies:
        tally[:] = random.uniform(1.0, 2.0, tally.shape)
    # Parts of a whole are smaller than the whole.
    for part in ("users", "adopters", "on_time"):
        tallies.groups[:, :, COLUMNS.index(part)] *= 0.3
    return Record(world.groups, tallies, new_awards(made, 2, 3), 0.9)


@pytest.fixture
def table(record):
    """Return a function that gives (T, G) a column of the tallies."""
    return lambda name: record.tallies.groups[:, :, COLUMNS.index(name)]


@pytest.fixture
def masks():
    """Return masks of the default groups, which number size x sector x region."""
    numbers = np.arange(8)
    return {
        "all": numbers >= 0,
        "large": numbers < 4,
        "sme": numbers >= 4,
        "manufacturing": (numbers // 2) % 2 == 0,
        "services": (numbers // 2) % 2 == 1,
        "capital": numbers % 2 == 0,
        "elsewhere": numbers % 2 == 1,
    }
