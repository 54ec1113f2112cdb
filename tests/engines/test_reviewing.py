"""Partners change: hazards, candidates, and what moves with a slot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engines.arrays import alias_of
from simulation.engines.engine import CompiledEngine
from simulation.engines.racing import candidate
from simulation.engines.workspace import reach_of
from simulation.scenario.scenario import Scenario
from simulation.world.build import build, sales_of

SOME = {"population.firms": 120, "time.months": 24, "time.survey_month": 0, "time.origin_months": 0}


def ended(changes: dict[str, object], seed: int = 4) -> CompiledEngine:
    scenario = Scenario().with_(SOME | changes)
    engine = CompiledEngine(build(scenario, seed), scenario, seed, real=np.float64)
    engine.advance()
    return engine


@pytest.fixture(scope="module")
def lively():
    return ended({"review.base": 0.1, "review.sensitivity": 0.05})


def test_links_neither_appear_nor_vanish_and_slots_keep_what_they_buy(lively):
    old, new = lively.world.links, lively.links
    assert (old.supplier != new.supplier).mean() > 0.5
    for field in ("start", "buyer", "weight", "value", "is_critical"):
        np.testing.assert_array_equal(getattr(old, field), getattr(new, field))
    assert sorted(new.sales_link) == list(range(new.supplier.size))


def test_the_sales_index_lists_every_suppliers_links_in_the_order_of_the_buyers_keys(lively):
    links, key = lively.links, lively.world.firms.key
    ordered = np.lexsort((key[links.buyer], links.supplier))
    np.testing.assert_array_equal(links.sales_link, ordered)
    np.testing.assert_array_equal(np.diff(links.sales_start), np.bincount(links.supplier, minlength=key.size))


def test_money_moves_with_the_slots(lively):
    """Sales of all firms sum to final demand and purchases, before and after: nobody's money is lost.

    Each purchase is rounded to a multiple of 1 / steps, by half of one at most.
    """
    firms, links, state = lively.world.firms, lively.links, lively.state
    rounded = 0.5 * np.diff(links.sales_start) / lively.parameters.steps.money
    assert (np.abs(state.sales - sales_of(firms, links)) <= rounded + 1e-14 * state.sales).all()
    assert state.sales.sum() == pytest.approx(firms.final_demand.sum() + links.value.sum(), rel=1e-12)
    bought = links.sales_share * state.sales[links.supplier]
    np.testing.assert_allclose(bought, links.value, rtol=1e-12, atol=rounded.max())


def test_nobody_supplies_itself_or_a_buyer_twice(lively):
    links = lively.links
    assert (links.supplier != links.buyer).all()
    pairs = links.supplier.astype(np.int64) * 1000 + links.buyer
    assert np.unique(pairs).size == pairs.size


def test_a_new_supplier_comes_from_the_sector_of_the_old_one(lively):
    old, new = lively.world.links.supplier, lively.links.supplier
    sector = lively.world.firms.cell // len(lively.world.groups.regions)
    np.testing.assert_array_equal(sector[old], sector[new])


def test_without_proximity_candidates_are_in_the_buyers_own_region():
    engine = ended({"review.base": 0.2, "review.proximity": 0.0})
    changed = engine.links.supplier != engine.world.links.supplier
    region = engine.world.firms.cell % len(engine.world.groups.regions)
    same = region[engine.links.supplier[changed]] == region[engine.links.buyer[changed]]
    assert changed.sum() > 100
    assert same.all()


def test_hazards_of_zero_keep_the_network():
    engine = ended({"review.base": 0.0, "review.sensitivity": 0.0})
    np.testing.assert_array_equal(engine.links.supplier, engine.world.links.supplier)


def test_a_run_leaves_its_world_as_it_was(lively):
    again = build(lively.scenario, 4)
    for before, after in zip(again.links, lively.world.links, strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_base_hazard_replaces_as_many_as_it_says():
    """Slots x 24 months x (1 - exp(-s0)); one run, relative standard error 1/sqrt(expected), alarm beyond four."""
    engine = ended({"review.base": 0.02, "review.sensitivity": 0.0, "population.firms": 1000})
    expected = engine.links.supplier.size * 24 * (1.0 - np.exp(-0.02))
    switched = _switched(engine)
    # A slot without any free candidate keeps its supplier, which is rare among a thousand firms.
    assert 0.97 * expected - 4.0 * np.sqrt(expected) < switched < expected + 4.0 * np.sqrt(expected)


def _switched(engine: CompiledEngine) -> float:
    from simulation.state import COLUMNS

    weight = engine.world.firms.weight
    by_group = np.array([weight[engine.world.firms.group == g].max(initial=1.0) for g in range(8)])
    return float((engine.tallies.groups[:, :, COLUMNS.index("switched")].sum(axis=0) / by_group).sum())


def test_a_supplier_with_a_bad_record_is_left(scenario_with, desk_of, world_of):
    """Firm 0 delivers five times the defects of its sector; with a large s1 its buyer replaces it at once."""
    scenario = scenario_with({"review.sensitivity": 50.0}, firms=6)
    world = world_of({5: [0, 1]}, scenario, firms=6)
    desk = desk_of(world, scenario)
    desk.state.defects_average[:] = [0.01, 0.002, 0.002, 0.002, 0.002, 0.002]
    desk.work.usual_defects[:] = 0.002
    desk.review()
    assert desk.links.supplier[0] not in (0, 1, 5)
    assert desk.links.supplier[1] == 1


def test_a_firm_that_lost_its_last_customer_has_only_final_demand(scenario_with, desk_of, world_of):
    scenario = scenario_with({"review.sensitivity": 50.0}, firms=4)
    world = world_of({3: [0]}, scenario, firms=4)
    world = world._replace(firms=world.firms._replace(final_demand=np.array([0.0, 10.0, 10.0, 10.0])))
    desk = desk_of(world, scenario)
    desk.state.sales[:] = sales_of(world.firms, desk.links)
    desk.state.defects_average[:] = [0.01, 0.002, 0.002, 0.002]
    desk.work.usual_defects[:] = 0.002
    assert desk.state.sales[0] > 0.0
    desk.review()
    assert desk.state.sales[0] == 0.0
    taken_by = desk.links.supplier[0]
    expected = 10.0 + world.links.value[0]
    assert desk.state.sales[taken_by] == pytest.approx(expected, abs=0.5 / desk.parameters.steps.money)


@given(st.floats(1e-9, 1.0 - 1e-9), st.integers(0, 1), st.integers(0, 2), st.floats(0.0, 1.0))
def test_a_candidate_always_belongs_to_the_sector(draw, sector, region, proximity):
    cells = np.repeat(np.arange(6), [3, 0, 4, 2, 2, 1])
    weight = np.arange(1.0, cells.size + 1.0)
    start = np.searchsorted(cells, np.arange(7)).astype(np.int64)
    alias, reach = alias_of(np.arange(cells.size, dtype=np.int32), weight, start), reach_of(weight, start, 3, proximity)
    chosen = candidate(draw, sector * 3 + region, 3, reach, alias, start)
    assert cells[chosen] // 3 == sector  # also where nobody is near and only those near would do


def test_candidates_are_drawn_in_proportion_to_weight_and_proximity():
    """Two in the own region with weights 1 and 3, one elsewhere with weight 4 at proximity 1/2: 1/6, 1/2, 1/3."""
    weight, start = np.array([1.0, 3.0, 4.0]), np.array([0, 2, 3])
    alias, reach = alias_of(np.array([7, 8, 9], np.int32), weight, start), reach_of(weight, start, 2, 0.5)
    chosen = [candidate((k + 0.5) / 6000, 0, 2, reach, alias, start) for k in range(6000)]
    assert [chosen.count(firm) for firm in (7, 8, 9)] == [1000, 3000, 2000]
