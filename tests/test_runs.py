"""A run is a pure function of scenario and seed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from histories import assert_same_history

from simulation.engines.engine import CompiledEngine
from simulation.engines.strength import solve_strength
from simulation.engines.structure import structural_defects, structural_late
from simulation.errors import InputError
from simulation.runs import check_seed, run, run_in_world
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

SMALL = {
    "name": "small",
    "population.firms": 90,
    "time.months": 20,
    "time.survey_month": 6,
    "time.origin_months": 5,
    "time.start_rounds": 8,
    "adoption.hazard.level": -2.5,
    "budget.per_worker": 3.0,
    "budget.seeds": 3,
}
GRANTS = {"policy.subsidy": {"first": 6, "last": 19}}


@pytest.fixture(scope="module")
def scenario():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="module")
def once(scenario):
    return run(scenario, 4)


def test_the_same_scenario_and_seed_give_the_same_bits(scenario, once):
    again = run(Scenario().with_(SMALL), 4)
    assert again.digest == once.digest
    assert again.key == once.key
    pd.testing.assert_frame_equal(again.series, once.series, check_exact=True)


def test_runs_side_by_side_in_threads_are_the_same_runs(scenario):
    seeds = [1, 2, 3, 1, 2, 3]
    alone = [run(scenario, seed).digest for seed in seeds[:3]]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda seed: run(scenario, seed).digest, seeds))
    assert together == alone * 2


def test_another_seed_gives_another_run(scenario, once):
    other = run(scenario, 5)
    assert other.digest != once.digest
    assert not np.array_equal(other.world.links.supplier, once.world.links.supplier)


def test_a_fixed_network_seed_keeps_the_firms_and_changes_the_luck(scenario, fingerprint):
    fixed = scenario.with_({"network.seed": 7})
    one, two = run(fixed, 4), run(fixed, 5)
    assert fingerprint(one.world.firms, one.world.links) == fingerprint(two.world.firms, two.world.links)
    assert one.digest != two.digest


def test_names_do_not_enter_the_numbers(scenario, once):
    renamed = run(scenario.with_({"name": "other", "title": "Another title", "description": "more"}), 4)
    assert renamed.digest == once.digest
    assert renamed.key == once.key
    assert set(renamed.series["scenario"]) == {"other"}


def test_a_value_that_matters_changes_the_numbers(scenario, once):
    assert run(scenario.with_({"use.growth": 0.04}), 4).digest != once.digest


def test_agents_give_the_same_run(scenario, once):
    assert_same_history(run(scenario, 4, engine="agents"), once)


def test_progress_is_told_every_month_and_changes_nothing(scenario, once):
    told: list[int] = []
    assert run(scenario, 4, on_month=told.append).digest == once.digest
    assert told[-1] == 20
    assert sorted(set(told)) == told
    assert set(range(1, 21)) <= set(told)


def test_strengths_are_solved_before_the_run(scenario):
    funded = scenario.with_(GRANTS)
    solved, _ = solve_strength(funded)
    done = run(funded, 4)
    assert done.scenario == solved
    assert done.scenario.policy["subsidy"].strength != funded.policy["subsidy"].strength
    assert done.digest == run(solved, 4).digest
    assert funded.budget.strength == "solve"


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_in_a_given_world_strengths_stay_as_they_are(scenario, engine):
    funded = scenario.with_({"policy.training": {"first": 6, "last": 19, "strength": 0.5}})
    done = run_in_world(build(funded, 4), funded, 4, engine=engine)
    assert done.scenario.policy["training"].strength == 0.5
    assert done.awards.spent.sum() > 0.0


def test_without_origins_all_other_numbers_are_the_same(scenario, once):
    fast = run(scenario, 4, has_origins=False)
    followed = once.series
    gone = {"defects_from", "late_days_from", "defects_at_depth", "sme_share_of_defects", "sme_share_of_late_days"}
    gone |= {"net_late_days_exported", "net_defects_exported"}
    kept = followed[~followed["measure"].isin(gone)].reset_index(drop=True)
    rest = fast.series[~fast.series["measure"].isin(gone)].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, kept, check_exact=True)


def test_a_run_keeps_no_parts_by_origin_in_its_state(once):
    """They are the largest arrays of a run and are summed in its tallies."""
    assert once.state.defect_parts.size == once.state.late_parts.size == 0
    assert once.record.tallies.late_days.any()


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_seeds_at_the_ends_of_their_range_run_and_stand_in_the_series(scenario, seed):
    assert set(run(scenario, seed).series["seed"]) == {seed}


@pytest.mark.parametrize("seed", [-1, 2**63, 2**64])
def test_seeds_outside_their_range_are_refused(scenario, seed):
    with pytest.raises(InputError, match=f"the seed {seed} is not between 0 and 9223372036854775807"):
        run(scenario, seed)


def test_whole_numbers_of_numpy_are_seeds(scenario, once):
    check_seed(np.int64(3))
    assert run(scenario, np.int64(4)).key == once.key


def test_runs_that_share_a_world_leave_it_as_it_was(scenario, once, fingerprint):
    world = build(scenario, 4)
    before = fingerprint(world.firms, world.links)
    assert run_in_world(world, scenario.with_({"use.growth": 0.05}), 4).digest != once.digest
    assert run_in_world(world, scenario, 4).digest == once.digest
    assert fingerprint(world.firms, world.links) == before


def test_structure_is_that_of_the_firms_in_the_first_the_survey_and_the_last_month(scenario, once):
    assert sorted(once.structure) == [0, 6, 19]
    engine = CompiledEngine(build(scenario, 4), scenario, 4)
    for month, numbers in once.structure.items():
        engine.advance(month + 1 - engine.month)
        arguments = (engine.world.firms, engine.links, engine.state, engine.parameters)
        assert numbers == (structural_defects(*arguments), structural_late(*arguments))


def test_late_days_of_firms_have_the_mean_of_the_series(once):
    recorded = once.series.set_index(["measure", "group", "month"])["value"]["late_days", "all", 19]
    assert recorded > 0.0
    assert np.average(once.late_days, weights=once.world.firms.weight) == pytest.approx(recorded)


def test_without_origin_months_nothing_is_split_by_origin(scenario):
    whole, short = run(scenario, 4), run(scenario.with_({"time.origin_months": 0}), 4)
    assert whole.record.tallies.late_days.shape[1] > 0
    assert short.record.tallies.late_days.shape[1] == 0
    np.testing.assert_array_equal(short.record.tallies.groups, whole.record.tallies.groups)
