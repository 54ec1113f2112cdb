"""Peeling and pasting, by hand and by what they may never do."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.discovery.box import Box, Space
from simulation.experiments.discovery.peeling import paste, peel
from simulation.experiments.sample import Factor


def space(*columns, factors=None, levels=None):
    names = factors or tuple(Factor(f"f{j}") for j in range(len(columns)))
    return Space(
        names, np.column_stack([np.array(column, float) for column in columns]), levels or (None,) * len(names)
    )


def test_slices_come_off_where_no_cases_are():
    """Of 1 to 10 the cases are 8, 9, 10: a fifth of 10 is 2, of 8 to 5 it is 1, until all that is left are cases."""
    whole = space(range(1, 11))
    is_case = whole.columns[:, 0] > 7
    boxes = peel(whole, is_case, step=0.2, least=2)
    assert [box.low[0] for box in boxes] == [-np.inf, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert all(box.high[0] == np.inf for box in boxes)


def test_equal_values_go_together_and_limits_of_whole_numbers_are_values():
    whole = space([1, 1, 1, 2, 2, 3, 3, 3], factors=(Factor("n", is_whole=True),))
    boxes = peel(whole, whole.columns[:, 0] > 2, step=0.1, least=1)
    assert [box.low[0] for box in boxes] == [-np.inf, 2.0, 3.0]


def test_a_level_in_words_is_taken_off():
    words = (("x", "y", "z"),)
    whole = space([0, 0, 1, 1, 2, 2], factors=(Factor("w", levels=words[0]),), levels=words)
    boxes = peel(whole, np.array([True, True, False, False, True, True]), step=0.05, least=1)
    assert boxes[-1].banned == (frozenset({1}),)
    (restriction,) = boxes[-1].restrictions(whole)
    assert str(restriction) == "w is x or z"


def test_the_slice_with_the_most_gain_per_point_is_taken():
    """Dropping the rare level loses one point, no case; a fifth of the range would lose two, one of them a case."""
    words = (None, ("common", "rare"))
    factors = (Factor("r"), Factor("w", levels=("common", "rare")))
    whole = space(range(10), [0] * 9 + [1], factors=factors, levels=words)
    is_case = np.array([False, True] * 4 + [True, False])
    first = peel(whole, is_case, step=0.2, least=1)[1]
    assert first.banned[1] == frozenset({1})


def test_pasting_takes_cases_back():
    whole = space(range(1, 11))
    is_case = whole.columns[:, 0] > 5
    tight = Box.whole(1).with_limit(0, low=8.5)
    assert paste(whole, is_case, tight, step=0.05).low == (5.5,)
    words = (("x", "y", "z"),)
    named = space([0, 1, 2], factors=(Factor("w", levels=words[0]),), levels=words)
    without = Box.whole(1).with_banned(0, frozenset({1, 2}))
    assert paste(named, np.array([True, True, False]), without, step=0.05).banned == (frozenset({2}),)


POINTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1000), st.integers(0, 2), st.booleans()), min_size=8, max_size=60
)
WORDS = ("x", "y", "z")


def mixed(points):
    columns = list(zip(*points, strict=True))
    factors = (Factor("n", is_whole=True), Factor("r"), Factor("w", levels=WORDS))
    return space(*columns[:3], factors=factors, levels=(None, None, WORDS)), np.array(columns[3], bool)


@given(POINTS)
def test_every_box_lies_within_the_one_before_and_holds_enough_points(points):
    whole, is_case = mixed(points)
    inside = [box.contains(whole.columns) for box in peel(whole, is_case, step=0.1, least=3)]
    for outer, inner in pairwise(inside):
        assert not (inner & ~outer).any()
        assert 3 <= np.count_nonzero(inner) < np.count_nonzero(outer)


@given(POINTS)
def test_pasting_never_loses_points_nor_density(points):
    whole, is_case = mixed(points)
    box = peel(whole, is_case, step=0.1, least=3)[-1]
    pasted = paste(whole, is_case, box, step=0.1)
    before, after = box.contains(whole.columns), pasted.contains(whole.columns)
    assert not (before & ~after).any()
    assert is_case[after].mean() >= is_case[before].mean()
