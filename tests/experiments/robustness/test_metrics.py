"""Every metric against numbers worked by hand from the published formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.experiments.robustness.metrics import METRICS, Terms, regret

G = np.array([[1.0, 2.0, 3.0, 4.0, 10.0], [3.0, 3.0, 4.0, 5.0, 5.0]])
"""Two scenarios in five states, more is better."""

WORKED = {
    # The first has 1 and 10 as its worst and best, the second 3 and 5.
    "maximin": [1.0, 3.0],
    "maximax": [10.0, 5.0],
    # 0.25 * 10 + 0.75 * 1 and 0.25 * 5 + 0.75 * 3.
    "hurwicz": [3.25, 3.5],
    "laplace": [4.0, 4.0],
    # Best by state: 3, 3, 4, 5, 10. The first lacks 2, 1, 1, 1, 0; the second 0, 0, 0, 0, 5.
    "minimax_regret": [-2.0, -5.0],
    # Sorted, place 0.9 * 4 = 3.6: 1 + 0.6 * (2 - 1) and 0 + 0.6 * (5 - 0).
    "regret_90": [-1.6, -3.0],
    # Squares about 4: 9 + 4 + 1 + 0 + 36 = 50, over 4 is 12.5; 1 + 1 + 0 + 1 + 1 = 4, over 4 is 1.
    "mean_variance": [5.0 / (1.0 + 12.5**0.5), 5.0 / 2.0],
    # Medians 3 and 4; the worse half 1, 2, 3 lacks 2, 1, 0; 3, 3, 4 lacks 1, 1, 0.
    "undesirable_deviations": [-1.0, -2.0 / 3.0],
    # q10 at place 0.4: 1.4 and 3; q90 at 3.6: 4 + 0.6 * 6 = 7.6 and 5. ((7.6 + 1.4) / 2 - 3) / 3.1, and 0.
    "skewness": [1.5 / 3.1, 0.0],
    # q25 and q75 are the second and fourth: 2 and 4, 3 and 5. 6.2 / 2 and 2 / 2.
    "peakedness": [3.1, 1.0],
    # At least 3: three of five, five of five.
    "satisficing": [0.6, 1.0],
}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_worked_numbers(metric):
    assert metric.compute(G, Terms(optimism=0.25, threshold=3.0)) == pytest.approx(WORKED[metric.name], abs=1e-12)


def test_there_are_eleven_metrics_each_with_formula_and_source():
    assert {metric.name for metric in METRICS} == set(WORKED)
    assert all(metric.formula and metric.source and metric.label for metric in METRICS)


def test_what_is_not_defined_is_nan():
    flat = np.ones((2, 4))
    by_name = {metric.name: metric.compute(flat, Terms()) for metric in METRICS}
    for name in ("skewness", "peakedness", "satisficing"):
        assert np.isnan(by_name[name]).all()
    assert by_name["minimax_regret"].tolist() == [0.0, 0.0]


NUMBERS = arrays(float, (3, 6), elements=st.integers(-50, 50).map(float))


@given(NUMBERS, st.integers(1, 9), st.integers(-20, 20))
def test_outcomes_and_losses_scale_with_the_unit_and_shapes_do_not(g, scale, shift):
    for metric in METRICS:
        if metric.name in ("mean_variance", "satisficing"):
            continue
        one, other = metric.compute(g, Terms()), metric.compute(g * scale + shift, Terms())
        moved = one if metric.scale == "score" else one * scale + (shift if metric.scale == "outcome" else 0.0)
        np.testing.assert_allclose(other, moved, atol=1e-9, equal_nan=True)


@given(NUMBERS)
def test_a_scenario_better_in_every_state_is_never_worse(g):
    better = g.copy()
    better[1] = better[0] + 1.0
    for metric in METRICS:
        if metric.scale == "outcome" or "regret" in metric.name:
            score = metric.compute(better, Terms())
            assert score[1] > score[0] - 1e-9
    assert (regret(better) >= 0.0).all()


@given(NUMBERS)
def test_many_samples_at_once_are_those_one_by_one(g):
    stack = np.stack([g, g + 1.0])
    for metric in METRICS:
        both = metric.compute(stack, Terms(threshold=0.0))
        np.testing.assert_allclose(both[1], metric.compute(g + 1.0, Terms(threshold=0.0)), equal_nan=True)
