"""What can be chosen, and resamples of seeds that keep together what belongs together."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.experiments.choices import RESAMPLES, choices, resampled_means
from simulation.scenario.scenario import Scenario

BASE = Scenario().with_({"name": "base"})
GRANTS = BASE.with_({"name": "grants", "policy.subsidy": {"first": 36, "last": 40}})
DEARER = GRANTS.with_({"name": "dearer", "title": "More money", "budget.per_worker": 9.0})
ALONE = BASE.with_({"name": "alone", "influence.customers": 0.0})
GRANTS_ALONE = GRANTS.with_({"name": "grants_alone", "influence.customers": 0.0})


def names(scenarios, chosen=None):
    return [scenario.name for scenario in choices(SimpleNamespace(scenarios=tuple(scenarios)), chosen)]


def test_policies_are_choices_and_other_assumptions_are_not():
    assert names([BASE, GRANTS, ALONE, DEARER, GRANTS_ALONE]) == ["base", "grants", "dearer"]


def test_without_policies_all_scenarios_are_choices():
    assert names([BASE, ALONE]) == ["base", "alone"]


def test_choices_can_be_named_and_the_baseline_is_always_one():
    assert names([BASE, GRANTS, ALONE, DEARER], ["alone", "dearer"]) == ["base", "alone", "dearer"]
    with pytest.raises(InputError, match="there is no scenario 'dearest' in the comparison; did you mean 'dearer'"):
        names([BASE, DEARER], ["dearest"])


def test_resampled_means_have_the_mean_and_the_error_of_the_mean():
    """Exact moments of the bootstrap; 10,000 fixed resamples, tolerances of five standard errors."""
    values = np.random.default_rng(1).exponential(size=(25, 2))
    found = resampled_means(values)
    assert found.shape == (RESAMPLES, 2)
    error = values.std(axis=0) / 5.0
    np.testing.assert_array_less(np.abs(found.mean(axis=0) - values.mean(axis=0)), 5.0 * error / 100.0)
    np.testing.assert_allclose(found.std(axis=0), error, rtol=0.05)
    shared = np.corrcoef(values.T)[0, 1]
    assert np.corrcoef(found.T)[0, 1] == pytest.approx(shared, abs=0.05)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_equal_columns_stay_equal_to_the_last_bit(values):
    column = np.array(values)
    found = resampled_means(np.column_stack([column, np.zeros(column.size), column]))
    assert (found[:, 0] == found[:, 2]).all()
    assert (found[:, 1] == 0.0).all()


def test_the_same_seeds_are_drawn_for_every_table():
    values = np.random.default_rng(2).standard_normal((6, 3))
    np.testing.assert_array_equal(resampled_means(values)[:, 1:2], resampled_means(values[:, 1:2]))
