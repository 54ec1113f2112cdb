"""What is conserved in every month of any drawn economy: money, the roots of lateness, links and sales."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.policies import lever_kinds
from simulation.policies.lever import RATIONING
from simulation.state import COLUMNS, DEPTH_BINS
from simulation.world.build import build

MONTHS = 18
LONG = 30
"""Months of a run with a policy: more than two years of a programme."""
SEEDS = st.integers(0, 2**63 - 1)
BOTH = ["manufacturing", "services"]
LATE = {
    "firms.late_chance": {size: {"manufacturing": 0.1, "services": 0.1} for size in ("large", "sme")},
    "lateness.has_supplier_slack": False,
}


@st.composite
def policies(draw):
    """Draw one to three levers of any kind, with firms, months, money, ranking and cost shares of their own."""
    policy = {}
    count = draw(st.integers(1, 3))
    for number in range(count):
        first, last = sorted(draw(st.tuples(st.integers(0, LONG - 1), st.integers(0, LONG - 1))))
        entry = {
            "lever": draw(st.sampled_from(sorted(lever_kinds()))),
            "who": draw(st.sampled_from([{}, {"sector": BOTH}, {"sector": BOTH, "size": ["large", "sme"]}])),
            "first": first,
            "last": last,
            "budget_share": draw(st.floats(0.0, 1.0)) / count,
            "strength": draw(st.floats(0.0, 3.0)),
            "rationing": draw(st.sampled_from(sorted(RATIONING))),
            "lead_share": draw(st.floats(0.0, 0.45)),
            "own_share": draw(st.floats(0.0, 0.45)),
        }
        entry |= draw(st.sampled_from([{}, {"annual_budget": 500.0}, {"cap_per_firm": 150.0}]))
        policy[f"lever {number}"] = entry
    return {"policy": policy, "budget": {"strength": "fixed", "per_worker": draw(st.floats(0.0, 6.0))}}


@given(st.data(), SEEDS)
@settings(max_examples=150)
def test_spending_and_reservations_never_exceed_the_budget(scenario_with, economies, data, seed):
    """By the programme's own books, in every month and in every year of the programme, to 1e-9 of the budget."""
    scenario = scenario_with(data.draw(economies()) | data.draw(policies()), firms=50, months=LONG)
    engine = CompiledEngine(build(scenario, seed), scenario, seed, has_deliveries=False)
    books, budget = engine.awards, engine.programmes.annual_budget
    rounding = 1e-9 * (1.0 + budget)
    for month in range(LONG):
        engine.advance(1)
        assert (books.reserved >= -rounding).all()
        for p, first in enumerate(engine.programmes.first.tolist()):
            if month < first:
                assert books.spent[p].sum() == books.reserved[p] == 0.0
                continue
            year = month - (month - first) % 12
            assert books.spent[p, year:].sum() + books.reserved[p] <= budget[p] + rounding[p]


def test_in_an_economy_as_it_is_drawn_the_budget_binds(scenario_with, quick):
    """The property above would hold of programmes that spend nothing."""
    training = {"first": 2, "last": 13, "who": {"sector": BOTH}}
    money = {"policy.training": training, "budget": {"strength": "fixed", "per_worker": 6.0}}
    scenario = scenario_with(quick | money, firms=50, months=14)
    engine = CompiledEngine(build(scenario, 1), scenario, 1, has_deliveries=False)
    engine.advance()
    assert engine.awards.spent[0, 2:].sum() > 0.8 * engine.programmes.annual_budget[0]


def of_month(engine: CompiledEngine, name: str) -> np.ndarray:
    """Return (G,) a column of the month that ran last."""
    return engine.tallies.groups[engine.month - 1, :, COLUMNS.index(name)]


@given(st.data(), SEEDS, st.integers(1, 5))
def test_late_deliveries_by_root_and_by_depth_are_all_late_deliveries(scenario_with, economies, data, seed, rounds):
    changes = data.draw(economies()) | LATE | {"time.deliveries_per_month": rounds}
    scenario = scenario_with(changes, firms=50, months=MONTHS)
    engine = CompiledEngine(build(scenario, seed), scenario, seed)
    tallies = engine.tallies
    for month in range(MONTHS):
        engine.advance(1)
        late = of_month(engine, "deliveries") - of_month(engine, "on_time")
        assert tallies.late_roots[month].sum(axis=0) == pytest.approx(late, rel=1e-12, abs=1e-9)
        assert tallies.late_depth[month].sum() == pytest.approx(late.sum(), rel=1e-12, abs=1e-9)
    assert tallies.late_depth.sum() > 0.0


