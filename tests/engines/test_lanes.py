"""Runs moved side by side are the runs that they would be alone, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.compiled import is_compilation_on
from simulation.engines import together as moving
from simulation.engines.engine import CompiledEngine
from simulation.engines.lanes import Lanes
from simulation.engines.together import advance_together, branches, most_lanes
from simulation.scenario.scenario import Scenario
from simulation.world.build import build

SEED = 4
MONTHS = 22
FIRMS = 90
SMALL = {
    "population.firms": FIRMS,
    "time.months": MONTHS,
    "time.survey_month": 11,
    "time.origin_months": 4,
    "time.start_rounds": 10,
    "time.deliveries_per_month": 5,
    "adoption.hazard.level": -1.0,
    "review.base": 0.03,
    "review.sensitivity": 2.0,
    "firms.own_defects.sme.manufacturing": 0.01,
    "budget.strength": "fixed",
}
POLICIES = {
    "nothing": {},
    "grants": {"subsidy": {"first": 2, "last": 18, "annual_budget": 2500.0}},
    "courses, need first": {
        "training": {"first": 4, "last": 15, "annual_budget": 200.0, "rationing": "need_first"},
    },
    "three levers": {
        "subsidy": {"first": 3, "last": 10, "annual_budget": 2000.0, "budget_share": 0.3},
        "large_firm_support": {"first": 5, "last": 21, "annual_budget": 3000.0, "budget_share": 0.4},
        "supplier_development": {"first": 2, "last": 19, "annual_budget": 3000.0, "budget_share": 0.3},
    },
    "access": {"paid_access": {"first": 2, "last": 20, "annual_budget": 2000.0}},
    "reinvestment": {"reinvestment": {"first": 9, "last": 21, "annual_budget": 2000.0}},
}
MANDATES = {
    f"pressure {pressure}": {
        "mandate": {"first": 2, "last": 21, "grace": 4, "replacement": 0.3, "pressure": pressure},
        "subsidy": {"first": 3, "last": 18, "annual_budget": 1000.0 * pressure},
    }
    for pressure in (0.5, 1.0, 2.0, 3.0)
}
VARIANTS = {
    "as it is": {},
    "who is small is faulty": {"firms.own_defects.sme.manufacturing": 0.3},
    "all defects are found": {"defects.inspection": 0.95, "defects.inspection_effect": 0.3},
    "links are fixed": {"review.base": 0.0, "review.sensitivity": 0.0},
    "many quit": {"adoption.quitting.level": 0.2, "adoption.quitting.readopt_months": 3},
    "capacity counts twice": {"capacity.exponent": 2.0},
    "many rounds": {"time.deliveries_per_month": 31},
}

SLOW = pytest.mark.skipif(not is_compilation_on(), reason="slow without machine code, and alike")

if not is_compilation_on():
    VARIANTS = {name: VARIANTS[name] for name in ("as it is", "links are fixed")}


def scenarios_of(policies, **changes):
    base = Scenario().with_(SMALL | changes)
    return [base.with_({"name": name, "policy": levers}) for name, levers in policies.items()]


def engines_of(scenarios, world=None, **options):
    world = world or build(scenarios[0], SEED)
    return [CompiledEngine(world, scenario, SEED, **options) for scenario in scenarios]


LATER = ("partners", "late_days", "excess", "support", "own_cost", "mandated", "late_count", "usual_late", "tracking")


def assert_same(one: CompiledEngine, other: CompiledEngine) -> None:
    """Compare whatever a later month, a record or a look at the network reads."""
    parts = [(one.state, other.state), (one.channels, other.channels), (one.programmes, other.programmes)]
    parts += [(one.awards, other.awards), (one.tallies, other.tallies), (one.links, other.links)]
    assert one.month == other.month
    for mine, yours in parts:
        for name, a, b in zip(mine._fields, mine, yours, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)
    for name in LATER:
        np.testing.assert_array_equal(getattr(one.work, name), getattr(other.work, name), err_msg=name)
    np.testing.assert_array_equal(one.work.goods.shown, other.work.goods.shown)


def check(scenarios, **options):
    """Move engines together and alone, and compare them; return those that were moved together."""
    together, alone = engines_of(scenarios, **options), engines_of(scenarios, **options)
    advance_together(together, MONTHS)
    for one, other in zip(together, alone, strict=True):
        other.advance()
        assert_same(one, other)
    return together


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_policies_side_by_side_are_the_runs_that_they_are_alone(moved, changes):
    found = check(scenarios_of(POLICIES, **changes))
    assert moved == [len(POLICIES)]
    assert len({engine.tallies.groups.tobytes() for engine in found}) == len(POLICIES)
    assert all(engine.awards.spent.sum() > 0.0 for engine in found[1:])
    assert found[1].awards.served.sum() < found[3].awards.served.sum()  # money is short
    if changes == VARIANTS["as it is"]:
        assert found[3].awards.lead_cost.sum() > 0.0
        assert found[0].tallies.late_inherited.sum() > 50
        assert (found[0].links.supplier != found[0].world.links.supplier).any()
        assert (found[0].links.supplier != found[3].links.supplier).any()  # each has links of its own


@pytest.mark.parametrize("changes", [{}, VARIANTS["links are fixed"]], ids=["links change", "links are fixed"])
def test_a_few_months_of_a_few_firms(moved, changes):
    """Small enough for loops without machine code, with mandates of their own."""
    levers = [
        {"subsidy": {"first": 0, "last": 2 + k % 2, "annual_budget": 500.0 * (k + 1)}}
        | ({"mandate": {"first": 0, "last": 3, "grace": 1, "replacement": 0.9, "pressure": 1.0}} if k >= 8 else {})
        for k in range(12)
    ]
    months = {"time.months": 4, "time.survey_month": 1, "time.origin_months": 0, "time.start_rounds": 3}
    scenarios = scenarios_of(
        {str(k): policy for k, policy in enumerate(levers)},
        **{"population.firms": 14, "time.deliveries_per_month": 2} | months | changes,
    )
    world = build(scenarios[0], SEED)
    together, alone = engines_of(scenarios, world), engines_of(scenarios, world)
    advance_together(together, 4)
    assert sorted(moved) == [4, 8]
    for one, other in zip(together, alone, strict=True):
        other.advance()
        assert_same(one, other)


@SLOW
def test_mandates_are_moved_with_each_other_alone(moved):
    """Where some firm may be overdue, every link is looked at with more care, and others would pay for it."""
    found = check(scenarios_of(POLICIES | MANDATES))
    assert sorted(moved) == [len(MANDATES), len(POLICIES)]
    lost = [engine.tallies.groups[:, :, -2].sum() for engine in found[len(POLICIES) :]]
    assert min(lost) > 0.0
    assert len(set(lost)) > 1


@SLOW
@pytest.mark.parametrize("options", [{"real": np.float64}, {"has_deliveries": False}], ids=["double", "no deliveries"])
def test_in_double_precision_and_without_deliveries(moved, options):
    check(scenarios_of(POLICIES), **options)
    assert moved == [len(POLICIES)]


def test_until_origins_are_followed(moved):
    """From there on each goes on alone: four months are recorded and two let the parts settle."""
    found = check(scenarios_of(POLICIES), has_origins=True)
    assert moved == [len(POLICIES)]
    assert found[0].tracked_from == 16
    assert all(engine.tallies.defects.any() for engine in found)


def test_links_that_stay_are_looked_up_once_for_all(moved):
    """From eight runs on the numbers of suppliers are those of one run."""
    policies = POLICIES | {f"grants {k}": {"subsidy": {"first": k, "last": 18, "annual_budget": 900.0}} for k in (2, 5)}
    scenarios = scenarios_of(policies, **VARIANTS["links are fixed"])
    assert Lanes(engines_of(scenarios)).ties.common.size > 0
    assert Lanes(engines_of(scenarios[:7])).ties.common.size == 0
    assert Lanes(engines_of(scenarios_of(policies))).ties.common.size == 0
    check(scenarios)
    assert moved == [8]


def test_firms_may_differ_where_their_links_do_not(moved):
    """As in a fit: capacity by sector and size, and the cost of adopting; who buys from whom is the same."""
    base = Scenario().with_(SMALL)
    paths = ["firms.capacity.large.manufacturing", "firms.capacity.sme.services", "firms.adoption_cost.sme"]
    scenarios = [base, *(base.with_({path: 0.4}) for path in paths)]
    worlds = [build(scenario, SEED) for scenario in scenarios]
    pairs = [[CompiledEngine(w, s, SEED) for w, s in zip(worlds, scenarios, strict=True)] for _ in range(2)]
    advance_together(pairs[0], 9)
    assert moved == [4]
    for one, other in zip(*pairs, strict=True):
        other.advance(9)
        assert_same(one, other)
    assert len({engine.state.capacity.tobytes() for engine in pairs[0]}) == 4


@SLOW
def test_worlds_of_more_than_one_block(moved):
    scenarios = scenarios_of(dict(list(POLICIES.items())[:4]), **{"population.firms": 2500})
    together, alone = engines_of(scenarios), engines_of(scenarios)
    assert together[0].ties.block.size == 3
    advance_together(together, 8)
    assert moved == [4]
    for one, other in zip(together, alone, strict=True):
        other.advance(8)
        assert_same(one, other)


def test_what_differs_otherwise_is_moved_alone(moved):
    """Another seed, parameter, rule, precision or month, other links, and fewer than gain by it."""
    base = Scenario().with_(SMALL)
    few = [base] * (moving.FEWEST_LANES - 1)
    world = build(base, SEED)
    others = [
        CompiledEngine(world, base, SEED + 1),
        CompiledEngine(world, base.with_({"use.growth": 0.1}), SEED),
        CompiledEngine(world, base.with_({"adoption.rule": "bass_hazard"}), SEED),
        CompiledEngine(world, base, SEED, real=np.float64),
        CompiledEngine(build(base, SEED + 1), base, SEED),
        CompiledEngine(world, base, SEED),
    ]
    others[-1].advance(1)
    advance_together([*engines_of(few, world), *others], 3)
    advance_together([CompiledEngine(world, others[2].scenario, SEED) for _ in range(5)], 2)
    assert moved == []
    assert {engine.month for engine in others} == {3}


@SLOW
def test_others_join_by_so_many_as_gain(moved, monkeypatch):
    monkeypatch.setattr(moving, "MOST_ROWS", 5 * FIRMS)
    scenarios = scenarios_of(POLICIES | {f"again {name}": levers for name, levers in POLICIES.items()})
    check(scenarios)
    assert moved == [5, 5]


def test_so_many_runs_gain_by_being_moved_together():
    assert most_lanes(100) == moving.MOST_LANES
    assert most_lanes(moving.MOST_ROWS // 4) == 4
    assert most_lanes(moving.MOST_ROWS // 4 + 1) == 1
    assert most_lanes(10**7) == 1


@SLOW
@pytest.mark.parametrize("months", [6, MONTHS])
def test_branches_are_those_of_copies(moved, fingerprint, months):
    """Too few are made as well, and each has arrays of its own: what one does later changes no other."""
    scenarios = scenarios_of(POLICIES | dict(list(MANDATES.items())[:2]))
    stem = CompiledEngine(build(scenarios[0], SEED), scenarios[0], SEED, levers={}, has_origins=True)
    stem.advance(2)
    before = fingerprint(stem.state, stem.tallies, stem.awards, stem.ties, stem.work)
    found = branches(stem, scenarios, months)
    assert moved == [len(POLICIES)]
    assert fingerprint(stem.state, stem.tallies, stem.awards, stem.ties, stem.work) == before
    for scenario, engine in zip(scenarios, found, strict=True):
        alone = stem.branch(scenario)
        alone.advance(MONTHS - alone.month)
        engine.advance(MONTHS - engine.month)
        assert_same(engine, alone)


@SLOW
def test_engines_go_on_after_they_were_moved_together(moved):
    """Alone, together again, and under another policy."""
    scenarios = scenarios_of(POLICIES)
    together, alone = engines_of(scenarios), engines_of(scenarios)
    advance_together(together, 6)
    together[1].advance(1)
    advance_together(together, 9)
    for engine in together[2:]:
        engine.change_policy(scenarios[3].policy)
    advance_together(together, MONTHS)
    for place, engine in enumerate(alone):
        engine.advance(9)
        if place >= 2:
            engine.change_policy(scenarios[3].policy)
        engine.advance()
        assert_same(together[place], engine)
    assert moved == [6, 5, 6]


@SLOW
@settings(max_examples=20)
@given(
    seed=st.integers(0, 1000),
    starts=st.lists(st.integers(0, 12), min_size=4, max_size=9),
    money=st.floats(10.0, 10000.0),
    level=st.floats(-5.0, 0.0),
)
def test_any_policies_side_by_side_are_the_runs_that_they_are_alone(seed, starts, money, level):
    policies = {
        f"{k} from {start}": {
            "subsidy": {"first": start, "last": 15, "annual_budget": money * (k + 1)},
            **({"training": {"first": 3, "last": 6 + k, "annual_budget": money}} if k % 2 else {}),
        }
        for k, start in enumerate(starts)
    }
    for lever in (lever for levers in policies.values() for lever in levers.values()):
        lever["budget_share"] = 0.5
    scenarios = scenarios_of(policies, **{"population.firms": 40, "time.months": 16, "adoption.hazard.level": level})
    world = build(scenarios[0], seed)
    together, alone = ([CompiledEngine(world, each, seed) for each in scenarios] for _ in range(2))
    advance_together(together, 16)
    for one, other in zip(together, alone, strict=True):
        other.advance()
        assert_same(one, other)
