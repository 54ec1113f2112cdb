"""Factors: values from positions and back, and samples: differences and what is missing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.experiments.sample import Factor, Sample

POSITION = st.floats(0.0, 1.0)


@given(POSITION)
def test_a_range_is_gone_through_evenly_and_back(position):
    factor = Factor("a", low=-2.0, high=6.0)
    assert factor.value(position) == pytest.approx(-2.0 + 8.0 * position)
    assert factor.position(factor.value(position)) == pytest.approx(position, abs=1e-12)


@given(POSITION)
def test_a_logarithmic_range_is_even_in_the_logarithm(position):
    factor = Factor("a", low=0.01, high=100.0, is_logarithmic=True)
    assert math.log10(factor.value(position)) == pytest.approx(-2.0 + 4.0 * position)
    assert factor.position(factor.value(position)) == pytest.approx(position, abs=1e-12)


def test_whole_numbers_and_levels_take_equal_parts_of_the_range():
    positions = np.linspace(0.0, 1.0, 4001)
    whole = [Factor("a", low=3.0, high=6.0, is_whole=True).value(position) for position in positions]
    assert all(isinstance(value, int) for value in whole)
    assert np.allclose(np.bincount(whole)[3:], 1000, atol=1)
    words = [Factor("a", levels=("x", "y", True)).value(position) for position in positions]
    assert all(abs(words.count(word) - 4001 / 3) < 2 for word in ("x", "y", True))


@pytest.mark.parametrize("value", [3, 4, 5, 6])
def test_a_whole_number_comes_back(value):
    factor = Factor("a", low=3.0, high=6.0, is_whole=True)
    assert factor.value(factor.position(value)) == value


def test_what_a_factor_cannot_be_has_no_position():
    assert math.isnan(Factor("a", levels=("x",)).position("y"))
    assert math.isnan(Factor("a").position("y"))
    assert math.isnan(Factor("a", low=1.0, high=2.0, is_logarithmic=True).position(-1.0))
    assert Factor("a").position(2.0) == 2.0  # outside, and says so


def test_only_levels_that_are_all_numbers_can_be_ordered():
    assert Factor("a").is_number
    assert Factor("a", levels=(1, 2.5)).is_number
    assert not Factor("a", levels=(False, True)).is_number
    assert not Factor("a", levels=(1, "x")).is_number


def test_differences_are_taken_seed_by_seed_and_missing_runs_stay_missing():
    values = np.array([[[1.0, 2.0], [3.0, np.nan]], [[2.0, 5.0], [np.nan, 1.0]]])
    sample = Sample(
        "y", "Y", "", None, "list", (Factor("a"),), pd.DataFrame({"a": [0.0, 1.0]}), np.array([[0.0], [1.0]]),
        np.arange(2), ("base", "other"), values,
    )  # fmt: skip
    assert sample.difference("other")[0].tolist() == [1.0, 3.0]
    assert np.isnan(sample.difference("other")[1]).all()
    assert sample.missing == 0.25
    assert np.array_equal(sample.of(), values[0], equal_nan=True)
    with pytest.raises(InputError, match="no scenario 'third', but base, other"):
        sample.difference("third")
