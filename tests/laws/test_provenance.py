"""Every late delivery has exactly one root, and late days by origin sum to the whole.

Every round is followed by hand: the root of a late delivery had an own event as many rounds ago as the lateness has
travelled links, along links that exist and are critical.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.measures import Record
from simulation.state import COLUMNS, DEPTH_BINS
from simulation.world.build import build

FAR = {
    "lateness.buffer": 1.0,
    "lateness.pass_through": 0.95,
    "lateness.has_supplier_slack": False,
    "process.late_days": 6.0,
    "firms.late_chance": {size: {"manufacturing": 0.05, "services": 0.05} for size in ("large", "sme")},
}
"""Lateness that often travels several links."""


@pytest.fixture(scope="module")
def followed(scenario_with, desk_of):
    """Return a generated world of 80 firms and its states in 60 rounds: late, root, travelled, own lateness."""
    scenario = scenario_with(FAR | {"network.critical_chance": 0.5}, firms=80)
    world = build(scenario, 3)
    desk = desk_of(world, scenario)
    rounds = []
    for number in range(60):
        desk.produce(number=number)
        own = desk.state.own_late.copy()
        desk.pass_on_lateness(own)
        state = desk.state
        rounds.append((state.late.copy(), state.root.copy(), state.travelled.copy(), own, state.late_parts.copy()))
    return world, rounds


def test_the_root_had_its_own_event_as_many_rounds_ago_as_links_were_travelled(followed):
    _, rounds = followed
    deepest = 0
    for number, (late, root, travelled, _, _) in enumerate(rounds):
        for i in np.flatnonzero(late > 0.0):
            assert travelled[i] <= number
            assert rounds[number - travelled[i]][3][root[i]] > 0.0
            deepest = max(deepest, travelled[i])
    assert deepest >= 3  # else the test would prove little


def test_lateness_travels_along_critical_links_only(followed):
    world, rounds = followed
    n = world.firms.key.size
    links = np.zeros((n, n), dtype=int)
    critical = world.links.is_critical == 1
    links[world.links.buyer[critical], world.links.supplier[critical]] = 1
    reach = [np.eye(n, dtype=int)]
    for _ in range(60):
        reach.append((links @ reach[-1] > 0).astype(int))
    for late, root, travelled, _, _ in rounds:
        for i in np.flatnonzero(late > 0.0):
            assert reach[travelled[i]][i, root[i]] == 1


def test_an_inherited_delivery_keeps_the_root_of_a_supplier_of_the_round_before(followed):
    world, rounds = followed
    links = world.links
    inherited = 0
    for before, now in pairwise(rounds):
        for i in np.flatnonzero((now[0] > 0.0) & (now[2] > 0)):
            suppliers = links.supplier[links.start[i] : links.start[i + 1]]
            keeps = (before[1][suppliers] == now[1][i]) & (before[2][suppliers] == now[2][i] - 1)
            assert (keeps & (before[0][suppliers] > 0.0)).any()
            inherited += 1
    assert inherited > 50


def test_late_days_by_origin_sum_to_the_whole_in_every_round(followed):
    for late, _, _, _, parts in followed[1]:
        assert parts.sum(axis=1) == pytest.approx(late, rel=1e-12, abs=1e-15)
        assert (parts >= 0.0).all()


@given(st.data())
def test_late_days_by_origin_sum_to_the_whole_in_any_small_network(scenario_with, world_of, desk_of, data):
    firms = data.draw(st.integers(2, 6))
    suppliers = {
        i: data.draw(st.lists(st.sampled_from([j for j in range(firms) if j != i]), unique=True, max_size=3))
        for i in range(firms)
    }
    group = data.draw(st.lists(st.integers(0, 7), min_size=firms, max_size=firms))
    changes = {
        "lateness.buffer": data.draw(st.floats(0.0, 5.0)),
        "lateness.pass_through": data.draw(st.floats(0.0, 1.0)),
    }
    scenario = scenario_with(changes, firms=firms)
    desk = desk_of(world_of(suppliers, scenario, firms=firms, group=group), scenario)
    for _ in range(6):
        desk.pass_on_lateness(data.draw(st.lists(st.floats(0.0, 50.0), min_size=firms, max_size=firms)))
        state = desk.state
        assert state.late_parts.sum(axis=1) == pytest.approx(state.late, rel=1e-12, abs=1e-15)
        assert (state.root[state.travelled == 0] == np.flatnonzero(state.travelled == 0)).all()


@pytest.mark.parametrize(
    ("late", "weights", "keys", "root"),
    [
        ((3.0, 5.0), (0.9, 0.1), (0, 1, 2), 1),  # the later one
        ((4.0, 4.0), (0.4, 0.6), (0, 1, 2), 1),  # then the larger input share
        ((4.0, 4.0), (0.6, 0.4), (0, 1, 2), 0),
        ((4.0, 4.0), (0.5, 0.5), (0, 1, 2), 0),  # then the smaller key
        ((4.0, 4.0), (0.5, 0.5), (7, 3, 9), 1),
    ],
)
@pytest.mark.parametrize("slots", [(0, 1), (1, 0)])
def test_ties_between_suppliers_go_to_share_then_key(
    scenario_with, world_of, desk_of, late, weights, keys, root, slots
):
    """Whatever the order of the slots."""
    scenario = scenario_with(FAR, firms=3)
    shares = {2: [weights[j] for j in slots]}
    desk = desk_of(world_of({2: slots}, scenario, firms=3, weights=shares, key=keys), scenario)
    desk.pass_on_lateness([*late, 0.0])
    desk.pass_on_lateness(0.0)
    assert desk.state.root[2] == root
    assert desk.state.travelled[2] == 1


@pytest.mark.parametrize(("own", "root"), [(2.9, 0), (3.0, 0), (3.1, 1)])
def test_an_own_event_that_outweighs_what_is_inherited_makes_the_firm_the_root(
    scenario_with, world_of, desk_of, own, root
):
    """r (L - B) = 0.75 (5 - 1) = 3; equal amounts keep the supplier's root."""
    scenario = scenario_with(FAR | {"lateness.pass_through": 0.75}, firms=2)
    desk = desk_of(world_of({1: [0]}, scenario, firms=2), scenario)
    desk.pass_on_lateness([5.0, 0.0])
    desk.pass_on_lateness([0.0, own])
    assert desk.state.root[1] == root
    assert desk.state.late[1] == pytest.approx(3.0 + own)


