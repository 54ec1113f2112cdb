"""Small defects travel linearly: parts by depth are powers of the risk matrix (Leontief 1941, Neumann's series).

For small own defects s the delivered ones are r = (I - aD)^-1 s with a = m (1 - v) and D the input shares; what
travelled h links is (aD)^h s. The model keeps Lambda = -ln(1 - d), whose parts by origin and depth sum to the whole
at any size of defects.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.structure import structural_defects
from simulation.state import DEPTH_BINS

CHAIN = {1: [0], 2: [0, 1], 3: [2]}
"""Firm 1 buys from 0; firm 2 half from 0 and half from 1; firm 3 from 2."""


def halving(m: float = 1.0, found: float = 0.5) -> dict[str, float]:
    return {"defects.critical_inputs": m, "defects.inspection": found, "defects.inspection_effect": 0.0}


def small_defects(desk, firms: int, sick: int, size: float = 1e-9, rounds: int = 40) -> np.ndarray:
    """Return delivered defects over the own defects of the only sick firm."""
    own = np.zeros(firms)
    own[sick] = size
    desk.pass_on_defects(own, rounds=rounds)
    return desk.state.defects / size


def test_risk_on_a_chain_with_a_shortcut_has_its_worked_values(scenario_with, world_of, desk_of):
    """The limit is met to the order of the defects: 1e-9 here, times a few."""
    scenario = scenario_with(halving(), firms=4)
    desk = desk_of(world_of(CHAIN, scenario, firms=4), scenario)
    risk = np.array([small_defects(desk, 4, sick) for sick in range(4)]).T
    assert risk[:, 0] == pytest.approx([1.0, 0.5, 0.375, 0.1875], abs=1e-8)
    assert risk.sum(axis=0) == pytest.approx([2.0625, 1.375, 1.5, 1.0], abs=1e-8)
    assert risk.sum(axis=1) == pytest.approx([1.0, 1.5, 1.625, 1.8125], abs=1e-8)


def test_parts_by_depth_have_their_worked_values(scenario_with, world_of, desk_of):
    scenario = scenario_with(halving(), firms=4)
    desk = desk_of(world_of(CHAIN, scenario, firms=4, group=[4, 5, 6, 7]), scenario)
    small_defects(desk, 4, 0)
    depths = desk.state.defect_parts[3, 4] / 1e-9
    assert depths[:5] == pytest.approx([0.0, 0.0, 0.125, 0.0625, 0.0], abs=1e-8)
    assert desk.state.defect_parts[3, 5:].sum() == 0.0  # nothing began in the groups of the healthy firms


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("m", "found"), [(1.0, 0.5), (2.0, 0.8), (3.0, 0.75)])
def test_parts_by_depth_are_powers_of_the_risk_matrix(scenario_with, world_of, desk_of, seed, m, found):
    """Every firm its own group: the parts of firm i from firm j at depth h are (aD)^h[i, j] s_j.

    Twelve firms in eight groups; with s of order 1e-9 the limit is met to about 1e-8 of the largest own defects.
    """
    random = np.random.default_rng(seed)
    firms = 8
    suppliers = {i: list(random.permutation([j for j in range(firms) if j != i])[:3]) for i in range(firms)}
    weights = {i: list(random.dirichlet(np.ones(3))) for i in range(firms)}
    scenario = scenario_with(halving(m, found), firms=firms)
    world = world_of(suppliers, scenario, firms=firms, weights=weights, group=list(range(8)))
    desk = desk_of(world, scenario)
    own = random.uniform(0.1, 1.0, firms) * 1e-9
    rounds = 60
    desk.pass_on_defects(own, rounds=rounds)
    share = np.zeros((firms, firms))
    for i, row in suppliers.items():
        share[i, row] = weights[i]
    matrix = m * (1.0 - found) * share
    power = np.eye(firms)
    for depth in range(DEPTH_BINS - 1):
        assert desk.state.defect_parts[:, :, depth] == pytest.approx(power * own, abs=1e-16)
        power = matrix @ power
    rest = sum(np.linalg.matrix_power(matrix, h) for h in range(DEPTH_BINS - 1, rounds + 1))
    assert desk.state.defect_parts[:, :, -1] == pytest.approx(rest * own, abs=1e-16)
    exact = np.linalg.solve(np.eye(firms) - matrix, own)
    assert desk.state.defects == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("size", [1e-2, 1e-3, 1e-4])
def test_the_distance_to_the_linear_limit_is_of_the_order_of_the_defects(scenario_with, world_of, desk_of, size):
    scenario = scenario_with(halving(), firms=4)
    desk = desk_of(world_of(CHAIN, scenario, firms=4), scenario)
    distance = np.abs(small_defects(desk, 4, 0, size) - [1.0, 0.5, 0.375, 0.1875]).max()
    assert 0.0 < distance < size


@given(st.data())
def test_parts_by_origin_and_depth_sum_to_the_whole(scenario_with, world_of, desk_of, data):
    """At any size of defects below saturation, to 1e-12 relative."""
    firms = data.draw(st.integers(1, 7))
    suppliers = {
        i: data.draw(st.lists(st.sampled_from([j for j in range(firms) if j != i]), unique=True, max_size=4))
        for i in range(firms)
        if firms > 1
    }
    group = data.draw(st.lists(st.integers(0, 7), min_size=firms, max_size=firms))
    own = data.draw(st.lists(st.floats(0.0, 0.9), min_size=firms, max_size=firms))
    changes = halving(data.draw(st.floats(0.0, 4.0)), data.draw(st.floats(0.2, 1.0)))
    scenario = scenario_with(changes, firms=max(firms, 2))
    desk = desk_of(world_of(suppliers, scenario, firms=firms, group=group), scenario)
    desk.state.effective[:] = data.draw(st.lists(st.floats(0.0, 1.0), min_size=firms, max_size=firms))
    desk.pass_on_defects(own, rounds=data.draw(st.integers(1, 30)))
    whole = -np.log1p(-desk.state.defects)
    assert desk.state.defect_parts.sum(axis=(1, 2)) == pytest.approx(whole, rel=1e-12, abs=1e-15)
    assert (desk.state.defect_parts >= 0.0).all()


def test_parts_sum_to_the_whole_at_saturation(scenario_with, world_of, desk_of):
    """Two firms that buy from each other without inspection: every delivery is soon defective.

    1 - d is 1e-12 there, which a share near 1 holds to 1e-4: its logarithm of 27.6 to 1e-6.
    """
    scenario = scenario_with(halving(2.0, 0.0), firms=2)
    desk = desk_of(world_of({0: [1], 1: [0]}, scenario, firms=2), scenario)
    desk.pass_on_defects(0.1, rounds=20)
    assert desk.state.defects == pytest.approx([1.0, 1.0], abs=1e-9)
    assert desk.state.defect_parts.sum(axis=(1, 2)) == pytest.approx(-np.log1p(-desk.state.defects), rel=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_structural_number_of_defects_is_the_spectral_radius(scenario_with, world_of, desk_of, seed):
    """Against LAPACK's eigenvalues, on small networks whose rows all differ; power iteration stops near 1e-10."""
    random = np.random.default_rng(seed)
    firms = 12
    suppliers = {i: list(random.permutation([j for j in range(firms) if j != i])[:4]) for i in range(firms)}
    weights = {i: list(random.dirichlet(np.ones(4))) for i in range(firms)}
    scenario = scenario_with({"defects.inspection_effect": 0.2, "defects.mismatch": 0.5 * (seed % 3)}, firms=firms)
    world = world_of(suppliers, scenario, firms=firms, weights=weights)
    desk = desk_of(world, scenario)
    desk.state.effective[:] = random.uniform(0.0, 1.0, firms)
    matrix = np.zeros((firms, firms))
    for i, row in suppliers.items():
        found = min(1.0, scenario.defects.inspection + 0.2 * desk.state.effective[i])
        behind = np.maximum(0.0, desk.state.effective[i] - desk.state.effective[row])
        hurt = 1.0 + scenario.defects.mismatch * behind
        matrix[i, row] = scenario.defects.critical_inputs * np.array(weights[i]) * hurt * (1.0 - found)
    radius = np.abs(np.linalg.eigvals(matrix)).max()
    assert structural_defects(world.firms, world.links, desk.state, desk.parameters) == pytest.approx(radius, abs=1e-8)


