"""Splits of a budget: shares from free numbers and back, and scenarios with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.experiments.optimisation.splits import (
    SMALLEST,
    first_splits,
    levers_of,
    numbers_of,
    shares_of,
    with_split,
)
from simulation.scenario.reading import load

NUMBERS = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6).map(np.array)


@given(NUMBERS)
def test_shares_sum_to_one_and_none_is_too_small_to_be_run(numbers):
    shares = shares_of(numbers)
    assert shares.sum() == pytest.approx(1.0)
    assert ((shares == 0.0) | (shares >= SMALLEST)).all()


@given(NUMBERS)
def test_shares_come_back_from_their_numbers(numbers):
    shares = shares_of(numbers)
    assert shares_of(numbers_of(shares)) == pytest.approx(shares, abs=1e-4)


@pytest.mark.statistical
def test_even_numbers_give_splits_that_are_even_over_all_splits():
    """A flat Dirichlet share of four has mean 1/4 and variance 3/80; 40,000 draws, five standard errors."""
    random = np.random.default_rng(1)
    shares = np.array([shares_of(row) for row in random.random((40_000, 4))])
    error = np.sqrt(3.0 / 80.0 / 40_000)
    assert np.abs(shares.mean(axis=0) - 0.25).max() < 5.0 * error + SMALLEST / 10.0
    assert shares.var(axis=0) == pytest.approx(np.full(4, 3.0 / 80.0), rel=0.05)


def test_a_search_begins_with_the_even_split_and_all_on_one():
    assert np.array(first_splits(3)).tolist() == [[1 / 3] * 3, [1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_lever_without_money_is_taken_out():
    scenario = load("split")
    levers = levers_of(scenario)
    split = with_split(scenario, levers, [0.5, 0.0, 0.25, 0.25, 0.0])
    assert {name: lever.budget_share for name, lever in split.policy.items()} == {
        levers[0]: 0.5, levers[2]: 0.25, levers[3]: 0.25,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"policy": dict.fromkeys(levers_of(load("split"))[1:])}, "a split needs two at least"),
        ({"budget.strength": "fixed"}, "compared at equal money"),
    ],
)
def test_what_cannot_be_split_is_told(changes, part):
    with pytest.raises(InputError, match=part):
        levers_of(load("split").with_(changes))
