"""Runs and a folder with them."""

from __future__ import annotations

import pytest

from simulation.runs import run
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs

TINY = {"time.start_rounds": 8, "time.survey_month": 6, "time.origin_months": 3, "adoption.hazard.level": -2.5}


@pytest.fixture(scope="module")
def runs(scenario_with):
    scenario = scenario_with(TINY | {"name": "tiny"}, firms=60, months=14)
    return [run(scenario, seed) for seed in (1, 2)]


@pytest.fixture
def saved(runs, tmp_path):
    """A folder with two runs, firms and links of both."""
    parts = save_runs(tmp_path / "out", runs, has_firms=True)
    write_manifest(tmp_path / "out", {"kind": "test", "seeds": [1, 2]}, parts)
    return tmp_path / "out"