@pytest.mark.parametrize("firms", [2, 3, 5, 12])
def test_structural_number_of_a_ring_is_the_geometric_mean_of_its_links(scenario_with, world_of, desk_of, firms):
    """A ring is periodic: plain power iteration would never settle."""
    scenario = scenario_with(
        halving(1.0, 0.0) | {"defects.inspection_effect": 1.0, "defects.mismatch": 0.0}, firms=firms
    )
    world = world_of({i: [(i - 1) % firms] for i in range(firms)}, scenario, firms=firms)
    desk = desk_of(world, scenario)
    desk.state.effective[:] = np.linspace(0.1, 0.6, firms)
    radius = np.prod(1.0 - desk.state.effective) ** (1.0 / firms)
    assert structural_defects(world.firms, world.links, desk.state, desk.parameters) == pytest.approx(radius, abs=1e-6)


def test_structural_number_is_that_of_the_cycle_not_of_the_largest_row(scenario_with, world_of, desk_of):
    """0 and 1 buy from each other and inspect well; the chain 0 -> 2 -> 3 -> 4 inspects badly but has no cycle."""
    scenario = scenario_with(halving(1.0, 0.6) | {"defects.inspection_effect": 0.2, "defects.mismatch": 0.0}, firms=5)
    world = world_of({0: [1], 1: [0], 2: [0], 3: [2], 4: [3]}, scenario, firms=5)
    desk = desk_of(world, scenario)
    desk.state.effective[:] = [1.0, 1.0, 0.0, 0.0, 0.0]
    assert structural_defects(world.firms, world.links, desk.state, desk.parameters) == pytest.approx(0.2, abs=1e-9)


@pytest.mark.parametrize("firms", [2, 4])
def test_structural_number_of_a_network_without_cycles_is_zero(scenario_with, world_of, desk_of, firms):
    scenario = scenario_with(halving(), firms=firms)
    world = world_of({i: [i - 1] for i in range(1, firms)}, scenario, firms=firms)
    desk = desk_of(world, scenario)
    assert structural_defects(world.firms, world.links, desk.state, desk.parameters) == pytest.approx(0.0, abs=1e-9)
