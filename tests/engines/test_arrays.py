"""Filling, copying and serving in order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.compiled import compiled
from simulation.engines.arrays import copy_into, entry_by_guide, fill, guide_to, order_heap, take_first

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


find = compiled(entry_by_guide.plain)
WEIGHTS = st.floats(0.0, 1e3) | st.sampled_from([0.0, 1e-9, 1.0, 1e9])


@given(
    parts=st.lists(st.lists(WEIGHTS, max_size=30).filter(lambda part: not part or sum(part) > 0.0), max_size=5),
    shares=st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1, max_size=10),
)
def test_a_guided_search_finds_what_bisection_finds(parts, shares):
    """In every part, at any share of its weight and on the cumulative weights themselves."""
    cumulative = np.cumsum([weight for part in parts for weight in part])
    start = np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)
    guide = guide_to(cumulative, start)
    assert guide.tolist() == guide_to.plain(cumulative, start).tolist()
    for low, high in itertools.pairwise(start):
        bottom = cumulative[low - 1] if low > 0 else 0.0
        if low == high or cumulative[high - 1] <= bottom:  # nothing there, or nothing beside what comes before
            continue
        assert ((low <= guide[low:high]) & (guide[low:high] < high)).all()
        whole = cumulative[high - 1] - bottom
        reached = [(cumulative[at] - bottom) / whole for at in range(low, high - 1)]
        for part in [*shares, 0.0, *(part for part in reached if part < 1.0)]:
            target = bottom + part * whole
            expected = min(low + np.searchsorted(cumulative[low:high], target, side="right"), high - 1)
            assert find(cumulative, guide, low, high, part) == expected
            assert entry_by_guide(cumulative, guide, low, high, part) == expected


def test_a_guide_leads_close_to_the_entry():
    """The mean number of steps from it is below two whatever the weights (Chen and Asau 1974)."""
    weight = np.random.default_rng(1).pareto(1.1, 5000)
    cumulative = np.cumsum(weight)
    guide = guide_to(cumulative, np.array([0, 5000]))
    targets = np.random.default_rng(2).random(20_000) * cumulative[-1]
    found = np.searchsorted(cumulative, targets, side="right")
    steps = found - guide[(targets / cumulative[-1] * 5000).astype(int)]
    assert steps.min() >= -1
    assert steps.mean() < 2.0
