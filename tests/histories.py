"""What it means that two engines give the same history."""

from __future__ import annotations

import numpy as np

EXACT_BOOKS = ("until", "served")
"""What awards are, beside the money in them."""


LATE_AND_LIVELY = {
    "firms.adopters_start": {
        "large": {"manufacturing": 0.5, "services": 0.5},
        "sme": {"manufacturing": 0.2, "services": 0.1},
    },
    "review": {"base": 0.05, "sensitivity": 0.1},
    "adoption.hazard.level": -1.0,
    "lateness": {"buffer": 2.0, "pass_through": 0.9, "lean": 0.5},
    "firms.late_chance": {
        "large": {"manufacturing": 0.3, "services": 0.3},
        "sme": {"manufacturing": 0.3, "services": 0.3},
    },
    "budget": {"per_worker": 5.0, "strength": "fixed"},
    "policy.subsidy": {"first": 4, "last": 20},
}
"""Changes of a scenario in which lateness travels far, partners change and some firms get money."""


def assert_same_history(slow, fast):
    """All that is discrete and all that firms know is the same to the last bit; sums are added in another order."""
    for field in fast.state._fields:
        of_slow, of_fast = getattr(slow.state, field), getattr(fast.state, field)
        assert of_slow.dtype == of_fast.dtype
        np.testing.assert_array_equal(of_slow, of_fast, err_msg=field)
    np.testing.assert_array_equal(slow.late_days, fast.late_days)
    np.testing.assert_array_equal(slow.final_links.supplier, fast.final_links.supplier)
    for field in fast.record.tallies._fields:
        of_slow, of_fast = getattr(slow.record.tallies, field), getattr(fast.record.tallies, field)
        np.testing.assert_allclose(of_slow, of_fast, rtol=1e-9, atol=1e-12, err_msg=field)
    for field in fast.awards._fields:
        of_slow, of_fast = getattr(slow.awards, field), getattr(fast.awards, field)
        if field in EXACT_BOOKS:
            np.testing.assert_array_equal(of_slow, of_fast, err_msg=field)
        np.testing.assert_allclose(of_slow, of_fast, rtol=1e-12, atol=1e-9, err_msg=field)
    assert slow.structure == fast.structure
