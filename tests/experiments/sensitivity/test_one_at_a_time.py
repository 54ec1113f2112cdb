"""Curves along single factors, paired on common seeds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from known import hand_made
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.response import response_of
from simulation.experiments.sample import Factor
from simulation.experiments.sensitivity.one_at_a_time import one_at_a_time

LUCK = np.array([0.0, 10.0, 20.0])
RULES = Factor("rule", "Rule", levels=("simple", "strict", "none"))
COLUMNS = {
    "rate": [0.3, 0.1, 0.5, 0.3, 0.3],
    "rule": ["simple", "simple", "simple", "none", "strict"],
    "idle": [1, 1, 1, 1, 1],
}
EXTRA = np.array([[0, 0, 0], [-2, -3, -4], [4, 5, 6], [0, 1, -1], [0, 0, 0]])
"""What each point adds to the default's 5 + luck."""


def sample(values=None, **changes):
    whole = 5.0 + LUCK + EXTRA if values is None else values
    made = hand_made(COLUMNS, whole[None], "one_at_a_time", factors=(Factor("rate", "Rate"), RULES, Factor("idle")))
    return dataclasses.replace(made, **changes)


def test_curves_are_means_and_paired_differences_from_the_default():
    found = one_at_a_time(response_of(sample()))
    rate, rule = found.curves
    assert rate.levels == (0.1, 0.3, 0.5)
    assert rate.default == 1
    assert rate.mean[:, 0] == pytest.approx([12.0, 15.0, 20.0])
    assert rate.change[:, 0] == pytest.approx([-3.0, 0.0, 5.0])
    half = stats.t.ppf(0.975, 2) / np.sqrt(3.0)  # the differences scatter by 1, the means by 10
    assert rate.change[0, 1:] == pytest.approx([-3.0 - half, -3.0 + half])
    assert rate.change[1, 1:] == pytest.approx([0.0, 0.0])
    assert rule.levels == ("simple", "strict", "none")


def test_the_range_has_an_interval_for_having_been_picked():
    """Largest less smallest: 6, 8, 10, so 8 with standard deviation 2; three pairs, so at 1 - 0.05 / 3."""
    rate = one_at_a_time(response_of(sample())).curves[0]
    half = stats.t.ppf(1.0 - 0.05 / 6.0, 2) * 2.0 / np.sqrt(3.0)
    assert (rate.span, rate.span_low, rate.span_high) == pytest.approx((8.0, 8.0 - half, 8.0 + half))


def test_tables_and_reading():
    found = one_at_a_time(response_of(sample()))
    table = found.table()
    assert len(table) == 6
    assert table["is_default"].sum() == 2
    ranges = found.ranges()
    assert ranges["factor"].tolist() == ["rate", "rule"]
    assert ranges["highest_at"][0] == 0.5
    text = " ".join(found.sentences())
    assert "Rate moves Outcome, baseline most: by 8 units between 0.1 and 0.5" in text
    assert "No range that can be told from luck: Rate; Rule." in text  # three seeds are few
    assert "says nothing of interactions" in text


def test_replications_with_a_gap_are_refused_or_left_out():
    values = 5.0 + LUCK + EXTRA
    values[2, 0] = np.nan
    with pytest.raises(InputError, match=r"in 1 of 3 replications; make them \(tierwise sweep retry\)"):
        one_at_a_time(response_of(sample(values)))
    found = one_at_a_time(response_of(sample(values)), on_missing="drop")
    assert found.replications == 2
    assert found.curves[0].change[:, 0] == pytest.approx([-3.5, 0.0, 5.5])
    assert "33 % of the replications" in found.sentences()[-1]


def test_other_designs_are_refused():
    with pytest.raises(InputError, match="use the method pawn"):
        one_at_a_time(response_of(sample(design="list")))
    with pytest.raises(InputError, match="do not share them"):
        one_at_a_time(response_of(sample(has_common_seeds=False)))
    two = hand_made({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}, np.zeros((1, 4, 2)), "one_at_a_time")
    with pytest.raises(InputError, match="no point from which all others differ in one factor"):
        one_at_a_time(response_of(two))


def test_a_single_factor_starts_from_the_first_point():
    one = hand_made({"a": [2.0, 1.0, 3.0]}, np.array([[[5.0], [1.0], [9.0]]]), "one_at_a_time")
    found = one_at_a_time(response_of(one))
    assert found.curves[0].default == 1
    assert found.curves[0].mean[:, 0] == pytest.approx([1.0, 5.0, 9.0])
    assert "no intervals" in " ".join(found.sentences())
