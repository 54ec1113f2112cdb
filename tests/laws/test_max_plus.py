"""Lateness as a max-plus system with buffers: critical path, decay over a chain, growth on a cycle.

The critical path method (Kelley and Walker 1959) and max-plus linear systems (Baccelli, Cohen, Olsder and Quadrat
1992). Own lateness is written by hand, so everything is exact up to the rounding of a few sums.
"""

from __future__ import annotations

from math import ceil, log

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

PROJECT = {1: [0], 2: [0], 3: [1, 2], 4: [2, 3]}
"""Activities A to E: B and C wait for A, D for B and C, E for C and D."""


def lateness(buffer: float = 0.0, pass_through: float = 1.0, **others) -> dict[str, float | bool]:
    """Return the changes of a scenario with a fixed buffer."""
    values = {"buffer": buffer, "pass_through": pass_through, "has_supplier_slack": False, "tolerance": 0.0} | others
    return {f"lateness.{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("lasts_longer", "finish"), [(0.0, [4, 6, 7, 12, 13]), (1.0, [4, 7, 7, 12, 13]), (3.0, [4, 9, 7, 14, 15])]
)
def test_a_project_finishes_when_its_critical_path_does(scenario_with, world_of, desk_of, lasts_longer, finish):
    """Activity B has a slack of 1: one day more changes nothing at the end, three days more cost two."""
    desk = desk_of(world_of(PROJECT, scenario_with(lateness(), firms=5), firms=5), scenario_with(lateness(), firms=5))
    desk.pass_on_lateness([4.0, 2.0 + lasts_longer, 3.0, 5.0, 1.0], rounds=5)
    assert desk.state.late.tolist() == finish


@given(st.data())
def test_without_buffers_lateness_is_the_longest_path(scenario_with, world_of, desk_of, data):
    """On networks without cycles, against networkx, for whole numbers of days: exactly."""
    firms = data.draw(st.integers(1, 9))
    suppliers = {i: data.draw(st.lists(st.integers(0, i - 1), unique=True, max_size=4)) for i in range(1, firms)}
    own = data.draw(st.lists(st.integers(0, 30), min_size=firms, max_size=firms))
    scenario = scenario_with(lateness(), firms=max(firms, 2))
    desk = desk_of(world_of(suppliers, scenario, firms=firms), scenario)
    desk.pass_on_lateness(np.array(own, float), rounds=firms)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(("start", i, own[i]) for i in range(firms))
    graph.add_weighted_edges_from((j, i, own[i]) for i, row in suppliers.items() for j in row)
    for i in range(firms):
        before = graph.subgraph(nx.ancestors(graph, i) | {i})
        assert desk.state.late[i] == nx.dag_longest_path_length(before)


@given(st.data())
def test_any_network_follows_the_recursion(scenario_with, world_of, desk_of, data):
    """L' = own + r max over critical suppliers of (L - B)+, in synchronous rounds, cycles included."""
    firms = data.draw(st.integers(2, 6))
    suppliers = {
        i: data.draw(st.lists(st.sampled_from([j for j in range(firms) if j != i]), unique=True, max_size=3))
        for i in range(firms)
    }
    pairs = [(j, i) for i, row in suppliers.items() for j in row]
    not_critical = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    own = np.array(data.draw(st.lists(st.floats(0.0, 20.0), min_size=firms, max_size=firms)))
    r, buffer, theta = data.draw(st.floats(0.0, 1.0)), data.draw(st.floats(0.0, 5.0)), data.draw(st.floats(0.5, 5.0))
    has_slack = data.draw(st.booleans())
    changes = lateness(buffer, r, has_supplier_slack=has_slack) | {"process.late_days": theta}
    scenario = scenario_with(changes, firms=firms)
    desk = desk_of(world_of(suppliers, scenario, firms=firms, not_critical=not_critical), scenario)
    rounds = data.draw(st.integers(1, 8))
    desk.pass_on_lateness(own, rounds=rounds)
    expected = np.zeros(firms)
    for _ in range(rounds):
        before = expected.copy()
        for i, row in suppliers.items():
            critical = [j for j in row if (j, i) not in not_critical]
            slack = buffer + (theta * log(max(1, len(critical))) if has_slack else 0.0)
            expected[i] = own[i] + r * max([0.0, *(before[j] - slack for j in critical)])
    assert desk.state.late == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("late", "buffer", "path"), [(5.0, 2.0, [5, 3, 1, 0, 0]), (9.0, 4.0, [9, 5, 1, 0, 0]), (4.0, 2.0, [4, 2, 0, 0, 0])]
)
def test_buffers_wear_lateness_down_along_a_chain(scenario_with, world_of, desk_of, late, buffer, path):
    scenario = scenario_with(lateness(buffer), firms=5)
    desk = desk_of(world_of({i: [i - 1] for i in range(1, 5)}, scenario, firms=5), scenario)
    desk.pass_on_lateness([late, 0.0, 0.0, 0.0, 0.0], rounds=5)
    assert desk.state.late.tolist() == path
    assert (desk.state.late > 0.0).sum() == ceil(late / buffer)
    assert desk.state.travelled[desk.state.late > 0.0].tolist() == list(range(ceil(late / buffer)))


