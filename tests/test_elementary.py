"""Exponential and logarithm in plain arithmetic, beside those of the C library; the same bits compiled and as written.

Bounds are in units in the last place of the library's result, which itself may be wrong by one.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulation import elementary
from simulation.compiled import compiled, is_compilation_on
from simulation.elementary import (
    SMALL,
    SMALL_HAZARD,
    exp,
    log,
    log1m,
    log1m_small,
    one_minus_exp,
    one_minus_exp_small,
    power,
)

COUNT = 20_000 if is_compilation_on() else 500
SIDES = (-1e-9, -1e-12, 0.0, 1e-12, 1e-9)
"""How far from a point where a formula changes."""


def near(*points: float) -> np.ndarray:
    return np.array([point * (1.0 + side) for point in points for side in SIDES])


def spread(low: float, high: float) -> np.ndarray:
    """Return numbers from low to high: many evenly spread, many by their order of magnitude."""
    random = np.random.default_rng(3)
    evenly = random.uniform(low, high, COUNT)
    return np.concatenate([evenly, np.exp(random.uniform(np.log(max(low, 1e-300)), np.log(high), COUNT))])


def units(found: float, exact: float) -> float:
    """Return the distance in units in the last place of the exact value."""
    return abs(found - exact) / math.ulp(exact)


def worst(function, exact, numbers: np.ndarray) -> float:
    return max(units(function(x), exact(x)) for x in numbers.tolist())


def test_the_exponential_is_right_to_one_unit():
    numbers = np.concatenate([np.random.default_rng(1).uniform(low, -low, COUNT) for low in (-700.0, -2.0, -1e-3)])
    assert worst(exp, math.exp, numbers) <= 1.0
    assert worst(exp, math.exp, np.arange(-1000, 1001) * 0.5 * math.log(2.0)) <= 1.0  # where the range is reduced


def test_the_logarithm_is_right_to_two_units():
    random = np.random.default_rng(2)
    around_one = 1.0 + random.uniform(-1.0, 1.0, COUNT) * 10.0 ** random.uniform(-15.0, -1.0, COUNT)
    numbers = np.concatenate(
        [np.exp(random.uniform(-700.0, 700.0, COUNT)), random.uniform(0.5, 2.0, COUNT), around_one]
    )
    assert worst(log, math.log, numbers) <= 2.0
    powers = 2.0 ** np.arange(-1021, 1023)
    assert worst(log, math.log, np.concatenate([powers, near(math.sqrt(0.5), math.sqrt(2.0))])) <= 2.0


@pytest.mark.parametrize(
    ("function", "exact", "end", "largest", "bound", "bound_of_series"),
    [
        (log1m, lambda x: -math.log1p(-x), SMALL, 1.0 - 2.0**-53, 2e-14, 1e-15),
        (one_minus_exp, lambda x: -math.expm1(-x), SMALL_HAZARD, 40.0, 7e-15, 4e-15),
    ],
    ids=["log1m", "one_minus_exp"],
)
def test_shares_and_hazards_are_right_to_many_digits(function, exact, end, largest, bound, bound_of_series):
    """Relative: 2^-53 over the end of the series, and below it the first term that the series leaves out."""

    def error(numbers: np.ndarray) -> float:
        return max(abs(function(x) / exact(x) - 1.0) for x in numbers.tolist())

    below = spread(0.0, end * (1.0 - 1e-9))
    assert error(below) <= bound_of_series
    assert error(np.concatenate([spread(end, largest), near(end)])) <= bound
    assert error(near(2.0**-40)) <= 2.0**-52
    assert function(0.0) == 0.0


@pytest.mark.parametrize(
    ("whole", "series", "end"),
    [(log1m, log1m_small, SMALL), (one_minus_exp, one_minus_exp_small, SMALL_HAZARD)],
)
def test_below_its_end_the_series_is_the_function(whole, series, end):
    for x in spread(0.0, end * (1.0 - 1e-9))[:2000].tolist():
        assert whole(x) == series(x)


@given(base=st.floats(0.0, 1.0), exponent=st.floats(0.0, 5.0))
def test_a_power_is_right_to_the_error_of_its_logarithm(base, exponent):
    """Relative 4e-16 for the exponential, and two units of the logarithm times the exponent."""
    expected = base**exponent
    if base < 1e-300:  # stands for 0, unless the exponent is a case of its own
        expected = base if exponent == 1.0 else float(exponent == 0.0)
    bound = 4e-16 + 4.0 * 2.0**-52 * exponent * abs(math.log(base or 1.0))
    assert power(base, exponent) == pytest.approx(expected, rel=bound, abs=1e-304)


def test_powers_of_zero_and_powers_zero_and_one_are_exact():
    assert power(0.0, 0.0) == 1.0
    assert power(0.3, 0.0) == 1.0
    assert power(0.0, 0.7) == 0.0
    assert power(0.3, 1.0) == 0.3
    assert power(1.0, 0.37) == 1.0


def test_numbers_beyond_the_range_count_as_its_ends():
    assert exp(1e9) == exp(700.0) == pytest.approx(math.exp(700.0))
    assert exp(-1e9) == exp(-700.0) > 0.0
    assert exp(math.inf) == exp(700.0)
    assert exp(-math.inf) == exp(-700.0)
    assert one_minus_exp(math.inf) == 1.0


def test_exact_values_are_exact():
    assert exp(0.0) == 1.0
    assert log(1.0) == 0.0
    assert log1m(0.0) == 0.0
    assert one_minus_exp(0.0) == 0.0
    assert log(2.0**-1022) == math.log(2.0**-1022)


@pytest.mark.parametrize(
    ("function", "points", "slack"),
    [
        (exp, [0.5 * math.log(2.0), -1.5 * math.log(2.0), 100.5 * math.log(2.0)], 0.0),
        (log, [1.0, 0.5, 2.0, math.sqrt(0.5), math.sqrt(2.0)], 0.0),
        (log1m, [SMALL, 1e-5, 0.5], 2.0**-53),
        (one_minus_exp, [SMALL_HAZARD, 1e-5, 1.0, 10.0], 2.0**-53),
    ],
    ids=["exp", "log", "log1m", "one_minus_exp"],
)
def test_functions_rise_also_where_their_formula_changes(function, points, slack):
    """In 400 relative steps of 2^-40; at the end of a series to the digits that 1 - x loses there."""
    for point in points:
        values = np.array([function(x) for x in sorted(point * (1.0 + k * 2.0**-40) for k in range(-200, 201))])
        assert (np.diff(values) >= -slack).all()
        assert values[-1] > values[0]


@given(x=st.floats(-700.0, 700.0), step=st.floats(1e-9, 10.0))
def test_the_exponential_rises(x, step):
    assert exp(x) <= exp(x + step)


@given(x=st.floats(1e-300, 1e300), factor=st.floats(1.0 + 1e-9, 10.0))
def test_the_logarithm_rises(x, factor):
    assert log(x) < log(x * factor)


@given(x=st.floats(0.0, 1.0, exclude_max=True), y=st.floats(0.0, 1.0, exclude_max=True))
@example(x=SMALL, y=SMALL * (1.0 - 2.0**-40))
def test_a_larger_share_is_a_larger_hazard(x, y):
    """Also over the end of the series, to the digits that 1 - x loses there: 2^-53."""
    low, high = min(x, y), max(x, y)
    assert log1m(low) <= log1m(high) + 2.0**-53
    assert one_minus_exp(low) <= one_minus_exp(high) + 2.0**-53


@pytest.fixture(scope="module")
def as_written():
    """Return a function that calls a function in plain Python, and in it what it calls."""
    names = [name for name in elementary.__all__ if name.islower()]

    def call(name: str, *numbers: float) -> float:
        with pytest.MonkeyPatch.context() as patch:
            for other in names:
                patch.setattr(elementary, other, getattr(elementary, other).plain)
            return getattr(elementary, name)(*numbers)

    return call


@given(x=st.floats(-800.0, 800.0), positive=st.floats(2.0**-1022, 1e300), share=st.floats(0.0, 1.0, exclude_max=True))
def test_plain_python_gives_the_same_bits(as_written, x, positive, share):
    assert as_written("exp", x) == exp(x)
    assert as_written("log", positive) == log(positive)
    assert as_written("log1m", share) == log1m(share)
    assert as_written("one_minus_exp", abs(x)) == one_minus_exp(abs(x))
    assert as_written("power", share, 0.7) == power(share, 0.7)


@pytest.mark.parametrize("function", [exp, log, partial(power.plain, exponent=0.3)], ids=["exp", "log", "power"])
def test_a_loop_over_many_numbers_gives_the_bits_of_each(function):
    """Loops handle several numbers at once; no result may depend on its neighbours."""
    if isinstance(function, partial):
        function = compiled(lambda x: power(x, 0.3))

    @compiled
    def all_of(numbers):
        found = np.empty(numbers.size)
        for i in range(numbers.size):
            found[i] = function(numbers[i])
        return found

    numbers = np.random.default_rng(5).uniform(0.001, 5.0, 1003)
    assert all_of(numbers).tolist() == [function(x) for x in numbers.tolist()]
