"""Plain numbers from numbers with units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.scenario.units import plain_number
from simulation.schema import Count, Days, LogOdds, Money, Months, Rate, Share


@pytest.mark.parametrize(
    ("text", "quantity", "is_whole", "plain"),
    [
        ("50 %", Share("share"), False, "0.5"),
        ("50%", Share("share"), False, "0.5"),
        ("0,5", Share("share"), False, "0.5"),
        (".5", Share("share"), False, "0.5"),
        ("5 days", Days("days"), False, "5"),
        ("1 day", Days("days"), False, "1"),
        ("2.5 Days", Days("days"), False, "2.5"),
        ("12 months", Months("months"), True, "12"),
        ("1,000", Money("money"), False, "1000"),
        ("1,234,567.5 million won", Money("money"), False, "1234567.5"),
        ("3 million", Money("money"), False, "3"),
        ("-1", LogOdds("term"), False, "-1"),
        ("0.1 per month", Rate("rate"), False, "0.1"),
        ("2000", Count("firms", unit="firms"), True, "2000"),
    ],
)
def test_a_number_with_the_declared_unit_is_written_plainly(text, quantity, is_whole, plain):
    assert plain_number(text, quantity, is_whole) == plain


@pytest.mark.parametrize(
    ("text", "quantity", "is_whole"),
    [
        ("5 weeks", Days("days"), False),
        ("5 days", Months("months"), True),
        ("1 year", Months("months"), True),
        ("50 %", Days("days"), False),
        ("150 %", Share("share"), False),
        ("1.5", Months("months"), True),
        ("-1 days", Days("days"), False),
        ("many", Share("share"), False),
        ("", Share("share"), False),
        ("1 per", Rate("rate"), False),
        ("1e400", LogOdds("term"), False),
        ("0.5 " + 60 * " ", Share("share"), False),
    ],
)
def test_nothing_is_guessed_where_the_unit_or_the_number_does_not_fit(text, quantity, is_whole):
    assert plain_number(text, quantity, is_whole) == ""


@given(st.text(max_size=70), st.booleans())
def test_what_is_suggested_is_an_allowed_number(text, is_whole):
    suggested = plain_number(text, Share("share"), is_whole)
    assert not suggested or 0.0 <= float(suggested) <= 1.0
