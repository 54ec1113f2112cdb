"""What a policy must not change, and what it must change one way only: relations that hold at any parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.engine import CompiledEngine
from simulation.policies import lever_kinds
from simulation.world.build import build

SEEDS = st.integers(0, 2**63 - 1)
CHOICES = ("adopted", "months_adopted", "wait", "log_odds", "user_share", "capacity", "effective")

LEVERS = sorted(lever_kinds())
PAID = [lever for lever in LEVERS if lever != "mandate"]
IDLE = [
    *((lever, {"budget_share": 0.0}) for lever in PAID),
    *((lever, {"strength": 0.0}) for lever in PAID),
    ("mandate", {"pressure": 0.0, "replacement": 0.0}),  # it costs nothing, so no lack of money makes it idle
]


@pytest.mark.parametrize(("lever", "idle"), IDLE, ids=[f"{lever}: no {' nor '.join(idle)}" for lever, idle in IDLE])
@given(st.data(), SEEDS, st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted))
@settings(max_examples=12)
def test_an_idle_lever_equals_the_baseline_bit_for_bit(
    scenario_with, economies, fingerprint, lever, idle, data, seed, span
):
    scenario = scenario_with(data.draw(economies()), firms=50, months=15)
    world = build(scenario, seed)
    entry = {"first": span[0], "last": span[1]} | idle
    with_lever = scenario.with_({f"policy.{lever}": entry, "budget.strength": "fixed"})
    prints = []
    for chosen in (scenario, with_lever):
        engine = CompiledEngine(world, chosen, seed, has_origins=True)
        engine.advance()
        prints.append(fingerprint(engine.state, engine.tallies))
        assert engine.awards.served.sum() == 0
    assert prints[0] == prints[1]


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_with_money_does_not_equal_the_baseline(scenario_with, quick, fingerprint, lever):
    """The relation above would hold of levers that never do anything."""
    scenario = scenario_with(quick | {"budget.per_worker": 100.0}, firms=150, months=24)
    world = build(scenario, 1)
    with_lever = scenario.with_({f"policy.{lever}": {"first": 3, "last": 20}, "budget.strength": "fixed"})
    prints = []
    for chosen in (scenario, with_lever):
        engine = CompiledEngine(world, chosen, 1)
        engine.advance()
        prints.append(fingerprint(engine.state, engine.tallies))
    assert prints[0] != prints[1]


def only_for(engine: CompiledEngine, i: int) -> None:
    """Leave one eligible firm in every programme, with money without end."""
    engine.programmes.is_eligible[:] = 0
    engine.programmes.is_eligible[:, i] = 1
    engine.programmes.annual_budget[:] = 1e12


@pytest.mark.parametrize("lever", LEVERS)
@given(st.data(), SEEDS, st.integers(0, 49))
@settings(max_examples=12)
def test_one_firms_policy_changes_nobody_elses_draws(scenario_with, economies, no_influence, lever, data, seed, firm):
    """Without influence all choices and own events of the others are the same bit for bit."""
    policy = {f"policy.{lever}": {"first": 0, "last": 14}, "budget.strength": "fixed"}
    scenario = scenario_with(data.draw(economies(**no_influence)) | policy, firms=50, months=15)
    world = build(scenario, seed)
    without, favoured = CompiledEngine(world, scenario, seed, levers={}), CompiledEngine(world, scenario, seed)
    only_for(favoured, firm)
    for _ in range(scenario.time.months):
        without.advance(1)
        favoured.advance(1)
        for name in (*CHOICES, "own_late", "own_defects"):
            differs = getattr(favoured.state, name) != getattr(without.state, name)
            assert not np.delete(differs, firm).any()


@pytest.mark.parametrize("lever", LEVERS)
def test_one_firms_policy_does_change_that_firm(scenario_with, quick, no_influence, lever):
    """The relation above would hold of levers that never reach the firm."""
    policy = {f"policy.{lever}": {"first": 0, "last": 23}, "budget.strength": "fixed"}
    scenario = scenario_with(quick | no_influence | policy, firms=200, months=24)
    world = build(scenario, 1)
    moved = 0
    for firm in (0, 17, 45, *np.flatnonzero(world.firms.is_key_supplier)[:4]):
        without, favoured = CompiledEngine(world, scenario, 1, levers={}), CompiledEngine(world, scenario, 1)
        only_for(favoured, firm)
        without.advance()
        favoured.advance()
        moved += any(getattr(favoured.state, name)[firm] != getattr(without.state, name)[firm] for name in CHOICES)
    assert moved > 0


@given(
    subsidies=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2), firm=st.integers(0, 5), month=st.integers(0, 95),
    cost=st.floats(0.0, 8.0), level=st.floats(-5.0, 3.0),
)  # fmt: skip
@settings(max_examples=40)
def test_more_subsidy_never_lowers_that_firms_chance_and_leaves_the_others(
    scenario_with, world_of, desk_of, subsidies, firm, month, cost, level
):
    changes = {"adoption.hazard.level": level, "firms.adoption_cost": {"large": cost, "sme": cost}}
    scenario = scenario_with(changes, firms=6)
    world = world_of({0: [1, 2], 3: [0], 4: [3, 5], 5: [0]}, scenario, firms=6, group=[0, 1, 4, 5, 6, 7])
    chances = []
    for subsidy in sorted(subsidies):
        desk = desk_of(world, scenario)
        desk.state.adopted[(firm + 1) % 6] = 1
        desk.channels.adoption_subsidy[firm] = subsidy
        desk.adopt_or_quit(month)
        chances.append(desk.work.chance.copy())
    assert chances[1][firm] >= chances[0][firm]
    assert (np.delete(chances[0], firm) == np.delete(chances[1], firm)).all()
    assert ((chances[0] >= 0.0) & (chances[0] <= 1.0)).all()


@pytest.mark.parametrize("month", [0, 30])
def test_more_subsidy_adopts_at_least_the_same_firms(scenario_with, quick, desk_of, month):
    """On one set of draws the adopters of a smaller subsidy are among those of a larger one."""
    scenario = scenario_with(quick, firms=150, months=24)
    world = build(scenario, 4)
    before = None
    for subsidy in (0.0, 0.3, 0.7, 1.0):
        desk = desk_of(world, scenario)
        desk.channels.adoption_subsidy[:] = subsidy
        desk.adopt_or_quit(month)
        assert before is None or (desk.state.adopted >= before).all()
        before = desk.state.adopted.copy()
    assert before.sum() > 0
