"""Labels by which factors can be told apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.distinct import distinct_labels
from simulation.experiments.sample import Factor


def test_labels_that_are_alike_get_what_differs_in_their_names():
    factors = [
        Factor("firms.capacity.sme.services", "middle"),
        Factor("firms.capacity.large.services", "middle"),
        Factor("lateness.lean", "lean"),
        Factor("a"),
        Factor("b"),
    ]
    assert [factor.label for factor in distinct_labels(factors)] == [
        "middle (sme.services)", "middle (large.services)", "lean", "", "",
    ]  # fmt: skip


NAMES = st.lists(st.from_regex(r"[ab](\.[ab]){0,3}", fullmatch=True), min_size=1, max_size=8, unique=True)


@given(NAMES)
def test_factors_of_different_names_get_different_labels(names):
    labels = [factor.label for factor in distinct_labels([Factor(name, "same") for name in names])]
    assert len(set(labels)) == len(names)
