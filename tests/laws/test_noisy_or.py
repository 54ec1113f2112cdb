"""Defects as a noisy-OR: rolled yield, incoming inspection, the recursion over tiers, saturation.

Kremer (1993), "The O-Ring Theory of Economic Development"; rolled throughput yield is the product of step yields.
A delivered defect share is d = 1 - (1 - o) prod_j (1 - (1 - v) d_j)^(m w_j). With m equal to the number of equal
suppliers every exponent is 1. Tolerances are rounding: a few terms of logarithms, relative errors near 1e-15.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.structure import structural_defects
from simulation.rules.process import Process, own_defects

SHARES = st.floats(0.0, 0.999)


def inspecting(found: float, critical_inputs: float) -> dict[str, float]:
    """Return the changes of a scenario with one level of inspection and m critical-input equivalents."""
    return {
        "defects.inspection": found,
        "defects.inspection_effect": 0.0,
        "defects.critical_inputs": critical_inputs,
    }


def tiers_of(k: int, depth: int) -> dict[int, list[int]]:
    """Return suppliers in layers of k firms, each buying from all k of the layer before; layer t starts at t k."""
    return {t * k + i: [(t - 1) * k + j for j in range(k)] for t in range(1, depth) for i in range(k)}


def tree_of(k: int, depth: int) -> tuple[dict[int, list[int]], int]:
    """Return a tree in which each firm has k suppliers, root 0, and its number of firms."""
    inner = sum(k**level for level in range(depth - 1))
    return {i: [k * i + 1 + j for j in range(k)] for i in range(inner)}, inner + k ** (depth - 1)


def recursion(own: float, found: float, k: int, steps: int) -> list[float]:
    """Return d, d', d'', ... of d' = 1 - (1 - o) (1 - (1 - e) d)^k from d = o."""
    path = [own]
    for _ in range(steps):
        path.append(1.0 - (1.0 - own) * (1.0 - (1.0 - found) * path[-1]) ** k)
    return path


@pytest.mark.parametrize(("yield_", "steps", "rolled"), [(0.99, 5, 0.950990), (0.9, 3, 0.729), (0.999, 40, None)])
def test_without_inspection_the_yield_of_a_chain_is_the_product(
    scenario_with, world_of, desk_of, yield_, steps, rolled
):
    scenario = scenario_with(inspecting(0.0, 1.0), firms=steps)
    desk = desk_of(world_of({i: [i - 1] for i in range(1, steps)}, scenario, firms=steps), scenario)
    desk.pass_on_defects(1.0 - yield_, rounds=steps)
    assert 1.0 - desk.state.defects == pytest.approx(yield_ ** np.arange(1, steps + 1), rel=1e-13)
    if rolled is not None:
        assert 1.0 - desk.state.defects[-1] == pytest.approx(rolled, abs=5e-7)


@pytest.mark.parametrize(("k", "depth", "own"), [(3, 3, 0.01), (2, 5, 0.03), (1, 6, 0.2)])
def test_without_inspection_the_yield_of_a_tree_is_the_product_over_its_firms(
    scenario_with, world_of, desk_of, k, depth, own
):
    """The worked value for 13 firms of 99 % in a tree of three threes is 0.877521."""
    suppliers, firms = tree_of(k, depth)
    scenario = scenario_with(inspecting(0.0, k), firms=firms)
    desk = desk_of(world_of(suppliers, scenario, firms=firms), scenario)
    desk.pass_on_defects(own, rounds=depth)
    assert 1.0 - desk.state.defects[0] == pytest.approx((1.0 - own) ** firms, rel=1e-13)
    if (k, depth) == (3, 3):
        assert 1.0 - desk.state.defects[0] == pytest.approx(0.877521, abs=5e-7)


@given(own=SHARES, found=st.floats(0.0, 1.0), bought=st.lists(SHARES, min_size=1, max_size=6))
def test_one_firm_with_inspection_delivers_the_noisy_or(scenario_with, world_of, desk_of, own, found, bought):
    k = len(bought)
    scenario = scenario_with(inspecting(found, k), firms=k + 1)
    desk = desk_of(world_of({0: range(1, k + 1)}, scenario, firms=k + 1), scenario)
    desk.pass_on_defects([own, *bought])
    expected = 1.0 - (1.0 - own) * np.prod([1.0 - (1.0 - found) * d for d in bought])
    assert desk.state.defects[0] == pytest.approx(expected, abs=1e-13)
    assert desk.state.defects[1:] == pytest.approx(bought, rel=1e-13, abs=1e-300)


def test_one_firm_with_inspection_has_its_worked_value(scenario_with, world_of, desk_of):
    scenario = scenario_with(inspecting(0.8, 2.0), firms=3)
    desk = desk_of(world_of({0: [1, 2]}, scenario, firms=3), scenario)
    desk.pass_on_defects([0.01, 0.02, 0.05])
    assert desk.state.defects[0] == pytest.approx(0.023820, abs=5e-7)


@pytest.mark.parametrize(("m", "weights"), [(2.0, (0.7, 0.3)), (0.5, (0.5, 0.5)), (4.0, (0.1, 0.9))])
def test_unequal_input_shares_are_exponents(scenario_with, world_of, desk_of, m, weights):
    scenario = scenario_with(inspecting(0.6, m), firms=3)
    desk = desk_of(world_of({0: [1, 2]}, scenario, firms=3, weights={0: weights}), scenario)
    desk.pass_on_defects([0.01, 0.2, 0.05])
    expected = 1.0 - 0.99 * (1.0 - 0.4 * 0.2) ** (m * weights[0]) * (1.0 - 0.4 * 0.05) ** (m * weights[1])
    assert desk.state.defects[0] == pytest.approx(expected, rel=1e-13)


def test_effective_use_sharpens_the_buyers_inspection(scenario_with, world_of, desk_of):
    scenario = scenario_with(
        {"defects.inspection": 0.8, "defects.inspection_effect": 0.3, "defects.mismatch": 0.0}, firms=3
    )
    desk = desk_of(world_of({0: [2], 1: [2]}, scenario, firms=3), scenario)
    desk.state.effective[:] = [0.5, 1.0, 0.0]
    desk.pass_on_defects([0.0, 0.0, 0.5])
    m = scenario.defects.critical_inputs
    assert desk.state.defects[0] == pytest.approx(1.0 - (1.0 - 0.05 * 0.5) ** m, rel=1e-13)
    assert desk.state.defects[1] == 0.0  # found: min(1, 0.8 + 0.3)


def test_tiers_have_their_worked_values(scenario_with, world_of, desk_of):
    scenario = scenario_with(inspecting(0.8, 3.0), firms=18)
    desk = desk_of(world_of(tiers_of(3, 6), scenario, firms=18), scenario)
    desk.pass_on_defects(0.01, rounds=6)
    assert desk.state.defects[::3] == pytest.approx([0.01, 0.015928, 0.019431, 0.021497, 0.022715, 0.023431], abs=5e-7)


@pytest.mark.parametrize(("k", "found", "own"), [(3, 0.8, 0.01), (3, 0.6, 0.01), (2, 0.0, 0.001), (5, 0.9, 0.3)])
def test_tiers_follow_the_recursion(scenario_with, world_of, desk_of, k, found, own):
    depth = 8
    scenario = scenario_with(inspecting(found, k), firms=k * depth)
    desk = desk_of(world_of(tiers_of(k, depth), scenario, firms=k * depth), scenario)
    desk.pass_on_defects(own, rounds=depth)
    assert desk.state.defects.reshape(depth, k) == pytest.approx(
        np.repeat(np.array(recursion(own, found, k, depth - 1))[:, None], k, axis=1), rel=1e-12
    )


@pytest.mark.parametrize(("k", "found", "own"), [(3, 0.8, 0.01), (3, 0.6, 0.01), (1, 0.5, 0.05)])
def test_defects_move_one_link_a_round_on_a_cycle(scenario_with, world_of, desk_of, k, found, own):
    """In a ring where each firm buys from the k before it, round t gives the t-th iterate of the recursion."""
    firms = 7
    scenario = scenario_with(inspecting(found, k), firms=firms)
    suppliers = {i: [(i - 1 - j) % firms for j in range(k)] for i in range(firms)}
    desk = desk_of(world_of(suppliers, scenario, firms=firms), scenario)
    path = recursion(own, found, k, 25)
    desk.pass_on_defects(own, rounds=1)
    assert desk.state.defects == pytest.approx(np.full(firms, path[1]), rel=1e-12)
    desk.pass_on_defects(own, rounds=24, starts_alone=False)
    assert desk.state.defects == pytest.approx(np.full(firms, path[25]), rel=1e-11)


@pytest.mark.parametrize(
    ("found", "own", "settled", "radius"),
    [
        (0.8, 0.01, 0.024456, 0.6),
        (0.6, 0.01, 0.469846, 1.2),
        (0.8, float(own_defects(0.01, 1.0, 1.0, Process(0.435))), 0.013949, 0.6),
    ],
)
def test_a_network_with_cycles_settles_at_its_worked_value(
    scenario_with, world_of, desk_of, found, own, settled, radius
):
    """R_q = k (1 - e): 0.6 keeps defects of the order of o, 1.2 does not; own defects cut by 43.5 % settle lower."""
    scenario = scenario_with(inspecting(found, 3.0), firms=4)
    world = world_of({i: [j for j in range(4) if j != i] for i in range(4)}, scenario, firms=4)
    desk = desk_of(world, scenario)
    desk.pass_on_defects(own, rounds=400)
    assert desk.state.defects == pytest.approx(np.full(4, settled), abs=5e-7)
    assert structural_defects(world.firms, world.links, desk.state, desk.parameters) == pytest.approx(radius, rel=1e-9)


@pytest.mark.parametrize("found", [0.7, 0.8, 0.9, 0.95])
def test_below_the_threshold_defects_stay_of_the_order_of_the_own(scenario_with, world_of, desk_of, found):
    """The linear bound o / (1 - R_q) holds, and is met as o becomes small: the error is of order o."""
    ratio = []
    for own in (1e-3, 1e-6):
        scenario = scenario_with(inspecting(found, 3.0), firms=4)
        desk = desk_of(world_of({i: [j for j in range(4) if j != i] for i in range(4)}, scenario, firms=4), scenario)
        desk.pass_on_defects(own, rounds=600)
        ratio.append(desk.state.defects[0] / (own / (1.0 - 3.0 * (1.0 - found))))
    assert ratio[0] < 1.0
    assert ratio[1] == pytest.approx(1.0, abs=1e-3 if found == 0.7 else 1e-4)


@pytest.mark.parametrize("own", [1e-2, 1e-5, 1e-8])
def test_above_the_threshold_the_smallest_defects_saturate(scenario_with, world_of, desk_of, own):
    """R_q = 2.4: as o vanishes defects settle at the positive root of d = 1 - (1 - 0.8 d)^3, not at 0."""
    scenario = scenario_with(inspecting(0.2, 3.0), firms=4)
    desk = desk_of(world_of({i: [j for j in range(4) if j != i] for i in range(4)}, scenario, firms=4), scenario)
    desk.pass_on_defects(own, rounds=300)
    # (1 - 0.8 d)^3 = 1 - d divided by d: 0.512 d^2 - 1.92 d + 1.4 = 0
    root = (1.92 - (1.92**2 - 4.0 * 0.512 * 1.4) ** 0.5) / (2.0 * 0.512)
    assert desk.state.defects[0] == pytest.approx(root, abs=own)
    assert desk.state.defects[0] >= root


@given(st.data())
def test_any_small_network_follows_the_formula(scenario_with, world_of, desk_of, data):
    firms = data.draw(st.integers(2, 6))
    suppliers = {
        i: data.draw(st.lists(st.sampled_from([j for j in range(firms) if j != i]), unique=True, max_size=firms - 1))
        for i in range(firms)
    }
    own = np.array(data.draw(st.lists(st.floats(0.0, 0.9), min_size=firms, max_size=firms)))
    m, found = data.draw(st.floats(0.0, 4.0)), data.draw(st.floats(0.2, 1.0))
    scenario = scenario_with(inspecting(found, m), firms=firms)
    desk = desk_of(world_of(suppliers, scenario, firms=firms), scenario)
    rounds = data.draw(st.integers(1, 6))
    expected = own
    for _ in range(rounds):
        expected = np.array(
            [
                1.0 - (1.0 - own[i]) * np.prod([(1.0 - (1.0 - found) * expected[j]) ** (m / len(row)) for j in row])
                for i, row in suppliers.items()
            ]
        )
    desk.pass_on_defects(own, rounds=rounds)
    assert desk.state.defects == pytest.approx(expected, abs=1e-11)
