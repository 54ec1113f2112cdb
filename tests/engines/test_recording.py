"""What a month leaves in the tallies, against sums written with NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.state import COLUMNS, DEPTH_BINS
from simulation.world.build import build

ROUNDS = 1


@pytest.fixture(scope="module")
def month(scenario_with):
    """Return an engine of 150 firms after a month of one round, so that the state is what was recorded.

    In double precision: the sums are compared to their last digits.
    """
    scenario = scenario_with(
        {
            "time.deliveries_per_month": ROUNDS,
            "firms.adopters_start.sme.manufacturing": 0.4,
            "lateness.buffer": 1.0,
            "lateness.pass_through": 1.0,
            "network.critical_chance": 0.6,
        },
        firms=150,
        months=3,
    )
    world = build(scenario, 2)
    # Who sells to no firm sells to nobody: some are excluded, and make no value.
    demand = np.where(np.diff(world.links.sales_start) > 0, world.firms.final_demand, 0.0)
    world = world._replace(firms=world.firms._replace(final_demand=demand))
    engine = CompiledEngine(world, scenario, 2, has_origins=True, real=np.float64)
    engine.advance(1)
    return engine


def column(engine: CompiledEngine, name: str) -> np.ndarray:
    return engine.tallies.groups[0, :, COLUMNS.index(name)]


EXPECTED = {
    "count": lambda f, s, late: np.ones(f.key.size),
    "firms": lambda f, s, late: f.weight,
    "workers": lambda f, s, late: f.weight * f.workers,
    "adopters_count": lambda f, s, late: s.adopted,
    "adopters": lambda f, s, late: f.weight * s.adopted,
    "users": lambda f, s, late: f.weight * f.workers * s.user_share,
    "capacity": lambda f, s, late: f.weight * s.capacity,
    "quality_effect": lambda f, s, late: f.weight * 0.4 * s.effective,
    "sales": lambda f, s, late: f.weight * s.sales,
    "defects": lambda f, s, late: f.weight * s.defects,
    "sales_defects": lambda f, s, late: f.weight * s.sales * s.defects,
    "sales_defect_hazard": lambda f, s, late: -f.weight * s.sales * np.log1p(-s.defects),
    "deliveries": lambda f, s, late: f.weight * ROUNDS,
    "on_time": lambda f, s, late: f.weight * ~late,
    "sales_deliveries": lambda f, s, late: f.weight * s.sales * ROUNDS,
    "sales_on_time": lambda f, s, late: f.weight * s.sales * ~late,
    "late_days": lambda f, s, late: f.weight * s.late,
    "own_late_days": lambda f, s, late: f.weight * s.own_late,
    "excluded": lambda f, s, late: f.weight * (s.sales == 0.0),
    "value_added": lambda f, s, late: f.weight * s.value_added,
    "value_added_floored": lambda f, s, late: f.weight * np.maximum(s.value_added, 0.0),
    "value_added_log": lambda f, s, late: f.weight * xlogy(*2 * [np.maximum(s.value_added, 0.0)], f.workers),
    "floored_count": lambda f, s, late: s.value_added <= 0.0,
    "passing": lambda f, s, late: f.weight * 2.0 * (1.0 - 0.8 - 0.1 * s.effective),
}

OF_LINKS = {"slots", "switched"}
"""Columns of links: `test_slots_are_those_of_the_buyers`; tests/engines/test_reviewing.py."""

BY_POLICY = {"support", "own_cost"}
"""Columns of money; tests/laws/test_money.py."""

BY_MANDATE = {"covered", "overdue", "overdue_sales", "lost_slots"}
"""Columns of who is under a mandate; tests/policies/test_mandate.py."""


def xlogy(factor: np.ndarray, above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return factor x ln(above / below), 0 where factor is 0."""
    return factor * np.log(np.where(factor > 0.0, above / below, 1.0))


def test_every_column_has_its_test():
    others = OF_LINKS | BY_POLICY | BY_MANDATE
    assert set(EXPECTED) | others == set(COLUMNS)
    assert not set(EXPECTED) & others


@pytest.mark.parametrize("name", EXPECTED)
def test_a_column_sums_the_firms_of_each_group(month, name):
    """To 1e-12: sums of at most 150 numbers."""
    firms, state = month.world.firms, month.state
    assert month.scenario.process.quality_effect == 0.4
    terms = EXPECTED[name](firms, state, state.late > month.scenario.lateness.tolerance)
    assert column(month, name) == pytest.approx(np.bincount(firms.group, terms, 8), rel=1e-12)
    assert column(month, name).sum() != 0.0


def test_slots_are_those_of_the_buyers(month):
    firms, links = month.world.firms, month.world.links
    expected = np.bincount(firms.group[links.buyer], firms.weight[links.buyer], 8)
    assert column(month, "slots") == pytest.approx(expected, rel=1e-12)


