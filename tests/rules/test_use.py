from __future__ import annotations

import pytest

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


def test_the_user_share_is_half_its_ceiling_at_log_odds_zero():
    assert user_share(0.0, PARAMETERS) == 0.45
