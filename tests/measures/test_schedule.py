from __future__ import annotations

import numpy as np
import pytest

from simulation.measures import schedule


@pytest.mark.parametrize(
    ("measure", "above", "below"),
    [
        (schedule.on_time_share, "on_time", "deliveries"),
        (schedule.on_time_share_sales, "sales_on_time", "sales_deliveries"),
        (schedule.late_days, "late_days", "deliveries"),
        (schedule.own_late_days, "own_late_days", "deliveries"),
    ],
)
def test_a_share_is_a_sum_over_a_sum(record, table, masks, measure, above, below):
    for mask in masks.values():
        expected = table(above)[:, mask].sum(axis=1) / table(below)[:, mask].sum(axis=1)
        assert measure(record, mask) == pytest.approx(expected, rel=1e-14)


def test_the_part_of_late_days_that_began_in_small_firms_is_told_by_its_bearers(record):
    """Origin groups come first, bearing groups last."""
    days = record.tallies.late_days
    days[:] = 0.0
    days[:, 5, 0] = 3.0  # began in a small firm, borne by a large one
    days[:, 1, 0] = 1.0
    days[:, 1, 6] = 9.0
    large = np.arange(8) < 4
    assert schedule.sme_share_of_late_days(record, large).tolist() == [0.75] * 3
    assert schedule.sme_share_of_late_days(record, ~large).tolist() == [0.0] * 3


def test_without_origins_the_part_is_not_a_number(record):
    bare = record._replace(tallies=record.tallies._replace(late_days=np.zeros((3, 0, 0))))
    shares = schedule.sme_share_of_late_days(bare, np.ones(8, bool))
    assert shares.shape == (3,)
    assert np.isnan(shares).all()


def test_the_realised_reproduction_number_is_inherited_over_the_round_before(record):
    record.tallies.late_inherited[:] = [3.0, 0.0, 0.0]
    record.tallies.late_before[:] = [12.0, 5.0, 0.0]
    values = schedule.reproduction_late(record, np.ones(8, bool))
    assert values[:2].tolist() == [0.25, 0.0]
    assert np.isnan(values[2])


def test_late_days_of_all_deliveries_are_added_up(record, table, masks):
    for mask in masks.values():
        found = schedule.late_days_total(record, mask)
        assert found == pytest.approx(schedule.late_days(record, mask) * table("deliveries")[:, mask].sum(axis=1))
