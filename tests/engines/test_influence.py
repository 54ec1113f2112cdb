"""Influence of firms against dense linear algebra, worked values, and the model's own split by origin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.influence import defect_influence, influence, late_influence
from simulation.engines.structure import passing_defects

CHAIN = {1: [0], 2: [0, 1], 3: [2]}
"""Firm 1 buys from 0; firm 2 half from 0 and half from 1; firm 3 from 2."""

HALVING = {"defects.critical_inputs": 1.0, "defects.inspection": 0.5, "defects.inspection_effect": 0.0}


def random_suppliers(random, firms, count=3):
    return {i: list(random.permutation([j for j in range(firms) if j != i])[:count]) for i in range(firms)}


def dense(links, entry, firms):
    matrix = np.zeros((firms, firms))
    np.add.at(matrix, (links.buyer, links.supplier), entry)
    return matrix


def test_a_chain_with_a_shortcut_has_its_worked_values(scenario_with, world_of, desk_of):
    """Columns of the inverse sum to 2.0625, 1.375, 1.5 and 1."""
    scenario = scenario_with(HALVING, firms=4)
    desk = desk_of(world_of(CHAIN, scenario, firms=4), scenario)
    found = defect_influence(desk.links, desk.state, desk.parameters, np.ones(4))
    assert found.total == pytest.approx([2.0625, 1.375, 1.5, 1.0], abs=1e-12)
    assert found.direct == pytest.approx([0.75, 0.25, 0.5, 0.0], abs=1e-12)
    assert found.radius == 0.0


def test_the_shares_that_three_firms_take_from_one_give_its_influence(scenario_with, world_of):
    """Acemoglu and others (2012), a labour share of one half: v = (2/3, 1/6, 1/6)."""
    world = world_of({0: [0], 1: [0], 2: [0]}, scenario_with(firms=3), firms=3)
    found = influence(world.links, np.full(3, 0.5), np.full(3, 0.5 / 3.0))
    assert found.total == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-11)


@given(st.integers(0, 10_000), st.floats(0.0, 0.97))
def test_influence_is_that_of_the_dense_inverse(scenario_with, world_of, seed, radius):
    random = np.random.default_rng(seed)
    firms = 9
    world = world_of(random_suppliers(random, firms), scenario_with(firms=firms), firms=firms)
    entry = random.uniform(0.0, 1.0, world.links.supplier.size)
    matrix = dense(world.links, entry, firms)
    scale = radius / np.abs(np.linalg.eigvals(matrix)).max()
    counted = random.uniform(0.0, 1.0, firms)
    found = influence(world.links, scale * entry, counted)
    exact = np.linalg.solve(np.eye(firms) - scale * matrix.T, counted)
    assert found.total == pytest.approx(exact, rel=1e-9)
    assert found.direct == pytest.approx(scale * matrix.T @ counted)
    assert found.radius == pytest.approx(radius, abs=1e-7)


@pytest.mark.parametrize("factor", [1.0, 1.3])
def test_where_risk_does_not_fade_the_sum_is_not_defined(scenario_with, world_of, factor):
    world = world_of({0: [1], 1: [0]}, scenario_with(firms=2), firms=2)
    found = influence(world.links, np.full(2, factor), np.ones(2))
    assert np.isnan(found.total).all()
    assert found.direct == pytest.approx([factor, factor])
    assert found.radius == pytest.approx(factor)


def test_without_links_a_firm_is_behind_its_own_deliveries_alone(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=2), firms=2)
    found = influence(world.links, np.zeros(0), np.array([0.3, 0.7]))
    assert found.total == pytest.approx([0.3, 0.7])
    assert (found.direct == 0.0).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_small_defects_split_by_influence_as_the_model_splits_them_by_origin(scenario_with, world_of, desk_of, seed):
    """Eight firms, each its own group: influence x own defects are the model's parts by origin, weighted by sales.

    Own defects are of order 1e-9, so that the terms of second order are below 1e-8 of the parts; risk travels for
    80 rounds.
    """
    random = np.random.default_rng(seed)
    firms = 8
    scenario = scenario_with({"defects.mismatch": 0.5}, firms=firms)
    world = world_of(random_suppliers(random, firms), scenario, firms=firms, group=list(range(8)))
    desk = desk_of(world, scenario)
    desk.state.effective[:] = random.uniform(0.0, 1.0, firms)
    own = random.uniform(0.1, 1.0, firms) * 1e-9
    desk.pass_on_defects(own, rounds=80)
    sales = random.uniform(1.0, 5.0, firms)
    found = defect_influence(desk.links, desk.state, desk.parameters, sales / sales.sum())
    by_origin = np.einsum("i,ijh->j", sales / sales.sum(), desk.state.defect_parts)
    assert found.total * own == pytest.approx(by_origin, rel=1e-6)
    assert (found.total * own).sum() == pytest.approx(sales @ desk.state.defects / sales.sum(), rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_influence_on_defects_uses_the_matrix_whose_radius_is_the_structural_number(
    scenario_with, world_of, desk_of, seed
):
    random = np.random.default_rng(seed)
    firms = 10
    scenario = scenario_with(firms=firms)
    desk = desk_of(world_of(random_suppliers(random, firms), scenario, firms=firms), scenario)
    desk.state.effective[:] = random.uniform(0.0, 1.0, firms)
    links = desk.links
    entry = passing_defects(links.buyer, links.supplier, links.weight, desk.state.effective, desk.parameters.defects)
    exact = np.linalg.inv(np.eye(firms) - dense(links, entry, firms)).sum(axis=0)
    assert defect_influence(links, desk.state, desk.parameters, np.ones(firms)).total == pytest.approx(exact, rel=1e-9)


def test_a_late_event_makes_each_critical_buyer_late_with_the_chance_of_outlasting_its_buffer(
    scenario_with, world_of, desk_of
):
    """Firm 0 supplies 1, 2 (critical) and 3 (not): two buyers with one critical supplier each and a buffer of 10.

    Pr(0.7 (X - 10) > 1) = exp(-(10 + 1 / 0.7) / 5), and 2 passes on to 4.
    """
    changes = {"lateness.buffer": 10.0, "lateness.pass_through": 0.7, "lateness.tolerance": 1.0, "lateness.lean": 0.0}
    scenario = scenario_with(changes | {"process.late_days": 5.0}, firms=5)
    world = world_of({1: [0], 2: [0], 3: [0], 4: [2]}, scenario, firms=5, not_critical=[(0, 3)])
    desk = desk_of(world, scenario)
    found = late_influence(world.firms, desk.links, desk.state, desk.parameters, np.ones(5))
    chance = np.exp(-(10.0 + 1.0 / 0.7) / 5.0)
    assert found.direct == pytest.approx([2.0 * chance, 0.0, chance, 0.0, 0.0], abs=1e-12)
    assert found.total == pytest.approx([1.0 + 2.0 * chance + chance**2, 1.0, 1.0 + chance, 1.0, 1.0], abs=1e-12)


@pytest.mark.statistical
def test_late_deliveries_of_the_first_generation_are_those_of_the_model(scenario_with, world_of, desk_of):
    """20,000 own late events of one firm with three critical buyers; chance 0.102, standard error of the mean 0.0029.

    Four standard errors: a false alarm in 16,000 seeds; the seed is fixed.
    """
    scenario = scenario_with({"lateness.buffer": 10.0}, firms=4)
    world = world_of({1: [0], 2: [0], 3: [0]}, scenario, firms=4)
    desk = desk_of(world, scenario)
    theta = scenario.process.late_days
    random = np.random.default_rng(5)
    late = []
    for days in random.exponential(theta, 20_000):
        desk.state.late[:] = [days, 0.0, 0.0, 0.0]
        desk.pass_on_lateness(0.0)
        late.append((desk.state.late[1:] > scenario.lateness.tolerance).sum())
    found = late_influence(world.firms, desk.links, desk.state, desk.parameters, np.ones(4)).direct[0]
    assert np.mean(late) == pytest.approx(found, abs=4.0 * np.std(late) / np.sqrt(len(late)))
