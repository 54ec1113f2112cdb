"""Reproduction numbers before a run, against worked values and bounds."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import random_links, world_from
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.engines.parameters import parameters_of
from simulation.engines.radius import spectral_radius
from simulation.engines.start import state_before
from simulation.experiments.network_check.check import check_network
from simulation.experiments.network_check.risks import defect_links, late_links, risks_of, worst_passing
from simulation.experiments.verification.worlds import make_scenario
from simulation.rules.defects import Defects
from simulation.world.assembly import sales_of

LOOP = [(0, 1), (1, 0)]


def risks(links, firms, changes=None, effective=0.0):
    scenario = make_scenario(changes, firms=max(firms, 2))
    world = world_from(links, firms)
    return risks_of(world, np.full(firms, effective), scenario.use.ceiling, parameters_of(scenario))[0]


def test_a_loop_passes_on_what_inspection_lets_through():
    """m (1 - v): 2 x 0.2 without AI, 2 x (1 - 0.8 - 0.1 x 0.9) with it, 2 x 0.2 x (1 + chi e) at worst for small e."""
    found = risks(LOOP, 2, {"defects.mismatch": 0.0})
    assert (found.start.defects, found.everybody.defects) == (pytest.approx(0.4), pytest.approx(0.22))
    assert found.worst.defects == pytest.approx(0.4)
    assert found.passed_on == pytest.approx(0.4)
    steep = risks(LOOP, 2, {"defects.mismatch": 1.0, "defects.inspection_effect": 0.0})
    assert steep.worst.defects == pytest.approx(0.4 * 1.9)


def test_the_buyer_at_the_end_of_a_chain_delivers_more_than_its_own_defects():
    world, found = world_from([(0, 1)], 2), risks([(0, 1)], 2)
    sales = sales_of(world.firms, world.links)
    assert found.start.defects == found.worst.defects == 0.0
    assert found.multiplier == pytest.approx(1.0 + 0.4 * sales[1] / sales.sum())


def test_an_own_late_event_makes_a_buyer_late_if_it_outlasts_the_buffer():
    """exp(-(B + tolerance / r) / theta) with one critical supplier."""
    found = risks([(0, 1)], 2)
    chance = np.exp(-(10.0 + 1.0 / 0.7) / 5.0)
    assert (found.most_late_buyers, found.late_buyers) == (pytest.approx(chance), pytest.approx(chance / 2))
    assert found.start.late == 0.0
    assert risks(LOOP, 2).start.late == pytest.approx(chance)


@pytest.mark.parametrize(
    ("buffer", "expected"),
    [(0.3, (False, False)), (0.5, (True, False)), (1.0, (True, True))],
)
def test_without_recovery_lateness_on_a_loop_stays_bounded_where_buffers_exceed_own_lateness(buffer, expected):
    """p theta = 0.4 days a delivery; with everybody using AI 0.4 (1 - 0.25 x 0.9) against a buffer of (1 - 0.54) B."""
    changes = {"lateness.pass_through": 1.0, "lateness.lean": 0.6, "lateness.buffer": buffer}
    assert risks(LOOP, 2, changes).is_bounded == expected
    assert risks(LOOP, 2, changes | {"lateness.pass_through": 0.9}).is_bounded == (True, True)
    assert risks([(0, 1)], 2, changes).is_bounded == (True, True)  # nothing returns along a chain


@given(random_links(), st.data())
@settings(max_examples=30)
def test_no_pattern_of_use_gives_more_than_the_worst(case, data):
    firms, links = case
    changes = {"defects.mismatch": 1.0, "lateness.lean": 0.6}
    scenario, world = make_scenario(changes, firms=firms), world_from(links, firms)
    use = st.lists(st.floats(0.0, scenario.use.ceiling), min_size=firms, max_size=firms)
    effective, parameters = np.array(data.draw(use)), parameters_of(scenario)
    worst = risks(links, firms, changes).worst
    for links_of, largest in ((defect_links, worst.defects), (late_links, worst.late)):
        radius = spectral_radius(world.links.start, world.links.supplier, links_of(world, effective, parameters))
        assert radius <= largest + 1e-7


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 3.0), st.floats(0.0, 1.0))
def test_the_worst_use_is_no_better_than_any_on_a_grid(inspection, effect, chi, ceiling):
    parameters = Defects(inspection=inspection, inspection_effect=effect, mismatch=chi)
    use = np.linspace(0.0, ceiling, 401)
    grid = (1.0 - np.minimum(1.0, inspection + effect * use)) * (1.0 + chi * use)
    worst = worst_passing(ceiling, parameters)
    assert grid.max() - 1e-12 <= worst <= grid.max() + 1e-3


def test_the_state_is_that_with_which_a_run_starts():
    scenario = make_scenario({"time.start_rounds": 2, "firms.adopters_start": {"large": {"manufacturing": 0.5}}})
    world = world_from([(0, 1), (1, 2), (2, 0), (3, 0)], 4, group=[0, 0, 4, 6])
    engine = CompiledEngine(world, scenario, 3)
    state = state_before(world, scenario, 3)
    assert state.adopted.sum() > 0
    for name in ("adopted", "user_share", "capacity", "effective", "sales"):
        np.testing.assert_array_equal(getattr(state, name), getattr(engine.state, name))


def test_a_check_uses_the_use_of_the_start(checked):
    assert 0 < checked.adopters < 300
    assert checked.risks.everybody.defects < checked.risks.start.defects <= checked.risks.worst.defects


def test_a_check_of_unconnected_firms_has_no_critical_suppliers():
    scenario = make_scenario(firms=3)
    found = check_network(world_from([], 3), scenario, 1)
    assert found.critical.firms == ()
    assert found.risks.start == (0.0, 0.0)
