"""The public envelope, its spread over the years of a lever, and the arrays of a policy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.policies.programmes import Budget, annual_budget, envelope, present_value_factors, programmes
from simulation.policies.subsidy import Subsidy
from simulation.policies.training import Training


@pytest.fixture(scope="module")
def world(scenario_with, world_of):
    """Return one firm of every group: large and small, manufacturing and services, capital and elsewhere."""
    scenario = scenario_with(firms=8)
    return world_of({4: [5]}, scenario, firms=8, group=list(range(8)), workers=[1000.0] * 4 + [10.0, 30.0, 7.0, 9.0])


def test_the_envelope_counts_workers_of_small_manufacturers_only(world):
    assert envelope(world.firms, world.groups, Budget(per_worker=0.5)) == 20.0


def test_the_envelope_is_that_of_the_economy_that_firms_stand_for(world):
    weight = np.array([1.0] * 4 + [2.0, 0.5, 9.0, 9.0])
    assert envelope(world.firms._replace(weight=weight), world.groups, Budget(per_worker=0.5)) == 17.5


def test_a_year_is_discounted_by_the_rate():
    factors = present_value_factors(25, 12, 0.045)
    assert factors.shape == (25,)
    assert factors[12] == 1.0
    assert factors[24] == pytest.approx(1.0 / 1.045, rel=1e-14)
    assert factors[0] == pytest.approx(1.045, rel=1e-14)
    assert (np.diff(factors) < 0.0).all()


def test_without_discount_money_keeps_its_value():
    assert present_value_factors(5, 2, 0.0).tolist() == [1.0] * 5


@given(
    first=st.integers(0, 100),
    length=st.integers(1, 240),
    discount=st.floats(0.0, 0.2),
    share=st.floats(0.0, 1.0),
    strength=st.floats(0.0, 3.0),
)
def test_annual_budgets_sum_to_the_levers_part_of_the_envelope_in_present_value(
    first, length, discount, share, strength
):
    """A twelfth of the annual budget in every month of the lever, discounted to its first month."""
    lever = Subsidy(first=first, last=first + length - 1, budget_share=share, strength=strength)
    a_year = annual_budget(lever, 1000.0, discount)
    monthly = a_year / 12.0 * present_value_factors(first + length, first, discount)[first:]
    assert monthly.sum() == pytest.approx(1000.0 * share * strength, rel=1e-12, abs=1e-12)


def test_levers_keep_the_order_of_the_policy(world):
    levers = {"b": Training(first=3, rationing="need_first"), "a": Subsidy(first=5, rationing="capability_first")}
    made = programmes(levers, world.firms, world.groups, Budget())
    assert made.first.tolist() == [3, 5]
    assert made.rationing.tolist() == [1, 2]
    assert made.takes_adopters.tolist() == [1, 0]
    assert made.grant.shape == made.is_eligible.shape == (2, 8)


def test_a_policy_without_levers_has_no_rows(world):
    made = programmes({}, world.firms, world.groups, Budget())
    assert made.first.size == 0
    assert made.grant.shape == made.is_eligible.shape == (0, 8)
