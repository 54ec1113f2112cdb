"""Distances between stored and new numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.rerunning.numbers import outcome_gaps, series_gaps
from simulation.runs import run

NUMBERS = st.floats(allow_nan=True, allow_infinity=False, width=64)


@pytest.fixture(scope="module")
def series(scenario_with):
    return run(scenario_with({"time.start_rounds": 8, "time.origin_months": 2}, firms=40, months=8), 1).series


@given(st.dictionaries(st.text(min_size=1), NUMBERS))
def test_the_same_outcomes_differ_in_nothing(values):
    assert outcome_gaps(values, dict(values)) == []


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_gap_is_the_distance_and_its_share_of_the_larger_number(one, other):
    gaps = outcome_gaps({"a": one, "b": 1.0}, {"a": other, "b": 1.0})
    if one == other:
        assert gaps == []
        return
    (gap,) = gaps
    assert (gap.name, gap.different, gap.values) == ("a", 1, 1)
    assert gap.absolute == abs(one - other)
    assert gap.relative == pytest.approx(abs(one - other) / max(abs(one), abs(other)))


@pytest.mark.parametrize(("then", "now"), [({"a": math.nan}, {"a": 1.0}), ({"a": 1.0}, {}), ({}, {"a": 1.0})])
def test_a_number_beside_none_is_infinitely_far(then, now):
    (gap,) = outcome_gaps(then, now)
    assert gap.absolute == math.inf


def test_the_smallest_change_of_one_number_is_found_and_placed(series):
    line = series.index[(series["measure"] == "adopter_share") & (series["month"] == 5)][2]
    changed = series.copy()
    changed.loc[line, "value"] = np.nextafter(changed.loc[line, "value"], 2.0)
    (gap,) = series_gaps(series, changed)
    assert (gap.name, gap.different) == ("adopter_share", 1)
    assert gap.values == (series["measure"] == "adopter_share").sum()
    assert gap.absolute == pytest.approx(changed.loc[line, "value"] - series.loc[line, "value"], abs=0.0)
    assert gap.where == f"{series.loc[line, 'group']}, month 5"
    assert series_gaps(series, series.iloc[::-1]) == []


def test_lines_that_one_side_alone_has_are_found(series):
    less = series[series["measure"] != "adopters"]
    for then, now in ((series, less), (less, series)):
        (gap,) = series_gaps(then, now)
        assert (gap.name, gap.absolute) == ("adopters", math.inf)
        assert gap.different == gap.values == (series["measure"] == "adopters").sum()
