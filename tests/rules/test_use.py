from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.use import Use, next_log_odds, target_log_odds, user_share

PARAMETERS = Use(level=-1.0, growth=0.05, capacity=2.0, adoption=0.3, access=0.4, partners=0.5, ceiling=0.9, speed=0.25)


def test_the_target_adds_its_terms():
    # -1 + 0.05 x 12 + 2 x (0.75 - 0.5) + 0.3 + 0.4 x 0.5 + 0.5 x (0.7 - 0.5)
    assert target_log_odds(12, 0.75, 1, 0.5, 0.7, PARAMETERS) == pytest.approx(0.7, rel=1e-14)


def test_a_firm_without_adoption_subsidy_or_unusual_partners_keeps_the_level():
    assert target_log_odds(0, 0.5, 0, 0.0, 0.5, PARAMETERS) == -1.0


def test_a_month_covers_part_of_the_distance():
    assert next_log_odds(0.0, 2.0, PARAMETERS) == 0.5
    assert next_log_odds(1.0, 1.0, PARAMETERS) == 1.0


STEPS = [2.0**23, 2.0**44]


@pytest.mark.parametrize("steps", STEPS)
def test_the_user_share_is_half_its_ceiling_at_log_odds_zero(steps):
    assert user_share(0.0, steps, PARAMETERS) == pytest.approx(0.45, abs=0.5 / steps)


@pytest.mark.parametrize("steps", STEPS)
@given(log_odds=st.floats(-60.0, 60.0), ceiling=st.floats(0.1, 1.0))
def test_the_user_share_is_the_logistic_curve_rounded_to_steps(steps, log_odds, ceiling):
    """Half a step (a whole one where 1 is left out), and an exponential good to one unit in the last place."""
    share = user_share(log_odds, steps, PARAMETERS._replace(ceiling=ceiling))
    assert (share * steps).is_integer()
    assert 0.0 <= share < 1.0
    assert share == pytest.approx(
        ceiling / (1.0 + exp(-log_odds)), abs=(1.0 if ceiling > 1.0 - 1.0 / steps else 0.5) / steps + 1e-15
    )


def test_nobody_is_a_user_beyond_the_last_step():
    assert user_share(700.0, 2.0**23, PARAMETERS._replace(ceiling=1.0)) == 1.0 - 2.0**-23
    assert user_share(-700.0, 2.0**23, PARAMETERS) == 0.0
