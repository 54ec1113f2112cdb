"""What a run lives again is what it lived, whichever engine made it and in either precision."""

from __future__ import annotations

import numpy as np
import pytest
from histories import LATE_AND_LIVELY

from simulation.engines.events import LateEvents
from simulation.errors import InputError
from simulation.replays import stored_run
from simulation.runs import run_in_world
from simulation.world.build import build

FIRMS, MONTHS, SEED = 40, 8, 2


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LATE_AND_LIVELY | {"policy.subsidy": {"first": 1, "last": 6}}, firms=FIRMS, months=MONTHS)


@pytest.fixture(scope="module")
def world(scenario):
    return build(scenario, SEED)


@pytest.mark.parametrize("engine", ["compiled", "agents"])
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_events_of_a_run_are_those_that_it_had(world, scenario, engine, real):
    done = run_in_world(world, scenario, SEED, engine=engine, real=real)
    events = done.events()
    assert list(events) == list(LateEvents._fields)
    assert events["days"].dtype == real
    inherited = np.bincount(events["month"][events["links"] > 0], minlength=MONTHS)
    np.testing.assert_array_equal(inherited, done.record.tallies.late_inherited)
    last = events[(events["month"] == MONTHS - 1) & (events["round"] == 3)]
    is_late = done.state.late > scenario.lateness.tolerance
    np.testing.assert_array_equal(last["buyer"], np.flatnonzero(is_late))
    np.testing.assert_array_equal(last["days"], done.state.late[is_late])
    np.testing.assert_array_equal(last["root"], done.state.root[is_late])


def test_without_scenarios_there_is_nothing_to_live_again(tmp_path):
    with pytest.raises(InputError, match=r"holds no runs of scenarios$"):
        stored_run({}, tmp_path)


def test_a_stored_run_is_found_by_scenario_and_seed(scenario, tmp_path):
    other = scenario.with_({"name": "other", "lateness.buffer": 5.0})
    entries = {one.name: {"resolved": one.resolved(), "digest": one.digest()} for one in (scenario, other)}
    manifest = {"scenarios": entries, "seeds": [2, 3]}
    first, chosen = stored_run(manifest, tmp_path), stored_run(manifest, tmp_path, "other", 3)
    assert (first.scenario, first.seed) == (scenario, 2)
    assert (chosen.scenario, chosen.seed) == (other, 3)
    assert not first.is_of_this_model  # the manifest does not say that it is
    np.testing.assert_array_equal(chosen.world.links.supplier, build(other, 3).links.supplier)
