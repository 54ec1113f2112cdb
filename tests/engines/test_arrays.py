"""Filling, copying and serving in order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.compiled import compiled
from simulation.engines.arrays import alias_of, copy_into, fill, item_by_alias, order_heap, take_first

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


WEIGHTS = st.floats(0.0, 1e3) | st.sampled_from([0.0, 1e-9, 1.0, 1e9])


def chances_of(table, low, high, items):
    """What the entries low ... high - 1 of an alias table give each of the items, from their limits."""
    found = dict.fromkeys(items, 0.0)
    for limit, own, other, _ in table.reshape(-1, 4)[low:high].tolist():
        found[own] += limit / 2**32 / (high - low)
        found[other] += (1.0 - limit / 2**32) / (high - low)
    return found


@given(st.lists(st.lists(WEIGHTS, max_size=30).filter(lambda part: not part or sum(part) > 0.0), max_size=5))
def test_an_alias_table_gives_every_item_its_share_of_the_weight(parts):
    weight = np.array([value for part in parts for value in part])
    item = np.arange(weight.size, dtype=np.int32)[::-1].copy()
    start = np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)
    table = alias_of(item, weight, start)
    assert table.tolist() == alias_of.plain(item, weight, start).tolist()
    for low, high in itertools.pairwise(start):
        found = chances_of(table, low, high, item[low:high].tolist())
        for at in range(low, high):
            # Limits have 32 bits; a part of k entries adds up the rounding of at most k of them.
            assert found[item[at]] == pytest.approx(weight[at] / weight[low:high].sum(), abs=2.0**-31)


@given(st.floats(0.0, 1.0, exclude_max=True), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_draw_picks_the_entry_by_its_place_and_the_item_by_what_is_left(part, size, seed):
    weight = np.random.default_rng(seed).pareto(1.1, size) + 0.01
    item = np.arange(100, 100 + size, dtype=np.int32)
    table = alias_of(item, weight, np.array([0, size]))
    chosen = find(table, 0, size, part)
    assert chosen == item_by_alias.plain(table, 0, size, part)
    entry = min(int(part * size), size - 1)
    limit, own, other, _ = table.reshape(-1, 4)[entry].tolist()
    assert chosen == (own if (part * size - entry) * 2**32 < limit else other)


find = compiled(item_by_alias.plain)
