"""Choosing an entry in proportion to weights: with a guide as without."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.world.suppliers import entry_above, entry_by_guide, guide_to

WEIGHT = st.one_of(st.just(0.0), st.floats(1e-300, 1e-3), st.floats(0.5, 2.0), st.just(1e6))
"""Firms that supply nobody, that hardly anybody chooses, many alike, and giants."""


@st.composite
def draws(draw):
    """Cumulative weights, a range of entries, and a target that may stand on a value, beside one, or beyond all."""
    cumulative = np.cumsum(draw(st.lists(WEIGHT, min_size=1, max_size=60)))
    low = draw(st.integers(0, cumulative.size - 1))
    high = draw(st.integers(low + 1, cumulative.size))
    value = cumulative[draw(st.integers(0, cumulative.size - 1))]
    between = draw(st.floats(0.0, 1.0)) * cumulative[-1]
    target = draw(
        st.sampled_from([value, np.nextafter(value, -1.0), np.nextafter(value, np.inf), between, 2.0 * value])
    )
    return cumulative, low, high, float(target)


@given(draws())
def test_a_guide_leads_to_the_entry_that_is_found_without(case):
    cumulative, low, high, target = case
    guide = guide_to(cumulative)
    assert entry_by_guide(cumulative, guide, low, high, target) == entry_above(cumulative, low, high, target)


@given(draws())
def test_the_entry_is_the_first_above_the_target_or_the_last(case):
    cumulative, low, high, target = case
    expected = min(low + np.searchsorted(cumulative[low:high], target, side="right"), high - 1)
    assert entry_above(cumulative, low, high, target) == expected


@given(st.lists(WEIGHT, min_size=1, max_size=200))
def test_a_guide_names_the_first_entry_above_each_even_part_of_the_whole(weights):
    """One that named others would do no harm to what is found, and be of no use."""
    cumulative = np.cumsum(weights)
    guide = guide_to(cumulative)
    edges = cumulative[-1] * (np.arange(guide.size) / (guide.size - 1))
    assert guide.size == max(1, cumulative.size // 4) + 1
    assert guide.tolist() == [entry_above(cumulative, 0, cumulative.size, edge) for edge in edges]
