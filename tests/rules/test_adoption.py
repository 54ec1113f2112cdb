"""The formulas of adopting and quitting on a few numbers; their laws are in tests/laws."""

from __future__ import annotations

from math import exp, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.adoption import (
    RULES,
    AdoptionHazard,
    Bass,
    Logit,
    Quitting,
    RuleName,
    Threshold,
    adoption_hazard,
    adoption_index,
    bass_hazard,
    bass_step,
    choice_hazard,
    logit_chance,
    probability,
    quitting_hazard,
    threshold_adopts,
    threshold_of,
)

PARAMETERS = AdoptionHazard(level=-2.0, trend=0.03, capacity=0.8, use=0.5, maximum=0.1)


def test_a_hazard_becomes_a_probability():
    assert probability(0.0) == 0.0
    assert probability(0.05) == pytest.approx(0.048770575499285984, rel=1e-15)
    assert probability(inf) == 1.0


def test_the_index_adds_its_terms():
    # -2 + 0.03 x 10 + 0.8 x (0.75 - 0.5) + 0.5 x 0.4 + 0.6 - 3 x (1 - 0.25)
    assert adoption_index(10, 0.75, 0.4, 0.6, 3.0, 0.25, PARAMETERS) == pytest.approx(-2.95, rel=1e-14)


def test_a_full_subsidy_takes_the_cost_away():
    free = adoption_index(0, 0.5, 0.0, 0.0, 0.0, 0.0, PARAMETERS)
    assert adoption_index(0, 0.5, 0.0, 0.0, 3.0, 1.0, PARAMETERS) == free


@given(index=st.floats(-50.0, 50.0), step=st.floats(0.001, 5.0))
def test_the_hazard_rises_with_the_index_up_to_its_maximum(index, step):
    low, high = adoption_hazard(index, 0.1), adoption_hazard(index + step, 0.1)
    assert 0.0 < low <= high <= 0.1


def test_the_hazard_is_half_its_maximum_where_the_index_is_zero():
    assert adoption_hazard(0.0, 0.1) == 0.05


def test_quitting_falls_exponentially_with_effective_use():
    assert quitting_hazard(0.0, Quitting(0.006, 2.0)) == 0.006
    assert quitting_hazard(0.5, Quitting(0.006, 2.0)) == pytest.approx(0.006 * exp(-1.0), rel=1e-15)


@pytest.mark.parametrize(("index", "effective"), [(0.7, 0.4), (-1.3, 0.0), (0.0, 1.0)])
def test_one_exponential_gives_the_hazard_of_quitting_to_adopters_and_of_adopting_to_others(index, effective):
    quitting = Quitting(0.006, 2.0)
    quits = choice_hazard(1.0, index, effective, PARAMETERS, quitting)
    adopts = choice_hazard(0.0, index, effective, PARAMETERS, quitting)
    assert quits == pytest.approx(quitting_hazard(effective, quitting), rel=1e-15)
    assert adopts == pytest.approx(adoption_hazard(index, PARAMETERS.maximum), rel=1e-15)


def test_the_hazard_is_the_logistic_curve():
    assert adoption_hazard(1.5, 0.1) == pytest.approx(0.1 / (1.0 + exp(-1.5)), rel=1e-15)


def test_every_rule_has_its_own_number():
    assert set(RULES) == set(RuleName.__args__)
    assert sorted(RULES.values()) == list(range(len(RULES)))


@pytest.mark.parametrize(
    ("share", "threshold", "adopts"),
    [(0.5, 0.5, True), (0.1 + 0.2, 0.3, True), (3 * 0.1, 0.1 + 0.2, True), (0.49, 0.5, False), (0.0, 0.0, True)],
)
def test_a_share_that_reaches_the_threshold_up_to_rounding_is_enough(share, threshold, adopts):
    assert threshold_adopts(share, threshold) == adopts


def test_a_share_just_below_what_counts_as_rounding_is_not_enough():
    assert threshold_adopts(0.5 - 1e-12, 0.5)
    assert not threshold_adopts(0.5 - 1.1e-12, 0.5)


def test_thresholds_spread_around_their_level():
    assert threshold_of(0.5, Threshold(0.2, 0.4)) == 0.2
    assert threshold_of(0.0, Threshold(0.2, 0.4)) == pytest.approx(0.0, abs=1e-15)
    assert threshold_of(0.9, Threshold(0.2, 0.0)) == 0.2


def test_the_logit_chance_is_one_half_where_level_and_slope_balance():
    assert logit_chance(0.5, Logit(-3.0, 6.0)) == 0.5
    assert logit_chance(1.0, Logit(0.0, 2.0)) == pytest.approx(1.0 / (1.0 + exp(-2.0)), rel=1e-15)


def test_bass_adds_innovation_and_imitation_and_a_step_is_at_most_certain():
    parameters = Bass(0.1, 0.4)
    assert bass_hazard(0.5, parameters) == pytest.approx(0.3, rel=1e-15)
    assert bass_step(0.5, parameters) == pytest.approx(0.3, rel=1e-15)
    assert bass_step(1.0, Bass(0.9, 0.4)) == 1.0
