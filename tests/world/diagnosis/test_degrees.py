"""Numbers of partners: quantiles, and tails of known exponents."""

from __future__ import annotations

from math import isnan, log, sqrt

import numpy as np
import pytest
from graphs import world_from

from simulation.world.diagnosis.degrees import degrees_of, distribution, tail_of


def test_numbers_of_suppliers_and_buyers_are_counted_apart():
    suppliers, buyers = degrees_of(world_from([(0, 1), (0, 2), (1, 2)], 4))
    assert suppliers.tolist() == [0, 1, 2, 0]
    assert buyers.tolist() == [2, 1, 0, 0]


def test_a_distribution_has_mean_quantiles_and_all_values():
    found = distribution(np.array([0, 0, 1, 1, 1, 2, 2, 3, 4, 20]))
    assert found.mean == 3.4
    assert found.largest == 20
    assert found.quantiles == (0, 1, 1, 3, 4, 20)
    assert dict(zip(found.values, found.firms, strict=True)) == {0: 2, 1: 3, 2: 2, 3: 1, 4: 1, 20: 1}


def test_the_tail_takes_all_firms_that_equal_its_smallest():
    """5 % of 200 firms are 10; 12 have 8 partners or more, one of them 80."""
    numbers = np.array([1] * 188 + [8] * 11 + [80])
    exponent = 12 / (11 * log(8 / 7.5) + log(80 / 7.5))
    assert tail_of(numbers) == (pytest.approx(exponent), pytest.approx(exponent / sqrt(12)), 12, 8)


@pytest.mark.parametrize("numbers", [[], [0, 0], [3] * 50, [1, 2, 3, 4]])
def test_tails_without_firms_or_without_spread_are_not_fitted(numbers):
    assert isnan(tail_of(np.array(numbers, np.int64)).exponent)


@pytest.mark.statistical
@pytest.mark.parametrize("exponent", [1.2, 1.8, 2.5])
def test_the_exponent_of_a_power_law_is_found(exponent):
    """200,000 whole numbers drawn from Pr(K >= k) = (k / 5)^-exponent, 5 standard errors: false alarm 6e-7 each.

    Half a per cent is left for the form of the estimator for whole numbers, an approximation.
    """
    draws = np.random.default_rng(3).random(200_000)
    numbers = np.floor((5.0 - 0.5) * draws ** (-1.0 / exponent) + 0.5).astype(np.int64)
    found = tail_of(numbers)
    assert found.firms >= 10_000
    assert abs(found.exponent - exponent) < 5.0 * found.error + 0.005 * exponent
