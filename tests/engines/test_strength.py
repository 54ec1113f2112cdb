"""Equal public money: strengths are solved so that mean spending meets each lever's part of the envelope."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.engine import CompiledEngine
from simulation.engines.strength import TOLERANCE, Spending, policy_start, solve_seeds, solve_strength
from simulation.policies.programmes import envelope, present_value_factors
from simulation.world.build import build

QUICK = {
    "adoption.hazard.maximum": 0.2,
    "adoption.hazard.level": 1.0,
    "firms.adoption_cost": {"large": 2.0, "sme": 3.0},
    "budget": {"seeds": 6, "per_worker": 2.0},
}


@pytest.fixture(scope="module")
def two_levers(scenario_with):
    """Return a scenario with two levers before and after solving, and what it spends."""
    levers = {
        "policy.subsidy": {"first": 6, "last": 29, "budget_share": 0.5},
        "policy.training": {"first": 8, "last": 29, "budget_share": 0.5},
    }
    scenario = scenario_with(QUICK | levers, firms=2000, months=30)
    return scenario, *solve_strength(scenario)


def test_every_lever_spends_its_part_of_the_envelope(two_levers):
    """Within 1 % of the envelope, as `Spending.can_spend` says.

    Grants are whole: on these draws strengths around the solution spend 0.981 or 1.022 of the subsidy's own part.
    """
    _, _, spending = two_levers
    assert spending.can_spend
    margin = TOLERANCE * sum(spending.target.values())
    for name in ("subsidy", "training"):
        assert spending.spent[name] == pytest.approx(spending.target[name], abs=margin)


def test_what_the_solved_scenario_spends_can_be_run_again(two_levers):
    """Mean over the same seeds of full runs, present value in the policy's first month."""
    _, solved, spending = two_levers
    spent, envelopes = [], []
    for seed in spending.seeds:
        world = build(solved, seed)
        engine = CompiledEngine(world, solved, seed, has_deliveries=False)
        engine.advance()
        spent.append(engine.awards.spent @ present_value_factors(30, 6, solved.budget.discount))
        envelopes.append(envelope(world.firms, world.groups, solved.budget))
    assert np.mean(spent, axis=0) == pytest.approx(list(spending.spent.values()), rel=1e-9)
    assert sum(spending.target.values()) == pytest.approx(np.mean(envelopes), rel=1e-12)


def test_courses_that_outlast_the_policy_are_paid_from_its_envelope(scenario_with):
    """Twelve months of courses may follow the last month of the lever."""
    training = {"policy.training": {"first": 6, "last": 23}}
    solved, spending = solve_strength(scenario_with(QUICK | training, firms=1000, months=36))
    spent = []
    for seed in spending.seeds:
        engine = CompiledEngine(build(solved, seed), solved, seed, has_deliveries=False)
        engine.advance()
        spent.append((engine.awards.spent @ present_value_factors(36, 6, solved.budget.discount))[0])
    assert np.mean(spent) == pytest.approx(spending.target["training"], rel=TOLERANCE)


def test_a_solved_scenario_differs_in_its_strengths_only(two_levers):
    scenario, solved, spending = two_levers
    assert solved.budget.strength == "fixed"
    undone = {f"policy.{name}.strength": lever.strength for name, lever in scenario.policy.items()}
    assert solved.with_(undone | {"budget.strength": "solve"}) == scenario
    assert solve_strength(solved) == (solved, None)
    assert "million won" in str(spending)


def test_without_levers_nothing_is_solved(scenario_with):
    scenario = scenario_with(firms=100)
    assert solve_strength(scenario) == (scenario, None)


def test_a_policy_that_cannot_spend_its_money_says_so(scenario_with):
    """Nobody ever adopts, so no grant is paid, however strong the subsidy."""
    changes = {"adoption.hazard.maximum": 0.0, "policy.subsidy": {"first": 2, "last": 11}, "budget.seeds": 4}
    _, spending = solve_strength(scenario_with(changes, firms=100))
    assert not spending.can_spend
    assert spending.spent["subsidy"] == 0.0


def test_a_lever_without_a_part_of_the_budget_stays_idle(scenario_with):
    changes = {
        "policy.training": {"first": 2, "last": 11, "budget_share": 1.0},
        "policy.subsidy": {"first": 2, "last": 11, "budget_share": 0.0},
    }
    solved, spending = solve_strength(scenario_with(QUICK | changes, firms=200))
    assert solved.policy["subsidy"].strength == 0.0
    assert spending.spent["subsidy"] == 0.0


@pytest.mark.parametrize(
    ("target", "spent", "answer"),
    [
        ({"a": 100.0}, {"a": 99.5}, True),
        ({"a": 100.0}, {"a": 98.0}, False),
        ({"a": 0.0}, {"a": 0.0}, True),
        ({"a": 50.0, "b": 50.0}, {"a": 0.0, "b": 100.0}, False),
    ],
)
def test_money_counts_as_spent_within_one_per_cent(target, spent, answer):
    assert Spending(target, spent, range(3)).can_spend == answer


def test_small_models_are_solved_over_more_seeds(scenario_with):
    few, many = (scenario_with({"budget.seeds": 30}, firms=firms) for firms in (30_000, 500))
    assert len(solve_seeds(few)) == 4
    assert list(solve_seeds(many)) == list(range(1, 31))


def test_a_policy_starts_with_its_first_lever(two_levers):
    assert policy_start(two_levers[0].policy) == 6
    assert policy_start({}) == 0


def test_a_lever_with_an_annual_budget_of_its_own_is_not_solved(scenario_with):
    scenario = scenario_with(
        {
            "budget": {"per_worker": 2.0, "strength": "solve", "seeds": 2},
            "policy.training": {"first": 2, "last": 25, "annual_budget": 20.0, "course_months": 3},
        },
        firms=60,
        months=40,
    )
    solved, spending = solve_strength(scenario)
    assert solved.policy["training"].strength == 1.0
    assert spending.can_spend
    assert 0.0 < spending.spent["training"] <= 40.0