def test_a_firm_on_time_is_its_own_root(scenario_with, world_of, desk_of):
    scenario = scenario_with(FAR, firms=2)
    desk = desk_of(world_of({1: [0]}, scenario, firms=2), scenario)
    desk.pass_on_lateness([1.0, 0.0], rounds=3)  # the buffer takes it all
    assert desk.state.root.tolist() == [0, 1]
    assert desk.state.travelled.tolist() == [0, 0]


def record_of(scenario) -> Record:
    """Return the record of a generated world, with origins, in double precision: its sums are compared."""
    engine = CompiledEngine(build(scenario, 5), scenario, 5, has_origins=True, real=np.float64)
    engine.advance()
    return Record(engine.world.groups, engine.tallies, engine.awards, scenario.use.ceiling)


@pytest.fixture(scope="module")
def recorded(scenario_with):
    """Return the record of a generated world over two years, with origins."""
    return record_of(scenario_with(FAR | {"time.origin_months": 24}, firms=200, months=24))


def of(record, name: str) -> np.ndarray:
    """Return (T, G) a column of the tallies."""
    return record.tallies.groups[:, :, COLUMNS.index(name)]


def test_late_deliveries_by_root_and_by_depth_are_all_late_deliveries(recorded):
    """Sums of a few hundred weights: 1e-12 relative."""
    late = of(recorded, "deliveries") - of(recorded, "on_time")
    assert late.sum() > 0.0
    assert recorded.tallies.late_roots.sum(axis=1) == pytest.approx(late, rel=1e-12, abs=1e-9)
    assert recorded.tallies.late_depth.sum(axis=1) == pytest.approx(late, rel=1e-12, abs=1e-9)


def test_recorded_late_days_by_origin_are_all_late_days(recorded):
    assert recorded.tallies.late_days.sum(axis=1) == pytest.approx(of(recorded, "late_days"), rel=1e-12)


def test_recorded_defects_by_origin_and_depth_are_all_defects(recorded):
    assert recorded.tallies.defects.shape[2] == DEPTH_BINS
    assert recorded.tallies.defects.sum(axis=(1, 2)) == pytest.approx(of(recorded, "sales_defect_hazard"), rel=1e-12)


def test_origins_are_recorded_in_the_last_months_only_and_are_complete_there(scenario_with):
    """Followed 15 months before, from when all counts as the firms' own: the sums are exact from the first month."""
    scenario = scenario_with(FAR | {"time.origin_months": 6}, firms=200, months=24)
    record = record_of(scenario)
    assert not record.tallies.late_days[:18].any()
    assert not record.tallies.defects[:18].any()
    assert record.tallies.late_days[18:].sum(axis=1) == pytest.approx(of(record, "late_days")[18:], rel=1e-12)
    expected = of(record, "sales_defect_hazard")[18:]
    assert record.tallies.defects[18:].sum(axis=(1, 2)) == pytest.approx(expected, rel=1e-12)


def test_origins_that_are_followed_late_agree_with_those_followed_from_the_start(scenario_with):
    """What is older than 60 rounds is too little to see, at most 0.4^60 of defects and 0.7^60 of late days: 1e-9."""
    common = {"lateness.buffer": 3.0, "lateness.pass_through": 0.7}
    tallies = []
    for months in (24, 6):
        scenario = scenario_with(common | {"time.origin_months": months}, firms=200, months=24)
        tallies.append(record_of(scenario).tallies)
    always, late = tallies
    assert late.defects[18:] == pytest.approx(always.defects[18:], rel=1e-9, abs=1e-12)
    assert late.late_days[18:] == pytest.approx(always.late_days[18:], rel=1e-6, abs=1e-6)


def test_own_late_days_are_a_part_of_all_late_days(recorded):
    assert (of(recorded, "own_late_days") <= of(recorded, "late_days") * (1.0 + 1e-12)).all()
    assert of(recorded, "own_late_days").sum() < of(recorded, "late_days").sum()
