"""Conditions on factors: what they mean, and that nothing else is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.sweeps.constraints import ConstraintError, parse_constraint

KNOWN = {"a": True, "lateness.lean": True, "demand.tier 0": True, "network.kind": False}


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("a <= 0.5", 0.5, True),
        ("a < 0.5", 0.5, False),
        ("0.1 < a < 0.3", 0.2, True),
        ("0.1 < a < 0.3", 0.3, False),
        ("2 * a - 1 >= -a / 2 + 0.25", 0.5, True),
        ("2 * a - 1 >= -a / 2 + 0.25", 0.49, False),
        ("1 / a > 3", 0.0, True),
        ("a / 0 - a / 0 < 1", 0.0, False),
    ],
)
def test_a_condition_means_what_it_says(text, value, holds):
    found = parse_constraint(text, KNOWN)
    assert found.holds({"a": np.array([value])}).tolist() == [holds]


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_names_with_dots_and_blanks_are_read(lean, demand):
    found = parse_constraint("lateness.lean + 2 * 'demand.tier 0' <= 1", KNOWN)
    assert found.names == {"lateness.lean", "demand.tier 0"}
    columns = {"lateness.lean": np.array([lean]), "demand.tier 0": np.array([demand])}
    assert found.holds(columns)[0] == (lean + 2 * demand <= 1)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a +", "is not a condition"),
        ("a + 1", "compares nothing"),
        ("a == 1", "compares nothing"),
        ("1 < 2", "names no factor"),
        ("b < 1", "'b' is no factor of this sweep"),
        ("lateness.leen < 1", "did you mean 'lateness.lean'"),
        ("network.kind < 1", "takes words"),
        ("abs(a) < 1", "nothing else"),
        ("a ** 2 < 1", "nothing else"),
        ("a.__class__ < 1", "no factor"),
        ("(lambda: a)() < 1", "nothing else"),
        ("a < True", "nothing else"),
        ("a <" + " 1 +" * 200 + " 1", "at most 500 characters"),
        ("a < 1j", "nothing else"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text, part):
    with pytest.raises(ConstraintError, match=part.replace("(", r"\(")):
        parse_constraint(text, KNOWN)
