from __future__ import annotations

from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.texts.numbers import difference_unit, fixed, interval, level, places, probability, signed

anything = st.floats(-1e9, 1e9)


@pytest.mark.parametrize(
    ("half_widths", "decimals"), [([12.0], 0), ([1.2], 1), ([0.12], 2), ([0.0012], 3), ([0.12, 0.13, 400.0], 2)]
)
def test_decimals_leave_two_figures_of_a_typical_half_width(half_widths, decimals):
    assert places(half_widths) == decimals


def test_without_intervals_decimals_follow_the_values():
    assert places([nan, 0.0], [3.14159]) == 2
    assert places([], []) == 1


def test_numbers_have_thousands_apart_and_a_real_minus_sign():
    assert fixed(-12345.678, 1) == "−12,345.7"
    assert fixed(-0.0001, 2) == "0.00"
    assert fixed(nan, 2) == fixed(inf, 2) == "–"


def test_differences_carry_their_sign_and_zero_carries_none():
    assert signed(0.5, 1) == "+0.5"
    assert signed(-0.5, 1) == "−0.5"
    assert signed(0.0, 1) == signed(-0.001, 1) == signed(0.001, 1) == "0.0"


def test_a_clear_difference_is_never_shown_as_zero():
    assert signed(-0.000088, 3, is_clear=True) == "−0.000088"
    assert signed(0.0, 3, is_clear=True) == "0.000"


def test_intervals_are_told_with_to_and_left_out_where_there_is_none():
    assert interval(-1.0, 2.0, 1) == "−1.0 to 2.0"
    assert interval(nan, 2.0, 1) == ""
    assert interval(-0.000081, -0.000012, 3) == "−0.000081 to −0.000012"
    assert interval(-0.0001, 0.0001, 3) == "0.000 to 0.000"


def test_p_values_are_never_zero():
    assert [probability(p) for p in (0.0, 0.0123, 0.5, 1.0, nan)] == ["<0.001", "0.012", "0.50", "1.00", "–"]


def test_differences_of_percentages_are_points():
    assert difference_unit("% of firms") == difference_unit("%") == "points"
    assert difference_unit("ppm") == "ppm"


@given(anything, st.integers(0, 3))
def test_what_is_shown_is_the_number_rounded(value, decimals):
    shown = float(fixed(value, decimals).replace(",", "").replace("−", "-"))
    assert shown == pytest.approx(value, abs=0.51 * 10.0**-decimals)


@given(anything)
def test_levels_keep_three_figures_of_anything_above_one(value):
    shown = float(level(value).replace(",", "").replace("−", "-"))
    assert isfinite(shown)
    if abs(value) >= 1.0:
        assert shown == pytest.approx(value, rel=5e-3)