@given(st.data(), SEEDS)
def test_every_late_delivery_has_one_root_where_its_lateness_began(scenario_with, economies, data, seed):
    """One round a month and none before: the root's own lateness began as many months ago as links were travelled.

    The sums by root's group, bearing group and depth are counted again from the firms.
    """
    changes = data.draw(economies()) | LATE | {"time.deliveries_per_month": 1, "time.start_rounds": 0}
    scenario = scenario_with(changes, firms=50, months=MONTHS)
    engine = CompiledEngine(build(scenario, seed), scenario, seed)
    firms, state, tallies = engine.world.firms, engine.state, engine.tallies
    past = []
    for month in range(MONTHS):
        engine.advance(1)
        past.append((state.own_late > 0.0) & (state.late > 0.0) & (state.travelled == 0))
        late = np.flatnonzero(state.late > scenario.lateness.tolerance)
        root, travelled = state.root[late], state.travelled[late]
        assert (root[travelled == 0] == late[travelled == 0]).all()
        assert all(past[month - steps][i] for i, steps in zip(root, travelled, strict=True))
        roots, depths = np.zeros_like(tallies.late_roots[month]), np.zeros_like(tallies.late_depth[month])
        np.add.at(roots, (firms.group[root], firms.group[late]), firms.weight[late])
        np.add.at(depths, (np.minimum(travelled, DEPTH_BINS - 1), firms.group[late]), firms.weight[late])
        assert tallies.late_roots[month] == pytest.approx(roots, rel=1e-12)
        assert tallies.late_depth[month] == pytest.approx(depths, rel=1e-12)
    assert tallies.late_depth.sum() > 0.0


@given(st.data(), SEEDS, st.floats(0.0, 0.5), st.booleans())
def test_links_neither_appear_nor_vanish_and_sales_go_with_them(
    scenario_with, economies, data, seed, base, has_mandate
):
    """Month by month; every firm weighs 1, so what is recorded as switched is the number of links that changed."""
    changes = data.draw(economies(**{"review.base": base}))
    if has_mandate:
        changes |= {"policy.mandate": {"first": 0, "last": 17, "grace": 1, "replacement": 1.0}}
        changes |= {"budget.strength": "fixed"}
    scenario = scenario_with(changes, firms=50, months=MONTHS)
    world = build(scenario, seed)
    world = world._replace(firms=world.firms._replace(weight=np.ones(50)))
    engine = CompiledEngine(world, scenario, seed, real=np.float64)
    firms, state, groups = world.firms, engine.state, world.groups.count
    before = world.links.supplier
    for _ in range(MONTHS):
        engine.advance(1)
        links = engine.links
        for name in ("start", "buyer", "weight", "value", "is_critical"):
            assert (getattr(links, name) == getattr(world.links, name)).all()
        assert (links.supplier != links.buyer).all()
        assert np.unique(links.supplier.astype(np.int64) * 50 + links.buyer).size == links.supplier.size
        changed = links.buyer[links.supplier != before]
        assert (of_month(engine, "switched") == np.bincount(firms.group[changed], minlength=groups)).all()
        assert (of_month(engine, "slots") == np.bincount(firms.group[links.buyer], minlength=groups)).all()
        sells = state.sales > 0.0
        to_firms = np.bincount(links.supplier, links.sales_share, 50)
        # Sales are sums of values in steps of 2^-32 million won.
        assert (to_firms + firms.final_demand / np.where(sells, state.sales, 1.0))[sells] == pytest.approx(1.0, 1e-9)
        assert (to_firms[~sells] == 0.0).all()
        before = links.supplier


def test_in_an_economy_as_it_is_drawn_partners_change(scenario_with, quick):
    """The property above would hold of a network that stays as it is."""
    scenario = scenario_with(quick | {"review.base": 0.1}, firms=50, months=MONTHS)
    engine = CompiledEngine(build(scenario, 1), scenario, 1)
    engine.advance()
    assert (engine.links.supplier != engine.world.links.supplier).sum() > 20
