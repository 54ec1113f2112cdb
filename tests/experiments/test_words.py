"""Shares and lists as sentences have them."""

from __future__ import annotations

import pytest

from simulation.experiments.words import listed, percent


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.00156, "0.16 %"), (0.0336, "3.4 %"), (0.0999, "10 %"), (0.457, "46 %"), (0.9999, "100 %")],
)
def test_shares_have_the_digits_that_matter(share, text):
    assert percent(share) == text


def test_long_lists_end_with_the_number_of_the_rest():
    assert listed(["a, b", "c"]) == "a, b; c"
    assert listed(list("abcdef")) == "a; b; c; d; e; f"
    assert listed(list("abcdefg")) == "a; b; c; d; e; and 2 more"
