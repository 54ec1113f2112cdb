from __future__ import annotations

import pytest

from simulation.policies.paid_access import PaidAccess


def test_a_firm_gets_subscriptions_for_its_share_of_workers(scenario_with, world_of):
    world = world_of({}, scenario_with(firms=3), firms=3, workers=[10.0, 40.0, 5.0])
    row = PaidAccess(share=0.5, price=0.04, award_months=7).row(world.firms, world.groups)
    assert row.monthly == pytest.approx([0.2, 0.8, 0.1], rel=1e-15)
    assert row.access_subsidy.tolist() == [0.5] * 3
    assert row.duration == 7
    assert not row.training.any()
