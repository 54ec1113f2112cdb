from __future__ import annotations

import pytest

from simulation.rules.influence import Influence, peer_influence, pressure


def test_peers_of_other_regions_count_less():
    assert peer_influence(0.4, 0.1, 0.0) == 0.4
    assert peer_influence(0.4, 0.1, 0.5) == pytest.approx((0.4 + 0.05) / 1.5, rel=1e-15)
    assert peer_influence(0.4, 0.4, 0.3) == pytest.approx(0.4, rel=1e-15)


def test_pressure_weighs_the_three_channels():
    weights = Influence(customers=2.0, suppliers=3.0, peers=5.0)
    assert pressure(1.0, 0.0, 0.0, weights) == 2.0
    assert pressure(0.0, 1.0, 0.0, weights) == 3.0
    assert pressure(0.0, 0.0, 1.0, weights) == 5.0
    assert pressure(0.1, 0.2, 0.3, weights) == pytest.approx(2.3, rel=1e-15)


def test_a_channel_with_weight_zero_is_off():
    assert pressure(1.0, 1.0, 1.0, Influence(0.0, 0.0, 0.0)) == 0.0
