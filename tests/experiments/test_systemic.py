"""The table of firms: what hangs on each, against the model's own measures and against removal."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.experiments.late_costs import late_costs
from simulation.experiments.removal import Removal, burden, remove_risk, without_risk
from simulation.experiments.systemic import add_removal, systemic_firms, top_firms
from simulation.runs import run_in_world
from simulation.world.build import build
from simulation.world.closure import chain_of, closure_index


@pytest.fixture(scope="module")
def still(scenario_with):
    """A run in which nobody adopts or changes partners, with own defects of order 1e-9: they travel linearly."""
    changes = {"adoption.hazard.level": -30.0, "network.mean_suppliers": 5.0}
    scenario = scenario_with(changes, firms=150, months=3)
    world = build(scenario, 2)
    tiny = world._replace(firms=world.firms._replace(own_defects=1e-6 * world.firms.own_defects))
    return run_in_world(tiny, scenario, 2, has_origins=False)


@pytest.fixture(scope="module")
def found(still):
    return systemic_firms(still)


def test_defects_split_by_influence_sum_to_those_of_the_model(still, found):
    """By sales over all deliveries, at final demand times its cost, and at buyers whose inspection finds them."""
    firms, state = still.world.firms, still.state
    weighted = firms.weight * state.sales
    whole = weighted @ state.defects / weighted.sum()
    assert found.firms["defect_influence"] @ state.own_defects == pytest.approx(whole, rel=1e-5)
    cost = still.scenario.money.quality_cost * (firms.weight * firms.final_demand) @ state.defects
    assert found.firms["quality_cost"].sum() == pytest.approx(cost, rel=1e-5)
    links, p = still.final_links, still.scenario
    each = links.value * (p.defects.inspection + p.defects.inspection_effect * state.effective[links.buyer])
    handling = p.money.handling_cost * (firms.weight[links.buyer] * each) @ state.defects[links.supplier]
    assert found.firms["handling_cost"].sum() == pytest.approx(handling, rel=1e-5)
    assert found.radius_defects == pytest.approx(still.structure[2][0])
    assert found.radius_late == pytest.approx(still.structure[2][1])


def test_taking_the_defects_of_a_firm_away_has_the_effect_that_its_influence_says(still, found):
    """Small defects on a fixed network: the same number by runs on the same draws and by linear algebra.

    What the others bear is less by what returns to the firm itself along cycles.
    """
    world, scenario = still.world, still.scenario
    sales = (world.firms.weight * still.state.sales).sum() * scenario.time.months / 12.0
    usual = burden(world, scenario, 2).defects.sum()
    top = top_firms(found.firms, "defects", 3)
    effects = remove_risk(world, scenario, top, [2]).effects().query("outcome == 'defects' and group == 'all'")
    for firm, of_others in zip(top, effects["effect"], strict=True):
        whole = usual - burden(without_risk(world, firm), scenario, 2).defects.sum()
        behind = found.firms["defect_influence"][firm] * still.state.own_defects[firm]
        assert whole / sales == pytest.approx(behind, rel=1e-4)
        passed = 1e-6 * found.firms["defects_passed"][firm]
        assert 0.9 * passed <= of_others / sales <= passed * (1.0 + 1e-4)


def test_lateness_costs_by_root_sum_to_what_all_firms_bear(scenario_with):
    """The mean of the last twelve months, partners changing; months of four rounds, sales before the month's review.

    1e-6: the engine adds up a month's late days in single precision.
    """
    changes = {"lateness.buffer": 2.0, "review.base": 0.05, "adoption.hazard.level": -2.0}
    scenario = scenario_with(changes, firms=120, months=16)
    world = build(scenario, 3)
    run = run_in_world(world, scenario, 3, has_origins=False)
    engine = CompiledEngine(world, scenario, 3)
    engine.advance(4)
    borne = 0.0
    for _ in range(12):
        sales = engine.state.sales.copy()
        engine.advance(1)
        borne += scenario.money.lateness_cost * (world.firms.weight * sales) @ engine.work.late_days / 30.0
    costs = late_costs(run)
    assert costs.sum() == pytest.approx(borne / 48.0, rel=1e-6)
    assert (costs > 0.0).sum() > 10


def test_lateness_costs_go_to_the_root(scenario_with, world_of):
    """Firm 0 is late in every round and firms 1 and 2 wait for it along a chain; firm 3 is late by nobody."""
    changes = {"lateness": {"buffer": 0.0, "pass_through": 1.0, "has_supplier_slack": False}}
    scenario = scenario_with(changes, firms=4, months=13)
    world = world_of({1: [0], 2: [1]}, scenario, firms=4, late_chance=[1.0, 0.0, 0.0, 0.0], weight=[1.0, 2.0, 1.0, 1.0])
    costs = late_costs(run_in_world(world, scenario, 1))
    assert costs[0] > 0.0
    assert costs[1:].tolist() == [0.0, 0.0, 0.0]


def test_closures_are_those_of_the_network_at_the_start(still, found):
    chain = chain_of(still.world)
    np.testing.assert_array_equal(found.firms["closure"], closure_index(chain))
    np.testing.assert_array_equal(found.firms["closure_unreplaced"], closure_index(chain, is_replaceable=False))
    assert (found.firms["closure"] >= found.firms["sales_share"] - 1e-12).all()


def test_late_deliveries_per_hundred_follow_from_the_chance_of_an_event(still, found):
    """Nobody has adopted, so that own late events have their full chance."""
    expected = 100.0 * still.world.firms.late_chance * found.firms["late_buyers"]
    assert found.firms["late_passed"].to_numpy() == pytest.approx(expected)


def test_threads_change_nothing_and_every_closure_is_told(still, found):
    told = []
    again = systemic_firms(still, workers=3, on_firms=told.append)
    np.testing.assert_array_equal(again.firms["closure_unreplaced"], found.firms["closure_unreplaced"])
    assert sum(told) == 2 * len(found.firms)


@pytest.mark.parametrize(
    ("ranking", "column"), [("closure", "closure"), ("defects", "defects_passed"), ("cost", "cost")]
)
def test_top_firms_are_the_largest_and_of_equal_ones_the_first(found, ranking, column):
    values = found.firms[column].to_numpy()
    top = top_firms(found.firms, ranking, 20)
    assert top == sorted(range(len(values)), key=lambda place: (-values[place], place))[:20]
    undefined = found.firms.assign(**{column: np.nan})
    assert top_firms(undefined, ranking, 3) == [0, 1, 2]


def test_effects_of_removal_stand_beside_their_firms_and_nothing_beside_the_others(still, found):
    groups = still.world.groups
    borne = np.zeros((2, 2, 2, 2, groups.count))
    borne[0, :, 0, 0, 1], borne[0, :, 0, 1, 1] = [10.0, 30.0], [9.0, 27.0]
    wider = add_removal(found.firms, Removal(groups, (7, 3), (1, 2), borne))
    row = wider.loc[7]
    assert (row["late_days_effect"], row["late_days_share"]) == pytest.approx((2.0, 0.1))
    assert row["late_days_low"] < 2.0 < row["late_days_high"]
    assert wider.loc[3, "late_days_effect"] == 0.0
    assert np.isnan(wider.loc[3, "late_days_share"])  # of nothing there is no share
    assert wider["late_days_effect"].notna().sum() == 2
    assert "late_days_effect" not in found.firms
