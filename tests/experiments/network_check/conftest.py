"""One small network, checked once."""

from __future__ import annotations

import pytest

from simulation.experiments.network_check.check import NetworkCheck, check_network
from simulation.scenario.scenario import Scenario
from simulation.world.build import build


@pytest.fixture(scope="package")
def checked() -> NetworkCheck:
    scenario = Scenario().with_({"name": "small", "population.firms": 300})
    return check_network(build(scenario, 1), scenario, 1)
