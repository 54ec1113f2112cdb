"""Value added: each term against its formula."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.money import (
    MoneyFlows,
    firms_per_customer,
    handling_cost,
    in_steps,
    lateness_cost,
    purchase_value,
    quality_cost,
    running_cost,
    value_of_time,
)

PARAMETERS = MoneyFlows(output_effect=0.5, quality_cost=20.0, handling_cost=2.0, lateness_cost=0.3, running_share=0.1)


def test_the_value_of_time_counts_what_is_neither_rest_nor_learning():
    assert value_of_time(1000.0, 1.0, 0.6, 0.8, 0.25, 0.04, PARAMETERS) == pytest.approx(
        0.5 * 0.8 * 0.75 * 0.04 * 0.6 * 1000.0
    )
    assert value_of_time(1000.0, 0.0, 0.6, 0.8, 0.25, 0.04, PARAMETERS) == 0.0
    assert value_of_time(1000.0, 1.0, 0.6, 0.8, 1.0, 0.04, PARAMETERS) == 0.0


def test_defects_cost_at_final_demand_and_at_inspection():
    assert quality_cost(0.002, 500.0, PARAMETERS) == pytest.approx(20.0)
    assert handling_cost(300.0, 0.8, 0.002, PARAMETERS) == pytest.approx(2.0 * 300.0 * 0.8 * 0.002)


def test_a_month_of_lateness_costs_its_share_of_sales():
    assert lateness_cost(30.0, 700.0, PARAMETERS) == pytest.approx(0.3 * 700.0)


def test_only_adopters_pay_for_running():
    assert running_cost(1.0, 750.0, PARAMETERS) == pytest.approx(75.0)
    assert running_cost(0.0, 750.0, PARAMETERS) == 0.0


AMOUNTS = st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1e5)), max_size=30)


@given(amounts=AMOUNTS, steps=st.sampled_from([2.0**24, 2.0**32]), order=st.randoms(use_true_random=False))
def test_sums_of_purchases_are_exact_in_any_order(amounts, steps, order):
    """Against fractions: 30 purchases of at most 1e5 stay below 2^53 steps, up to which every whole number is exact."""
    values = [purchase_value(weight, purchases, steps) for weight, purchases in amounts]
    exact = sum(map(Fraction, values))
    order.shuffle(values)
    assert Fraction(sum(values, 0.0)) == exact
    for value in values:
        total = sum(values, 0.0) - value  # what moves to another supplier leaves nothing behind
        assert Fraction(total) == exact - Fraction(value)


@given(weight=st.floats(0.0, 1.0), purchases=st.floats(0.0, 1e5), steps=st.sampled_from([2.0**24, 2.0**32]))
def test_a_purchase_is_rounded_to_the_nearest_step(weight, purchases, steps):
    value = purchase_value(weight, purchases, steps)
    assert (value * steps).is_integer()
    # Half a step, and the rounding of the product and of the sum with one half.
    assert abs(value - weight * purchases) <= 0.5 / steps + 2.0**-52 * value


def test_what_is_not_bought_is_worth_nothing():
    assert purchase_value(0.0, 1e9, 2.0**24) == 0.0


@pytest.mark.parametrize(
    ("weight", "customer", "firms"), [(6.0, 2.0, 3.0), (1.0, 0.5, 2.0), (6.0, 0.0, 1.0), (0.0, 2.0, 0.0)]
)
def test_a_customer_stands_for_so_many_firms_of_its_supplier(weight, customer, firms):
    assert firms_per_customer(weight, customer) == firms


@pytest.mark.parametrize(
    ("amount", "steps", "rounded"), [(0.3, 1.0, 0.0), (0.5, 1.0, 1.0), (2.6, 1.0, 3.0), (0.3, 4.0, 0.25)]
)
def test_an_amount_is_rounded_to_the_nearest_step(amount, steps, rounded):
    assert in_steps(amount, steps) == rounded
