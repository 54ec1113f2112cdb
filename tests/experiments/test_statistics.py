"""Paired differences, intervals and Holm's correction against hand calculations and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.experiments.statistics import (
    FEWEST_FOR_BOOTSTRAP,
    bootstrap_interval,
    holm,
    mean_interval,
    paired_difference,
    ratio_interval,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=3, max_size=30)


@given(NUMBERS)
def test_the_interval_is_that_of_student(values):
    array = np.array(values)
    mean, low, high = mean_interval(array)
    if array.std() == 0.0:
        assert low == high == pytest.approx(mean)
        return
    expected = stats.t.interval(0.95, array.size - 1, loc=array.mean(), scale=stats.sem(array))
    assert (low, high) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_one_value_has_no_interval():
    mean, low, high = mean_interval(np.array([3.0]))
    assert mean == 3.0
    assert np.isnan(low)
    assert np.isnan(high)


def test_nothing_has_no_mean():
    assert np.isnan(mean_interval(np.array([np.nan]))).all()


def test_pairs_are_subtracted_one_by_one():
    """The values differ widely, their pairs by 1, 2 and 3: mean 2, standard deviation 1, t = 2 sqrt(3)."""
    found = paired_difference(np.array([101.0, 52.0, 13.0]), np.array([100.0, 50.0, 10.0]))
    assert found.difference == pytest.approx(2.0)
    half = stats.t.ppf(0.975, 2) / np.sqrt(3.0)
    assert (found.low, found.high) == pytest.approx((2.0 - half, 2.0 + half))
    assert found.p_value == pytest.approx(2.0 * stats.t.sf(2.0 * np.sqrt(3.0), 2))
    assert found.n == 3
    assert found.correlation > 0.999


def test_a_pair_with_a_gap_is_left_out():
    found = paired_difference(np.array([1.0, np.nan, 3.0]), np.array([0.0, 0.0, np.nan]))
    assert found.n == 1
    assert found.difference == 1.0
    assert np.isnan(found.p_value)


PAIRS = st.lists(
    st.tuples(
        st.one_of(st.integers(-1000, 1000).map(float), st.just(np.nan)),
        st.one_of(st.integers(-1000, 1000).map(float), st.just(np.nan)),
    ),
    min_size=2,
    max_size=20,
)


@given(PAIRS)
def test_pairs_give_the_paired_t_test_over_those_that_are_whole(pairs):
    new, old = np.array(pairs).T
    found = paired_difference(new, old)
    whole = [(a, b) for a, b in pairs if np.isfinite(a) and np.isfinite(b)]
    assert found.n == len(whole)
    change = np.array([a - b for a, b in whole])
    if change.size < 2 or change.std() == 0.0:
        return
    expected = stats.ttest_rel(*np.array(whole).T)
    interval = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-300)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


@given(st.lists(st.integers(-100, 100).map(float), min_size=3, max_size=12), st.integers(-50, 50).map(float))
def test_what_all_runs_share_drops_out_of_pairs(values, shift):
    """Common luck is subtracted: adding it to both sides changes nothing but the correlation."""
    new, old = np.array(values), np.array(values[::-1])
    one, two = paired_difference(new, old), paired_difference(new + shift, old + shift)
    assert one[:4] == two[:4]
    assert one.p_value == two.p_value


def test_a_wider_confidence_gives_a_wider_interval():
    values = np.array([1.0, 2.0, 4.0])
    assert mean_interval(values, 0.99)[1] < mean_interval(values, 0.9)[1] < values.mean()


def test_equal_pairs_are_no_difference_and_a_constant_one_is_certain():
    same = np.array([1.0, 5.0, 2.0])
    assert paired_difference(same, same).p_value == 1.0
    assert paired_difference(same + 1.0, same).p_value == 0.0


def test_holm_by_hand():
    """Sorted 0.01, 0.02, 0.04 times 3, 2, 1, never falling; a missing value is not counted."""
    np.testing.assert_allclose(holm(np.array([0.04, np.nan, 0.01, 0.02])), [0.04, np.nan, 0.03, 0.04])


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_holm_lies_between_the_value_and_bonferroni(values):
    p = np.array(values)
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1.0, p * p.size) + 1e-15).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(adjusted[order]) >= 0.0).all()


@given(st.lists(st.integers(-1000, 1000).map(float), min_size=3, max_size=30), st.floats(1e-3, 1e3))
def test_over_a_constant_the_interval_of_a_ratio_is_that_of_the_mean(values, below):
    above = np.array(values)
    expected = np.array(mean_interval(above)) / below
    # The square root of a difference of nearly equal numbers loses half of the figures.
    assert ratio_interval(above, np.full(above.size, below)) == pytest.approx(expected, rel=1e-6, abs=1e-4 / below)


def test_the_limits_of_a_ratio_are_where_the_t_test_just_does_not_reject():
    """Fieller's definition, at both limits: p = 0.05 for a mean of above - R below of 0."""
    random = np.random.default_rng(4)
    below = random.normal(10.0, 3.0, 12)
    above = 2.0 * below + random.normal(0.0, 5.0, 12)
    value, low, high = ratio_interval(above, below)
    assert value == pytest.approx(above.mean() / below.mean())
    assert low < value < high
    for limit in (low, high):
        assert stats.ttest_1samp(above - limit * below, 0.0).pvalue == pytest.approx(0.05, rel=1e-9)