def test_lateness_moves_one_link_a_round(scenario_with, world_of, desk_of):
    scenario = scenario_with(lateness(), firms=4)
    desk = desk_of(world_of({i: [i - 1] for i in range(1, 4)}, scenario, firms=4), scenario)
    for links_away in range(4):
        desk.pass_on_lateness([3.0, 0.0, 0.0, 0.0])
        assert desk.state.late.tolist() == [3.0 if i <= links_away else 0.0 for i in range(4)]


@pytest.mark.parametrize(("own", "buffer"), [((5.0, 1.0, 3.0), 2.0), ((4.0,), 1.0), ((10.0, 0.5, 0.5, 8.0), 4.0)])
def test_lateness_grows_on_a_cycle_by_what_its_buffers_do_not_take(scenario_with, world_of, desk_of, own, buffer):
    """With r = 1 a turn around the cycle adds the sum of own lateness minus buffers (the max-plus eigenvalue)."""
    firms = len(own) + 1
    own = (*own, own[0])
    gain = sum(own) - firms * buffer
    assert gain > 0.0
    scenario = scenario_with(lateness(buffer), firms=firms)
    desk = desk_of(world_of({i: [(i - 1) % firms] for i in range(firms)}, scenario, firms=firms), scenario)
    desk.pass_on_lateness(own, rounds=20 * firms)
    before = desk.state.late.copy()
    desk.pass_on_lateness(own, rounds=firms)
    assert desk.state.late - before == pytest.approx(np.full(firms, gain), abs=1e-9)


def test_lateness_stays_bounded_on_a_cycle_whose_buffers_take_it_all(scenario_with, world_of, desk_of):
    scenario = scenario_with(lateness(3.0), firms=3)
    desk = desk_of(world_of({i: [(i - 1) % 3] for i in range(3)}, scenario, firms=3), scenario)
    desk.pass_on_lateness([5.0, 1.0, 2.5], rounds=500)
    assert desk.state.late.tolist() == [5.0, 3.0, 2.5]


@pytest.mark.parametrize("r", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("rounds", [1, 2, 10, 2000])
def test_expediting_bounds_lateness_by_a_geometric_sum(scenario_with, world_of, desk_of, r, rounds):
    """L <= max own / (1 - r); on a ring of equal firms without buffers L_t = own (1 - r^t) / (1 - r)."""
    scenario = scenario_with(lateness(0.0, r), firms=4)
    desk = desk_of(world_of({i: [(i - 1) % 4] for i in range(4)}, scenario, firms=4), scenario)
    desk.pass_on_lateness(2.0, rounds=rounds)
    assert desk.state.late == pytest.approx(np.full(4, 2.0 * (1.0 - r**rounds) / (1.0 - r)), rel=1e-12)


def test_an_input_that_is_not_critical_never_delays(scenario_with, world_of, desk_of):
    scenario = scenario_with(lateness(), firms=3)
    world = world_of({2: [0, 1]}, scenario, firms=3, not_critical=[(0, 2)])
    desk = desk_of(world, scenario)
    desk.pass_on_lateness([100.0, 2.0, 0.0], rounds=3)
    assert desk.state.late.tolist() == [100.0, 2.0, 2.0]
    assert desk.state.root.tolist() == [0, 1, 1]
