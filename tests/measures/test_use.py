from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.use import (
    regional_user_gap,
    regional_user_gap_log_odds,
    user_gap,
    user_gap_log_odds,
    user_gap_raw_log_odds,
    user_share,
)


def share(table, mask) -> np.ndarray:
    return table("users")[:, mask].sum(axis=1) / table("workers")[:, mask].sum(axis=1)


def test_the_user_share_is_weighted_by_workers(record, table, masks):
    for mask in masks.values():
        assert user_share(record, mask) == pytest.approx(share(table, mask), rel=1e-14)


def test_the_gap_is_large_minus_small(record, table, masks):
    expected = share(table, masks["large"]) - share(table, masks["sme"])
    assert user_gap(record, masks["all"]) == pytest.approx(expected, rel=1e-12)
    inside = share(table, masks["large"] & masks["services"]) - share(table, masks["sme"] & masks["services"])
    assert user_gap(record, masks["services"]) == pytest.approx(inside, rel=1e-12)


@pytest.mark.parametrize(("measure", "ceiling"), [(user_gap_log_odds, 0.9), (user_gap_raw_log_odds, 1.0)])
def test_the_gap_in_log_odds_uses_its_ceiling(record, table, masks, measure, ceiling):
    large, small = share(table, masks["large"]), share(table, masks["sme"])
    expected = np.log(large / (ceiling - large)) - np.log(small / (ceiling - small))
    assert measure(record, masks["all"]) == pytest.approx(expected, rel=1e-12)


def test_the_regional_gap_is_that_of_small_firms(record, table, masks):
    capital = share(table, masks["sme"] & masks["capital"])
    elsewhere = share(table, masks["sme"] & masks["elsewhere"])
    assert regional_user_gap(record, masks["all"]) == pytest.approx(capital - elsewhere, rel=1e-12)
    odds = np.log(capital / (0.9 - capital)) - np.log(elsewhere / (0.9 - elsewhere))
    assert regional_user_gap_log_odds(record, masks["all"]) == pytest.approx(odds, rel=1e-12)


def test_a_gap_without_one_of_its_sides_is_not_a_number(record, masks):
    assert np.isnan(user_gap(record, masks["sme"])).all()
