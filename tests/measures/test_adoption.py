from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.adoption import (
    adopter_gap,
    adopter_gap_log_odds,
    adopter_share,
    adopters,
    regional_adopter_gap,
    regional_adopter_gap_log_odds,
)
from simulation.state import COLUMNS


def share(table, mask) -> np.ndarray:
    return table("adopters")[:, mask].sum(axis=1) / table("firms")[:, mask].sum(axis=1)


def test_the_adopter_share_is_weighted_by_firms(record, table, masks):
    for mask in masks.values():
        assert adopter_share(record, mask) == pytest.approx(share(table, mask), rel=1e-14)


def test_adopters_are_those_of_the_economy_that_firms_stand_for(record, table, masks):
    assert adopters(record, masks["sme"]) == pytest.approx(table("adopters")[:, 4:].sum(axis=1), rel=1e-14)


def test_gaps_are_large_minus_small_in_shares_and_in_log_odds(record, table, masks):
    large, small = share(table, masks["large"]), share(table, masks["sme"])
    assert adopter_gap(record, masks["all"]) == pytest.approx(large - small, rel=1e-12)
    odds = np.log(large / (1.0 - large)) - np.log(small / (1.0 - small))
    assert adopter_gap_log_odds(record, masks["all"]) == pytest.approx(odds, rel=1e-12)


def test_log_odds_of_nobody_are_not_a_number(record, masks):
    record.tallies.groups[0, 4:, COLUMNS.index("adopters")] = 0.0
    gap = adopter_gap_log_odds(record, masks["all"])
    assert np.isnan(gap[0])
    assert np.isfinite(gap[1:]).all()


def test_the_regional_gap_is_that_of_small_firms(record, table, masks):
    capital, elsewhere = (share(table, masks["sme"] & masks[region]) for region in ("capital", "elsewhere"))
    assert regional_adopter_gap(record, masks["all"]) == pytest.approx(capital - elsewhere, rel=1e-12)
    odds = np.log(capital / (1.0 - capital)) - np.log(elsewhere / (1.0 - elsewhere))
    assert regional_adopter_gap_log_odds(record, masks["all"]) == pytest.approx(odds, rel=1e-12)
