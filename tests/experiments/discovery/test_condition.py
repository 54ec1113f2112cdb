"""The words of --where: what they mean, and what is said of words that mean nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import hand_made

from simulation.errors import InputError
from simulation.experiments.discovery.condition import Condition, parse_where

VALUES = np.array([[[1.0, 2.0], [3.0, np.nan]], [[2.0, 2.0], [1.0, 5.0]]])
SAMPLE = hand_made({"x": [0, 1]}, VALUES, scenarios=("current", "cash-2_a"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y > 30", Condition("y", None, None, ">", 30.0)),
        ("  y<=-1.5e-3", Condition("y", None, None, "<=", -0.0015)),
        ("user.gap: cash >= .5", Condition("user.gap", "cash", None, ">=", 0.5)),
        ("y: cash-2_a - baseline >= 0", Condition("y", "cash-2_a", "baseline", ">=", 0.0)),
        ("y:a - b<+1", Condition("y", "a", "b", "<", 1.0)),
    ],
)
def test_conditions_are_read_and_written(text, expected):
    (clause,) = parse_where(text).clauses
    assert clause == expected
    assert parse_where(str(clause)).clauses == (expected,)


def test_several_conditions_hold_together():
    where = parse_where("y > 1 and y: cash-2_a - baseline >= 0")
    assert where.outcomes == ("y",)
    np.testing.assert_array_equal(where.holds(lambda _: SAMPLE), [[0.0, 1.0], [0.0, np.nan]])
    assert str(where) == "y > 1 and y: cash-2_a - baseline >= 0"


def test_a_difference_is_on_the_same_seeds_and_a_gap_stays_one():
    np.testing.assert_array_equal(
        parse_where("y: cash-2_a - current > 0").holds(lambda _: SAMPLE), [[1.0, 0.0], [0.0, np.nan]]
    )
    np.testing.assert_array_equal(parse_where("y < 3").holds(lambda _: SAMPLE), [[1.0, 1.0], [0.0, np.nan]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: the name of an outcome is expected, not the end"),
        ("30 < y", "character 1: the name of an outcome is expected, not '30'"),
        ("y > x", "character 5: a number is expected, not 'x'"),
        ("y = 3", "character 3: '=' has no meaning here"),
        ("y: > 3", "character 4: the name of a scenario is expected, not '>'"),
        ("y: a - > 3", "the name of a scenario is expected"),
        ("y a", "one of < <= > >= is expected, not 'a'"),
        ("y > 3 or y < 1", "'and' or the end is expected, not 'or'"),
        ("y > 3 and", "the name of an outcome is expected, not the end"),
        ("and > 3", "the name of an outcome is expected, not 'and'"),
        ("__import__('os')", "has no meaning here"),
        ("y > 1" + " " * 1000, "longer than 1,000 characters"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place_and_an_example(text, message):
    with pytest.raises(InputError) as caught:
        parse_where(text)
    assert message in str(caught.value)


def test_a_scenario_that_was_not_run_is_named():
    with pytest.raises(InputError, match="holds no scenario 'cash'"):
        parse_where("y: cash > 1").holds(lambda _: SAMPLE)


@given(st.text(max_size=40) | st.text("y:>=<-0123. and", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        where = parse_where(text)
    except InputError:
        return
    assert parse_where(str(where)).outcomes == where.outcomes
