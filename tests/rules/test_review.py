"""The review of suppliers: averages, hazards and the race of candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.review import (
    LARGEST_EXCESS,
    Review,
    candidate_weight,
    excess,
    forgotten,
    next_average,
    race,
    record_weight,
    review_hazard,
)

AMOUNTS = st.floats(0.0, 1e3)


@pytest.mark.parametrize("half_life", [1.0, 6.0, 24.0])
def test_half_of_an_old_value_is_forgotten_after_the_half_life(half_life):
    part = forgotten(Review(half_life=half_life))
    average = 8.0
    for _ in range(int(half_life)):
        average = next_average(average, 0.0, part)
    assert average == pytest.approx(4.0, rel=1e-12)


@given(AMOUNTS, AMOUNTS)
def test_only_what_is_worse_than_the_sector_counts_and_at_most_five_times(average, of_sector):
    found = excess(average, of_sector)
    assert 0.0 <= found <= LARGEST_EXCESS
    assert (found > 0.0) == (average > of_sector)


def test_nothing_over_nothing_is_no_excess():
    assert excess(0.0, 0.0) == 0.0
    assert excess(3.0, 2.0) == pytest.approx(0.5)
    assert excess(0.3, 0.2) == pytest.approx(0.5)
    assert excess(0.2, 0.0) == LARGEST_EXCESS


@given(st.floats(0.0, 10.0))
def test_a_worse_record_is_replaced_sooner_and_chosen_less(worse):
    parameters = Review(base=0.01, sensitivity=0.02)
    assert review_hazard(worse, parameters) == pytest.approx(0.01 + 0.02 * worse)
    assert record_weight(worse) == pytest.approx(1.0 / (1.0 + worse))


def test_a_supplier_of_the_usual_record_is_lost_at_eleven_per_cent_a_year():
    """1 - exp(-12 s0) = 0.110, the turnover of the source, to its three digits."""
    assert 1.0 - np.exp(-12.0 * review_hazard(0.0, Review())) == pytest.approx(0.11, abs=5e-4)


def test_candidates_come_to_mind_by_their_first_customers_and_newcomers_by_a_weight_of_their_own():
    rules = Review(newcomers=0.3, degree_exponent=1.08)
    assert candidate_weight(0.0, rules) == 0.3
    assert candidate_weight(0.25, rules) == pytest.approx(1.25**1.08)
    assert candidate_weight(1.0, rules) == pytest.approx(2.0**1.08)
    assert candidate_weight(9.0, rules) == pytest.approx(10.0**1.08)


def test_the_race_is_won_in_proportion_to_the_weights():
    """Weight 1 against 1/3 wins three of four; 40,000 races, seed 5, standard error 0.0022, false alarm 1 in 16,000."""
    luck = -np.log(np.random.default_rng(5).random((40_000, 2)))
    wins = np.mean([race(a, 1.0) < race(b, 1.0 / 3.0) for a, b in luck])
    assert wins == pytest.approx(0.75, abs=4 * 0.0022)
