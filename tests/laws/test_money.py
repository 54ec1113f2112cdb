"""The books of a policy: money is conserved, budgets hold every month, grants need an adoption under an award.

A promise reserves the whole cost of an award; what is paid moves from reserved to spent; what is not used returns
when the award lapses. All sums count an amount times the weight of the firm that it is for. Budgets hold to the won
(1e-6 million): sums of a few thousand amounts are rounded far below it.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.state import COLUMNS
from simulation.world.build import build

LIVELY = {
    "adoption.hazard.maximum": 0.3,
    "adoption.hazard.level": 2.0,
    "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
    "adoption.quitting.level": 0.05,
    "adoption.quitting.readopt_months": 3,
    "budget.strength": "fixed",
}
POLICIES = {
    "subsidy": {"subsidy": {}},
    "training": {"training": {}},
    "large firms": {"large_firm_support": {}},
    "balanced": {"subsidy": {"budget_share": 0.6}, "training": {"budget_share": 0.4, "rationing": "need_first"}},
    "two subsidies": {
        "subsidy": {"budget_share": 0.5, "rationing": "capability_first"},
        "second": {"lever": "subsidy", "budget_share": 0.5, "share": 0.7, "cap": 600.0, "award_months": 9},
    },
    "subscriptions": {"paid_access": {}},
    "work redesign": {"reinvestment": {"award_months": 6}},
    "coaching by customers": {"supplier_development": {"price": 2.0}},
    "a mandate with grants": {"mandate": {"grace": 3}, "subsidy": {"rationing": "need_first"}},
    "hubs": {"regional_hub": {}},
    "shared and capped": {
        "subsidy": {"budget_share": 0.5, "own_share": 0.1, "lead_share": 0.3, "cap_per_firm": 250.0},
        "training": {"budget_share": 0.5, "own_share": 0.2, "cap_per_firm": 40.0, "course_months": 4},
    },
    "courses with grants": {"large_firm_support": {"who": {"size": ["sme"]}, "price_factor": 1.0, "course_months": 5}},
}


@pytest.fixture(params=[(name, money) for name in POLICIES for money in (2.0, 40.0)], ids=lambda p: f"{p[0]}-{p[1]:g}")
def funded(request, scenario_with):
    """Return an engine of 300 firms over 60 months under a policy of months 5 to 48, with scarce or ample money."""
    name, per_worker = request.param
    levers = {lever: {"first": 5, "last": 48} | entry for lever, entry in POLICIES[name].items()}
    scenario = scenario_with(LIVELY | {"budget.per_worker": per_worker}, firms=300, months=60)
    scenario = scenario.with_({"policy": levers})
    return CompiledEngine(build(scenario, 2), scenario, 2, has_deliveries=False)


def months_of(engine: CompiledEngine):
    """Yield every month after it has run."""
    for month in range(engine.scenario.time.months):
        engine.advance(1)
        yield month


def test_budgets_hold_in_every_month_and_every_year(funded):
    budget = funded.programmes.annual_budget
    won = 1e-6
    for _ in months_of(funded):
        assert (funded.awards.reserved >= -won).all()
        assert (funded.awards.spent_year + funded.awards.reserved <= budget + won).all()
    assert funded.awards.spent.sum() > 0.0
    for p, first in enumerate(funded.programmes.first):
        for start in range(int(first), funded.scenario.time.months, 12):
            assert funded.awards.spent[p, start : start + 12].sum() <= budget[p] + won


def test_money_reserved_is_exactly_what_standing_awards_may_still_cost(funded):
    """Grants promised to firms plus the monthly payments that are left until each award ends."""
    programmes, awards = funded.programmes, funded.awards
    for month in months_of(funded):
        stands = awards.until >= month
        left = np.where(stands, awards.until - month, 0)
        owed = (awards.promised + programmes.monthly * left) @ funded.world.firms.weight
        assert awards.reserved == pytest.approx(owed, abs=1e-9 * programmes.annual_budget.max())
        assert (awards.until[~stands] == -1).all()
        assert (awards.promised[~stands] == 0.0).all()


def test_what_firms_received_is_what_was_spent(funded):
    weight = funded.world.firms.weight
    for _ in months_of(funded):
        assert (funded.awards.received @ weight).sum() == pytest.approx(funded.awards.spent.sum(), rel=1e-12)
    assert (funded.awards.received.sum(axis=0)[funded.awards.served == 0] == 0.0).all()
    assert (funded.awards.received >= 0.0).all()


def test_no_firm_gets_more_than_the_cap(funded):
    """Where money is ample the cap is also what holds firms back: without it some would get more."""
    cap = funded.programmes.cap[:, None]
    for _ in months_of(funded):
        assert (funded.awards.received + funded.awards.promised <= cap).all()
    if np.isfinite(cap).any() and funded.scenario.budget.per_worker > 10.0:
        free = CompiledEngine(funded.world, funded.scenario, 2, has_deliveries=False)
        free.programmes.cap[:] = np.inf
        free.advance()
        assert (free.awards.received > cap).any()


def test_what_every_lever_gave_to_every_firm_is_recorded(funded):
    for _ in months_of(funded):
        received = funded.awards.received @ funded.world.firms.weight
        np.testing.assert_allclose(received, funded.awards.spent.sum(axis=1), rtol=1e-12)


def test_nobody_outside_the_target_is_served(funded):
    funded.advance()
    eligible = funded.programmes.is_eligible.any(axis=0)
    assert funded.awards.served.sum() > 0
    assert (funded.awards.served <= eligible).all()


def test_nothing_is_spent_before_the_first_month_nor_promised_after_the_last(funded):
    for month in months_of(funded):
        if month < 5:
            assert funded.awards.spent.sum() == 0.0
            assert (funded.awards.until == -1).all()
        if month == 48:
            served = funded.awards.served.copy()
    assert (funded.awards.served == served).all()
    longest = int(funded.programmes.duration.max())
    assert funded.awards.spent[:, 48 + longest :].sum() == 0.0
    assert funded.awards.reserved == pytest.approx(np.zeros_like(funded.awards.reserved), abs=1e-6)


def test_grants_reach_only_firms_that_adopt_while_their_award_stands(funded):
    """Month by month: what a firm received beyond its monthly payments was promised before and adopted now."""
    programmes, awards, state = funded.programmes, funded.awards, funded.state
    installs = funded.world.firms.install_cost
    paid = 0
    for month in months_of(funded):
        if month == 0:
            before = (state.adopted.copy(), awards.received.sum(axis=0))
            continue
        adopted, received = before
        has_adopted_now = (state.adopted == 1) & (adopted == 0)
        got = awards.received.sum(axis=0) - received
        monthly = np.where(awards.until >= month, programmes.monthly, 0.0).sum(axis=0)
        # An award may have been closed by the adoption itself: only levers without monthly payments do that.
        grants = got - monthly
        assert (grants[~has_adopted_now] <= 1e-9).all()
        assert (grants <= np.minimum(programmes.grant.sum(axis=0), installs) + 1e-9).all()
        paid += int((grants > 1e-9).sum())
        before = (state.adopted.copy(), awards.received.sum(axis=0))
    if programmes.grant.any():
        assert paid > 0
    else:
        assert paid == 0


def test_what_is_paid_is_what_installing_and_programmes_cost(funded):
    """Money in = money out: state, lead customers and firms together pay all installs and all monthly payments."""
    plan, awards, state = funded.programmes, funded.awards, funded.state
    adopted = state.adopted.copy()
    weight = funded.world.firms.weight
    whole = weight * plan.monthly * (1.0 + plan.lead_ratio + plan.own_ratio)[:, None]
    for month in months_of(funded):
        new = (state.adopted == 1) & (adopted == 0)
        acts = (awards.until >= month) & ((plan.needs_lead[:, None] == 0) | (funded.work.lead >= 0))
        cost = (weight * funded.world.firms.install_cost)[new].sum() + whole[acts].sum()
        paid = awards.spent[:, month].sum() + awards.private_cost[month] + awards.lead_cost[month]
        assert paid == pytest.approx(cost, rel=1e-12, abs=1e-6)
        assert weight @ funded.work.support == pytest.approx(awards.spent[:, month].sum(), rel=1e-12, abs=1e-6)
        own = awards.private_cost[month] + awards.lead_cost[month]
        assert weight @ funded.work.own_cost == pytest.approx(own, rel=1e-12, abs=1e-6)
        adopted = state.adopted.copy()


def award_desk(scenario_with, world_of, entry, firms: int = 4, **changes):
    """Return an engine in which every firm is eligible and nobody adopts unless the test says so."""
    values = {"adoption.hazard.maximum": 0.0, "budget.strength": "fixed", "budget.per_worker": 1e6} | changes
    scenario = scenario_with(values, firms=firms, months=24).with_({"policy": entry})
    world = world_of({}, scenario, firms=firms, install_cost=1000.0)
    return CompiledEngine(world, scenario, 1, has_deliveries=False)


@pytest.mark.parametrize("award_months", [1, 3, 6])
def test_unused_awards_lapse_after_their_months_and_return_the_money(scenario_with, world_of, award_months):
    """Money for two of four firms: the next two are served in the month after the first two lapse, and so on."""
    engine = award_desk(
        scenario_with, world_of, {"subsidy": {"first": 2, "last": 23, "award_months": award_months, "cap": 300.0}}
    )
    engine.programmes.annual_budget[:] = 700.0
    for month in months_of(engine):
        standing = engine.awards.until[0] >= month
        if month < 2:
            assert not standing.any()
            continue
        assert standing.sum() == 2
        assert engine.awards.reserved[0] == pytest.approx(600.0)
        age = (month - 2) % award_months
        assert (engine.awards.until[0, standing] == month - age + award_months - 1).all()
    assert engine.awards.spent.sum() == 0.0


def test_a_grant_covers_the_whole_install_cost_at_most(scenario_with, world_of, engine_of):
    """Two subsidies of 70 % each: the second pays what the first left; the rest of its promise returns."""
    engine = award_desk(
        scenario_with,
        world_of,
        {
            "first": {"lever": "subsidy", "first": 0, "last": 23, "share": 0.7, "cap": 1e4, "budget_share": 0.5},
            "second": {"lever": "subsidy", "first": 0, "last": 23, "share": 0.7, "cap": 1e4, "budget_share": 0.5},
        },
        **{"adoption.hazard.maximum": 1000.0, "adoption.hazard.level": 50.0, "adoption.quitting.level": 0.0},
    )
    engine.advance(1)
    assert engine.state.adopted.all()
    assert engine.awards.spent[:, 0].tolist() == pytest.approx([2800.0, 1200.0])
    assert engine.awards.received.sum(axis=0).tolist() == pytest.approx([1000.0] * 4)
    assert engine.awards.private_cost[0] == pytest.approx(0.0, abs=1e-9)
    assert engine.awards.reserved == pytest.approx([0.0, 0.0], abs=1e-9)


def test_courses_pay_each_month_of_the_award(scenario_with, world_of):
    entry = {"training": {"first": 1, "last": 1, "dose": 0.02, "price": 3.0, "course_months": 4}}
    engine = award_desk(scenario_with, world_of, entry)
    for month in months_of(engine):
        expected = 4 * 6.0 if 1 <= month <= 4 else 0.0  # 4 firms, 3 million won per 0.01 of capacity, 0.02 a month
        assert engine.awards.spent[0, month] == pytest.approx(expected)
        assert engine.channels.training.tolist() == ([0.02] * 4 if 1 <= month <= 4 else [0.0] * 4)
    assert engine.awards.received[0].tolist() == pytest.approx([24.0] * 4)


def test_the_money_of_a_year_does_not_carry_over(scenario_with, world_of):
    """A budget for one course a year serves one firm in each year of the programme."""
    entry = {"training": {"first": 0, "last": 23, "course_months": 3}}
    engine = award_desk(scenario_with, world_of, entry)
    engine.programmes.annual_budget[:] = 1.5 * 3 * engine.programmes.monthly[0, 0]
    served = [int(engine.awards.served.sum()) for _ in months_of(engine)]
    assert served[11] == 1
    assert engine.awards.spent[0, :12].sum() == pytest.approx(9.0)
    assert engine.awards.spent[0, 12:].sum() == pytest.approx(9.0)


@pytest.mark.parametrize(("rationing", "served"), [("need_first", [1, 1, 0, 0]), ("capability_first", [0, 0, 1, 1])])
def test_scarce_money_goes_to_those_the_programme_puts_first(scenario_with, world_of, rationing, served):
    scenario = scenario_with(
        {"adoption.hazard.maximum": 0.0, "budget.strength": "fixed", "budget.per_worker": 1e6}, firms=4, months=12
    ).with_({"policy": {"subsidy": {"first": 0, "last": 5, "rationing": rationing, "award_months": 12}}})
    world = world_of({}, scenario, firms=4, capacity=[0.1, 0.2, 0.7, 0.8], install_cost=100.0)
    engine = CompiledEngine(world, scenario, 1, has_deliveries=False)
    engine.programmes.annual_budget[:] = 110.0
    engine.advance(1)
    assert engine.awards.served.tolist() == served


@pytest.mark.statistical
def test_a_lottery_serves_everybody_with_the_same_chance(scenario_with, world_of):
    """Money for one of four firms, 2,000 seeds (1-2000): chi-square below its 1e-6 quantile, 30.7 for 3 degrees."""
    scenario = scenario_with(
        {"adoption.hazard.maximum": 0.0, "budget.strength": "fixed", "budget.per_worker": 1e6}, firms=4, months=1
    ).with_({"policy": {"subsidy": {"first": 0, "last": 0, "award_months": 12}}})
    world = world_of({}, scenario, firms=4, capacity=[0.1, 0.2, 0.7, 0.8], install_cost=100.0)
    engine = CompiledEngine(world, scenario, 1, has_deliveries=False)
    engine.programmes.annual_budget[:] = 50.0
    counts = np.zeros(4)
    for seed in range(1, 2001):
        engine.seed, engine.month = seed, 0
        engine.awards.until[:] = -1
        for field in ("promised", "reserved", "served"):
            getattr(engine.awards, field)[:] = 0
        engine.advance()
        counts += engine.awards.served
    assert counts.sum() == 2000
    assert ((counts - 500.0) ** 2 / 500.0).sum() < 30.7


def test_money_by_group_adds_up_to_the_books(funded):
    """1e-9: the same amounts are added in another order."""
    firms = funded.world.firms
    assert np.ptp(firms.weight) > 0.1  # else weights would prove nothing
    funded.advance()
    books, groups = funded.awards, funded.tallies.groups
    support, own_cost = (groups[:, :, COLUMNS.index(name)] for name in ("support", "own_cost"))
    assert support.sum(axis=1) == pytest.approx(books.spent.sum(axis=0), rel=1e-9, abs=1e-9)
    assert own_cost.sum(axis=1) == pytest.approx(books.private_cost + books.lead_cost, rel=1e-9, abs=1e-9)
    received = np.bincount(firms.group, firms.weight * books.received.sum(axis=0), support.shape[1])
    assert support.sum(axis=0) == pytest.approx(received, rel=1e-9, abs=1e-9)


def test_equal_budgets_buy_equal_money_of_the_economy_whatever_the_weights(scenario_with, world_of):
    """Four firms that stand for half a firm each, or for two: a budget for 4 courses serves all four, or two."""
    entry = {"training": {"first": 0, "last": 11, "course_months": 12, "dose": 0.01, "price": 1.0}}
    for weight, served in ((0.5, 4), (2.0, 2)):
        engine = award_desk(scenario_with, world_of, entry)
        engine.world.firms.weight[:] = weight
        engine.programmes.annual_budget[:] = 4 * 12.0
        engine.advance()
        assert engine.awards.served.sum() == served
        assert engine.awards.spent.sum() == pytest.approx(served * weight * 12.0)
        assert engine.awards.received.sum() == pytest.approx(served * 12.0)


def test_a_lead_customer_pays_for_every_supplier_that_shares_it(scenario_with, world_of):
    """Two suppliers per customer in the economy: each customer pays the lead's part twice."""
    entry = {"supplier_development": {"first": 0, "last": 11, "coaching": 0.1, "price": 10.0}}
    scenario = scenario_with({"adoption.hazard.maximum": 0.0, "budget.per_worker": 1000.0, "budget.strength": "fixed"})
    world = world_of({0: [1]}, scenario.with_({"policy": entry}), firms=2, group=[0, 4], weight=[0.5, 1.0])
    world = world._replace(links=world.links._replace(sales_share=np.array([1.0])))
    engine = CompiledEngine(world, scenario.with_({"policy": entry}), 1, has_deliveries=False)
    engine.state.adopted[0], engine.state.months_adopted[0] = 1, 60
    engine.advance(1)
    assert engine.awards.spent[0, 0] == pytest.approx(3.0)
    assert engine.awards.lead_cost[0] == pytest.approx(3.0)
    assert engine.work.own_cost.tolist() == pytest.approx([6.0, 4.0])
