"""Dominance, and its chance when the seeds are drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.experiments.optimisation.front import front_probability, non_dominated

WHOLE = arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.integers(0, 4).map(float))


@given(WHOLE)
def test_the_front_is_what_nothing_beats(values):
    found = non_dominated(values)
    for row in range(len(values)):
        beaten = any((other <= values[row]).all() and (other < values[row]).any() for other in values)
        assert found[row] == (not beaten)
    assert found.any()


def test_a_value_that_is_not_known_beats_nothing():
    assert non_dominated(np.array([[np.nan, 0.0], [1.0, 1.0]])).tolist() == [False, True]


def test_a_clear_front_is_certain_and_a_tie_is_a_coin():
    random = np.random.default_rng(5)
    noise = random.normal(size=(3, 1, 400))
    values = noise + np.array([0.0, 0.0, 5.0])[:, np.newaxis, np.newaxis]
    values[1] = 2.0 * values[0].mean() - values[0]  # the same mean, moving against it
    chances = front_probability(values)
    assert chances[2] == 0.0
    assert chances[:2].sum() == pytest.approx(1.0)
    assert abs(chances[0] - 0.5) < 0.1
