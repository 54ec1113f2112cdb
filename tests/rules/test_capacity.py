"""Learning on a few numbers; its steady states are in tests/laws/test_steady_states.py."""

from __future__ import annotations

import pytest

from simulation.rules.capacity import Capacity, effective_use, learning, linear_use, next_capacity, steady_capacity

PARAMETERS = Capacity(learning=1.0, time_saved=0.05, learning_share=0.4, spill_in=0.25, forgetting=0.1)


def test_capacity_gains_on_what_is_missing_and_returns_to_its_start():
    # 0.5 + 0.2 x 0.5 - 0.1 x (0.5 - 0.3)
    assert next_capacity(0.5, 0.3, 0.2, PARAMETERS) == pytest.approx(0.58, rel=1e-15)


@pytest.mark.parametrize(("adopted", "gain"), [(1, 0.01), (0, 0.0025)])
def test_workers_of_firms_that_have_not_adopted_teach_less(adopted, gain):
    assert learning(0.5, adopted, 1.0, 0.0, PARAMETERS) == pytest.approx(gain, rel=1e-14)


def test_time_spent_on_rest_teaches_nothing():
    assert learning(0.5, 1, 0.0, 0.0, PARAMETERS) == 0.0


def test_no_training_teaches_more_than_what_is_not_forgotten():
    assert learning(0.5, 1, 1.0, 7.0, PARAMETERS) == 0.9


def test_effective_use_is_the_users_of_adopters_times_capacity_to_its_power():
    assert linear_use(1.0, 0.6, 0.5) == 0.3
    assert linear_use(0.0, 0.6, 0.5) == 0.0
    assert linear_use(0.5, 0.6, 0.5) == 0.15
    assert effective_use(1.0, 0.6, 0.25, PARAMETERS._replace(exponent=0.5)) == pytest.approx(0.3, rel=1e-15)


@pytest.mark.parametrize(
    ("gain", "forgets", "steady"),
    [(0.1, 0.3, 0.4), (0.3, 0.1, 0.8), (0.2, 0.0, 1.0), (0.0, 0.3, 0.2), (0.0, 0.0, 0.2), (0.1, 0.1, 0.6)],
)
def test_capacity_settles_between_its_start_and_one(gain, forgets, steady):
    assert steady_capacity(0.2, gain, PARAMETERS._replace(forgetting=forgets)) == pytest.approx(steady, rel=1e-14)
