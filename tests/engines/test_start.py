"""Who has adopted before month 0, and the rounds that settle deliveries."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.engines.start import first_adopters
from simulation.world.build import build


@pytest.fixture(scope="module")
def started(scenario_with, engine_of):
    scenario = scenario_with(
        {
            "firms.adopters_start": {
                "large": {"manufacturing": 1.0, "services": 0.5},
                "sme": {"manufacturing": 0.1, "services": 0.0},
            }
        },
        firms=400,
    )
    return engine_of(build(scenario, 1), scenario, 1, has_origins=True)


def test_the_declared_share_of_every_size_and_sector_has_adopted(started):
    kind = started.world.firms.group // 2
    for number, share in enumerate((1.0, 0.5, 0.1, 0.0)):
        members = kind == number
        assert abs(started.state.adopted[members].sum() - share * members.sum()) < 1.0
    assert started.state.adopted.sum() > 5


def test_those_with_the_highest_index_adopt_first_and_ties_go_to_the_smaller_key(scenario_with, world_of):
    scenario = scenario_with({"firms.adopters_start.sme.manufacturing": 0.5}, firms=6)
    world = world_of({}, scenario, firms=6, key=[9, 3, 5, 1, 7, 2])
    index = np.array([1.0, 2.0, 2.0, 0.0, 2.0, 5.0])
    assert first_adopters(world, scenario, index, 1).tolist() == [0, 1, 1, 0, 0, 1]


@pytest.mark.statistical
@pytest.mark.parametrize("share", [0.0, 0.04, 0.25, 0.49, 1.0])
def test_shares_of_small_groups_are_met_on_average(scenario_with, world_of, share):
    """The number is the share of six firms rounded down or up; the mean of 400 seeds is within five standard errors.

    A false alarm happens less than once in a million runs of the test.
    """
    scenario = scenario_with({"firms.adopters_start.sme.manufacturing": share}, firms=6)
    world = world_of({}, scenario, firms=6)
    counts = np.array([first_adopters(world, scenario, np.arange(6.0), seed).sum() for seed in range(400)])
    exact = 6.0 * share
    assert set(counts) <= {int(np.floor(exact)), int(np.ceil(exact))}
    spread = np.sqrt((exact % 1.0) * (1.0 - exact % 1.0))
    assert abs(counts.mean() - exact) <= 5.0 * spread / np.sqrt(400) + 1e-9


def test_early_adopters_get_no_grant_and_cost_nothing(scenario_with):
    scenario = scenario_with(
        {
            "firms.adopters_start.sme.manufacturing": 0.5,
            "adoption.hazard.maximum": 0.0,
            "adoption.quitting.level": 0.0,
            "budget": {"strength": "fixed", "per_worker": 100.0},
            "policy.subsidy": {"first": 0, "last": 11},
        },
        firms=100,
    )
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_deliveries=False)
    assert engine.state.adopted.sum() > 5
    engine.advance()
    assert engine.awards.spent.sum() == 0.0
    assert engine.awards.private_cost.sum() == 0.0
    assert not (engine.awards.served & engine.state.adopted).any()


def test_capacity_starts_where_the_firm_stands(started):
    assert (started.state.capacity == started.world.firms.capacity_start).all()


def test_effective_use_follows_from_use_and_capacity(started):
    state = started.state
    kappa = started.scenario.capacity.exponent
    expected = state.adopted * state.user_share * state.capacity**kappa
    assert state.effective == pytest.approx(expected, rel=1e-14)


def test_defects_have_settled_before_month_zero(scenario_with, desk_of, engine_of):
    """After 60 rounds another one changes defects by less than 1e-12 while R_q is about 0.4."""
    scenario = scenario_with({"defects.inspection": 0.8, "defects.critical_inputs": 2.0}, firms=200)
    engine = engine_of(build(scenario, 1), scenario, 1, has_origins=True)
    desk = desk_of(engine.world, scenario)
    for name in engine.state._fields:
        getattr(desk.state, name)[:] = getattr(engine.state, name)
    desk.pass_on_defects(engine.state.own_defects, starts_alone=False)
    assert desk.state.defects == pytest.approx(engine.state.defects, abs=1e-12)
    assert (desk.state.defects > desk.state.own_defects).any()


def test_without_start_rounds_everybody_begins_on_time_with_the_own_defects(scenario_with, engine_of):
    scenario = scenario_with({"time.start_rounds": 0}, firms=100)
    engine = engine_of(build(scenario, 1), scenario, 1, has_origins=True)
    assert not engine.state.late.any()
    own = engine.world.firms.own_defects
    assert engine.state.defects == pytest.approx(own, rel=1e-14)
    assert engine.state.defect_parts.sum(axis=(1, 2)) == pytest.approx(-np.log1p(-own), rel=1e-14)
