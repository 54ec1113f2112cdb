"""Who has adopted before month 0, and the rounds that settle deliveries."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.engines.start import first_adopters
from simulation.world.build import build


@pytest.fixture(scope="module")
def started(scenario_with):
    scenario = scenario_with(
        {
            "firms.adopters_start": {
                "large": {"manufacturing": 1.0, "services": 0.5},
                "sme": {"manufacturing": 0.1, "services": 0.0},
            }
        },
        firms=400,
    )
    return CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True)


def test_the_declared_share_of_every_size_and_sector_has_adopted(started):
    kind = started.world.firms.group // 2
    for number, share in enumerate((1.0, 0.5, 0.1, 0.0)):
        members = kind == number
        assert started.state.adopted[members].sum() == np.floor(share * members.sum() + 0.5)
    assert started.state.adopted.sum() > 5


def test_those_with_the_highest_index_adopt_first_and_ties_go_to_the_smaller_key(scenario_with, world_of):
    scenario = scenario_with({"firms.adopters_start.sme.manufacturing": 0.5}, firms=6)
    world = world_of({}, scenario, firms=6, key=[9, 3, 5, 1, 7, 2])
    index = np.array([1.0, 2.0, 2.0, 0.0, 2.0, 5.0])
    assert first_adopters(world, scenario, index).tolist() == [0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(("share", "adopters"), [(0.0, 0), (0.1, 1), (0.08, 0), (0.49, 3), (0.25, 2), (1.0, 6)])
def test_shares_are_rounded_to_the_nearest_firm(scenario_with, world_of, share, adopters):
    """Halves are rounded up: 0.25 of six firms are two, and 0.0833 of six are half a firm."""
    scenario = scenario_with({"firms.adopters_start.sme.manufacturing": share}, firms=6)
    assert first_adopters(world_of({}, scenario, firms=6), scenario, np.arange(6.0)).sum() == adopters


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


def test_defects_have_settled_before_month_zero(scenario_with, desk_of):
    """After 60 rounds another one changes defects by less than 1e-12 while R_q is about 0.4."""
    scenario = scenario_with({"defects.inspection": 0.8, "defects.critical_inputs": 2.0}, firms=200)
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True)
    desk = desk_of(engine.world, scenario)
    for name in engine.state._fields:
        getattr(desk.state, name)[:] = getattr(engine.state, name)
    desk.pass_on_defects(engine.state.own_defects, starts_alone=False)
    assert desk.state.defects == pytest.approx(engine.state.defects, abs=1e-12)
    assert (desk.state.defects > desk.state.own_defects).any()


def test_without_start_rounds_everybody_begins_on_time_with_the_own_defects(scenario_with):
    scenario = scenario_with({"time.start_rounds": 0}, firms=100)
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True)
    assert not engine.state.late.any()
    own = engine.world.firms.own_defects
    assert engine.state.defects == pytest.approx(own, rel=1e-14)
    assert engine.state.defect_parts.sum(axis=(1, 2)) == pytest.approx(-np.log1p(-own), rel=1e-14)
