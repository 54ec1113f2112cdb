"""The compiled engine: what it runs, what it leaves out on request, and copies that go on under other levers."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.runs import run
from simulation.world.build import build

LIVELY = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "adoption.quitting.level": 0.05,
    "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
    "budget": {"per_worker": 20.0, "strength": "fixed"},
}
SUBSIDY = {"policy.subsidy": {"first": 6, "last": 20}}
CHOICES = ("adopted", "months_adopted", "wait", "log_odds", "user_share", "capacity", "effective")


@pytest.fixture(scope="module")
def scenario(scenario_with):
    return scenario_with(LIVELY, firms=150, months=24)


@pytest.fixture(scope="module")
def funded(scenario):
    return scenario.with_(SUBSIDY)


def test_a_seed_gives_the_same_bits_again(scenario, fingerprint):
    prints = set()
    for _ in range(2):
        engine = CompiledEngine(build(scenario, 3), scenario, 3, has_origins=True)
        engine.advance()
        prints.add(fingerprint(engine.state, engine.tallies, engine.awards))
    assert len(prints) == 1


def test_another_seed_gives_another_history_in_the_same_world(scenario):
    world = build(scenario, 3)
    engines = [CompiledEngine(world, scenario, seed) for seed in (1, 2)]
    for engine in engines:
        engine.advance()
    assert (engines[0].state.adopted != engines[1].state.adopted).any()


@pytest.mark.parametrize("seed", [0, 2**32, 2**63, 2**64 - 1])
def test_any_64_bit_seed_runs(scenario, seed):
    engine = CompiledEngine(build(scenario, 1), scenario, seed, has_deliveries=False)
    engine.advance()
    assert engine.state.adopted.sum() > 0


def test_running_leaves_the_world_as_it_was(funded, fingerprint):
    world = build(funded, 1)
    before = fingerprint(world.firms, world.links)
    CompiledEngine(world, funded, 1, has_origins=True).advance()
    assert fingerprint(world.firms, world.links) == before


def test_choices_and_money_do_not_depend_on_deliveries(funded):
    """Deliveries may be left out where only choices and money are asked for."""
    world = build(funded, 1)
    engines = [CompiledEngine(world, funded, 1, has_deliveries=flag) for flag in (True, False)]
    for engine in engines:
        engine.advance()
    for name in CHOICES:
        assert (getattr(engines[0].state, name) == getattr(engines[1].state, name)).all()
    assert (engines[0].awards.spent == engines[1].awards.spent).all()
    assert engines[0].state.late.any()
    assert not engines[1].state.late.any()


def test_a_fork_goes_on_as_if_its_levers_had_been_there_from_the_start(scenario, funded, fingerprint):
    """Bit for bit; the policy begins in month 6, the fork is made there."""
    world = build(scenario, 1)
    stem = CompiledEngine(world, scenario, 1)
    stem.advance(6)
    twin = stem.fork(funded.policy)
    twin.advance()
    direct = CompiledEngine(world, funded, 1)
    direct.advance()
    assert direct.awards.served.sum() > 0
    assert fingerprint(twin.state, twin.tallies, twin.awards) == fingerprint(
        direct.state, direct.tallies, direct.awards
    )


def test_a_fork_leaves_its_stem_alone(scenario, funded, fingerprint):
    stem = CompiledEngine(build(scenario, 1), scenario, 1)
    stem.advance(6)
    before = fingerprint(stem.state, stem.tallies, stem.awards, stem.work, stem.channels)
    stem.fork(funded.policy).advance()
    assert stem.month == 6
    assert fingerprint(stem.state, stem.tallies, stem.awards, stem.work, stem.channels) == before


def test_levers_given_to_the_engine_replace_those_of_the_scenario(scenario, funded):
    world = build(scenario, 1)
    without = CompiledEngine(world, funded, 1, levers={})
    plain = CompiledEngine(world, scenario, 1)
    without.advance()
    plain.advance()
    assert without.programmes.first.size == 0
    assert (without.state.adopted == plain.state.adopted).all()


@pytest.mark.parametrize("firms", [1, 2, 3])
def test_the_smallest_models_run(scenario_with, world_of, firms):
    scenario = scenario_with({"time.months": 6}, firms=2)
    world = world_of({1: [0]} if firms > 1 else {}, scenario, firms=firms)
    engine = CompiledEngine(world, scenario, 1, has_origins=True)
    engine.advance()
    assert engine.month == 6
    assert all(np.isfinite(field).all() for field in engine.state)


@pytest.mark.parametrize("rule", ["hazard", "bass_step", "bass_hazard"])
def test_a_generated_model_stays_finite_and_within_its_limits(scenario_with, rule):
    """Shares between 0 and 1, days from 0, months from 0, in every month of two years."""
    scenario = scenario_with(LIVELY | {"adoption.rule": rule}, firms=200, months=24)
    engine = CompiledEngine(build(scenario, 5), scenario, 5, has_origins=True)
    for _ in range(24):
        engine.advance(1)
        state = engine.state
        assert all(np.isfinite(field).all() for field in state)
        for name in ("user_share", "capacity", "effective", "own_defects", "defects"):
            assert (getattr(state, name) >= 0.0).all()
            assert (getattr(state, name) <= 1.0).all()
        assert (state.user_share <= scenario.use.ceiling).all()
        assert (state.late >= state.own_late).all()
        assert (state.defects >= state.own_defects * (1.0 - 1e-12)).all()
        assert (state.months_adopted[state.adopted == 0] == 0).all()
        assert (state.wait[state.adopted == 1] == 0).all()
        assert (state.effective[state.adopted == 0] == 0.0).all()


def test_a_run_looks_at_the_structure_at_the_start_the_survey_and_the_end(scenario_with):
    scenario = scenario_with({"time.survey_month": 4}, firms=100, months=9)
    done = run(scenario, 1)
    assert sorted(done.structure) == [0, 4, 8]
    assert done.late_days == pytest.approx(done.late_days.clip(min=0.0))
    assert done.digest == run(scenario, 1, on_month=lambda month: None).digest


def test_a_fork_to_the_same_policy_changes_nothing(scenario, funded, fingerprint):
    stem = CompiledEngine(build(scenario, 1), funded, 1)
    stem.advance(9)
    twin = stem.fork(funded.policy)
    stem.advance()
    twin.advance()
    assert stem.awards.served.sum() > 0
    assert fingerprint(twin.state, twin.tallies, twin.awards) == fingerprint(stem.state, stem.tallies, stem.awards)