def test_late_deliveries_are_counted_by_root_bearer_and_depth(month):
    firms, state = month.world.firms, month.state
    by_root, by_depth = np.zeros((8, 8)), np.zeros((DEPTH_BINS, 8))
    for i in np.flatnonzero(state.late > month.scenario.lateness.tolerance):
        by_root[firms.group[state.root[i]], firms.group[i]] += firms.weight[i]
        by_depth[min(state.travelled[i], 10), firms.group[i]] += firms.weight[i]
    assert by_depth[1:].sum() > 0.0
    assert month.tallies.late_roots[0] == pytest.approx(by_root, rel=1e-12)
    assert month.tallies.late_depth[0] == pytest.approx(by_depth, rel=1e-12)


def test_parts_are_summed_by_origin_and_bearer(month):
    firms, state = month.world.firms, month.state
    for g in range(8):
        bears = firms.group == g
        days = (firms.weight[bears, None] * state.late_parts[bears]).sum(axis=0)
        assert month.tallies.late_days[0][:, g] == pytest.approx(days, rel=1e-12)
        scale = (firms.weight * state.sales)[bears, None, None]
        defects = (scale * state.defect_parts[bears]).sum(axis=0)
        assert month.tallies.defects[0][:, :, g] == pytest.approx(defects, rel=1e-12)


def test_a_month_counts_all_its_rounds(scenario_with, world_of):
    """Always late by law: four rounds of one certain late firm, and one that is always on time."""
    scenario = scenario_with({"lateness.tolerance": 0.0, "time.deliveries_per_month": 4}, firms=2, months=2)
    world = world_of({}, scenario, firms=2, group=[0, 4], late_chance=[1.0, 0.0])
    engine = CompiledEngine(world, scenario, 1)
    engine.advance()
    assert column(engine, "deliveries")[[0, 4]].tolist() == [4.0, 4.0]
    assert column(engine, "on_time")[[0, 4]].tolist() == [0.0, 4.0]
    assert column(engine, "late_days")[0] > 0.0
    assert column(engine, "late_days")[4] == 0.0


def test_inherited_late_deliveries_are_set_against_those_of_the_round_before(scenario_with, world_of, desk_of):
    """A chain of three and a late first firm: 1 late, then 2 (1 inherited), then 3 (2 inherited)."""
    changes = {"lateness.tolerance": 0.0, "lateness.buffer": 0.0, "lateness.pass_through": 1.0}
    scenario = scenario_with(changes, firms=3)
    desk = desk_of(world_of({1: [0], 2: [1]}, scenario, firms=3), scenario, has_origins=False)
    for month in range(3):
        desk.pass_on_lateness([2.0, 0.0, 0.0])
        desk.count(month)
    assert desk.tallies.late_before[:3].tolist() == [0.0, 1.0, 2.0]
    assert desk.tallies.late_inherited[:3].tolist() == [0.0, 1.0, 2.0]


def test_lateness_that_comes_back_around_a_ring_is_inherited(scenario_with, world_of, desk_of):
    """Three firms in a ring, r = 1, no buffer: one event of firm 0 travels for ever, and every third time to firm 0."""
    changes = {"lateness.tolerance": 0.0, "lateness.buffer": 0.0, "lateness.pass_through": 1.0}
    scenario = scenario_with(changes | {"lateness.has_supplier_slack": False}, firms=3)
    desk = desk_of(world_of({1: [0], 2: [1], 0: [2]}, scenario, firms=3), scenario, has_origins=False)
    for month in range(8):
        desk.pass_on_lateness([2.0 if month == 0 else 0.0, 0.0, 0.0])
        desk.count(month)
        assert (desk.state.root[month % 3], desk.state.travelled[month % 3]) == (0, month)
    inherited = desk.tallies.late_inherited[:8]
    assert inherited.tolist() == [0.0] + [1.0] * 7
    assert inherited.tolist() == desk.tallies.late_depth[:8, 1:].sum(axis=(1, 2)).tolist()
    assert (inherited[1:] / desk.tallies.late_before[1:8] == 1.0).all()  # realised R_d: it neither grows nor fades


def test_rounds_before_month_zero_are_not_recorded(scenario_with):
    scenario = scenario_with({"time.start_rounds": 20}, firms=100, months=1)
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_origins=True)
    assert engine.work.late_count[0].sum() > 0
    for tally in engine.tallies:
        assert not tally.any()


def test_origins_change_nothing_else(scenario_with, fingerprint):
    scenario = scenario_with({"lateness.buffer": 2.0}, firms=100, months=6)
    prints = []
    for has_origins in (False, True):
        engine = CompiledEngine(build(scenario, 1), scenario, 1, has_origins=has_origins)
        engine.advance()
        states = [getattr(engine.state, name) for name in engine.state._fields if "parts" not in name]
        prints.append(fingerprint(states, [engine.tallies.groups, engine.tallies.late_roots]))
    assert prints[0] == prints[1]