@given(st.floats(1e-150, 1e150), st.floats(1e-150, 1e150))
def test_a_ratio_does_not_depend_on_the_units(unit_above, unit_below):
    above, below = np.array([3.0, 5.0, 4.5, 2.0]), np.array([1.0, 1.2, 0.9, 1.1])
    expected = np.array(ratio_interval(above, below)) * (unit_above / unit_below)
    assert ratio_interval(above * unit_above, below * unit_below) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "below", [[1.0, -1.0, 0.5, -0.4], [0.0, 0.0, 0.0, 0.0], [np.nan, np.nan, np.nan, 2.0]], ids=["unclear", "0", "one"]
)
def test_over_what_cannot_be_told_from_nothing_there_is_no_ratio(below):
    assert np.isnan(ratio_interval(np.ones(4), np.array(below))).all()


def test_the_interval_of_a_ratio_holds_the_true_one_19_times_in_20():
    """4,000 samples of 8 normal pairs, seed 6: binomial standard error 0.0034; limits at 4 of them (1 in 16,000)."""
    random = np.random.default_rng(6)
    hits = 0
    for _ in range(4000):
        below = random.normal(20.0, 4.0, 8)
        found = ratio_interval(3.0 * below + random.normal(0.0, 10.0, 8), below)
        hits += found[1] <= 3.0 <= found[2]
    assert abs(hits / 4000 - 0.95) < 4 * 0.0034


@pytest.mark.statistical
def test_variance_reduction_is_how_many_times_fewer_runs_common_draws_need():
    """Correlation r of equal spreads gives 2 / (2 - 2 r). Means of 400 ratios of 40 pairs: false alarm below 1e-4."""
    rng = np.random.default_rng(3)
    for correlation, expected in ((0.0, 1.0), (0.9, 10.0), (-0.5, 2.0 / 3.0)):
        common, one, two = rng.standard_normal((3, 400, 40))
        shared = np.sqrt(abs(correlation))
        new = shared * common + np.sqrt(1.0 - abs(correlation)) * one
        old = np.sign(correlation or 1.0) * shared * common + np.sqrt(1.0 - abs(correlation)) * two
        found = [paired_difference(a, b).variance_reduction for a, b in zip(new, old, strict=True)]
        assert np.mean(found) == pytest.approx(expected * 39 / 37, rel=0.07)  # the mean of 1 / variance is higher


def test_variance_reduction_by_hand_and_at_its_ends():
    """Variances 4 and 1, of the difference 1: five times fewer."""
    new, old = np.array([0.0, 2.0, 4.0]), np.array([0.0, 1.0, 2.0])
    assert paired_difference(new, old).variance_reduction == pytest.approx(5.0)
    assert paired_difference(new + 1.0, new).variance_reduction == np.inf
    assert np.isnan(paired_difference(np.ones(3), np.ones(3)).variance_reduction)
    assert np.isnan(paired_difference(new[:1], old[:1]).variance_reduction)


def test_the_bootstrap_interval_is_the_same_every_time_and_scales_with_its_values():
    values = np.random.default_rng(5).exponential(size=30)
    low, high = bootstrap_interval(values)
    assert bootstrap_interval(values.copy()) == (low, high)
    assert low < values.mean() < high
    assert bootstrap_interval(values * 2.0**400) == (low * 2.0**400, high * 2.0**400)
    assert bootstrap_interval(np.append(values, np.nan)) == (low, high)
    wider = bootstrap_interval(values, 0.99)
    assert wider[0] < low
    assert wider[1] > high


def test_the_bootstrap_leans_where_values_do_and_needs_spread_and_pairs():
    skewed = np.array([0.0] * 15 + [1.0, 2.0, 3.0, 8.0, 20.0])
    low, high = bootstrap_interval(skewed)
    mean, t_low, _ = mean_interval(skewed)
    assert high - mean > mean - low
    assert low > max(0.0, t_low)  # no value is below 0, so no mean of a resample is
    assert bootstrap_interval(np.full(9, 4.0)) == (4.0, 4.0)
    assert np.isnan(bootstrap_interval(np.arange(FEWEST_FOR_BOOTSTRAP - 1.0))).all()
    assert np.isfinite(bootstrap_interval(np.arange(float(FEWEST_FOR_BOOTSTRAP)))).all()


@pytest.mark.statistical
def test_coverage_of_the_bootstrap_interval_is_as_the_page_says():
    """Of samples of 30 normal values 93.8 % hold the mean (3,000 of them); four standard errors: false alarm 6e-5."""
    samples = np.random.default_rng(8).standard_normal((400, 30))
    ends = np.array([bootstrap_interval(sample) for sample in samples])
    covered = np.mean((ends[:, 0] <= 0.0) & (ends[:, 1] >= 0.0))
    assert covered == pytest.approx(0.938, abs=4.0 * np.sqrt(0.938 * 0.062 / 400))
