"""Filling, copying and serving in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.compiled import compiled
from simulation.engines.arrays import copy_into, fill, order_heap, take_first

machine = {function.__name__: compiled(function.plain) for function in (order_heap, take_first)}
plain = {function.__name__: function for function in (order_heap, take_first)}


def served(forms, scores: np.ndarray, items: np.ndarray, count: int) -> list[int]:
    """Return the items in the order in which a heap gives them out."""
    forms["order_heap"](scores, items, count)
    order = []
    while count > 0:
        order.append(int(forms["take_first"](scores, items, count)))
        count -= 1
    return order


@given(
    scores=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(-1e6, 1e6), min_size=1, max_size=40),
    data=st.data(),
)
def test_items_are_served_by_score_then_number(scores, data):
    """Against sorted(), in machine code and as written; items are any part of those with a score, in any order."""
    chosen = data.draw(st.lists(st.sampled_from(range(len(scores))), unique=True))
    expected = sorted(chosen, key=lambda i: (scores[i], i))
    for forms in (machine, plain):
        # Longer than needed, as in a programme for which few firms wait.
        items = np.array([*chosen, *[-1] * 3], np.int64)
        assert served(forms, np.array(scores), items, len(chosen)) == expected
        assert items[len(chosen) :].tolist() == [-1, -1, -1]


def test_many_items_are_served_in_order():
    scores = np.random.default_rng(1).random(10_000)
    order = served(machine, scores, np.arange(10_000), 10_000)
    assert order == np.argsort(scores, kind="stable").tolist()


@pytest.mark.parametrize("kind", [np.float64, np.int32, np.int64, np.uint8])
def test_arrays_are_filled_and_copied_whole(kind):
    target, source = np.zeros(5, kind), np.arange(3, dtype=kind)
    fill(target, 7)
    assert target.tolist() == [7] * 5
    copy_into(target, source)
    assert target.tolist() == [0, 1, 2, 7, 7]
