"""Tables by origin: the origin group comes first, the bearing group last."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.imported import (
    defects_at_depth,
    defects_from,
    late_days_from,
    late_deliveries_at_depth,
    late_deliveries_from,
)
from simulation.state import COLUMNS, DEPTH_BINS


@pytest.mark.parametrize(("measure", "tally"), [(late_days_from, "late_days"), (late_deliveries_from, "late_roots")])
def test_lateness_is_told_per_delivery_of_its_bearer(record, table, measure, tally):
    values = measure(record)
    assert values.shape == (3, 8, 8)
    expected = getattr(record.tallies, tally)[2, 5, 1] / table("deliveries")[2, 1]
    assert values[2, 5, 1] == pytest.approx(expected, rel=1e-15)


def test_defects_are_told_in_ppm_of_the_bearers_sales_over_all_depths(record, table):
    values = defects_from(record)
    assert values.shape == (3, 8, 8)
    expected = 1e6 * record.tallies.defects[1, 3, :, 6].sum() / table("sales")[1, 6]
    assert values[1, 3, 6] == pytest.approx(expected, rel=1e-14)


def test_a_bearing_group_without_firms_has_no_numbers(record):
    for name in ("deliveries", "sales"):
        record.tallies.groups[:, 2, COLUMNS.index(name)] = 0.0
    record.tallies.late_days[:, :, 2] = 0.0
    record.tallies.late_roots[:, :, 2] = 0.0
    record.tallies.defects[..., 2] = 0.0
    for measure in (late_days_from, late_deliveries_from, defects_from):
        values = measure(record)
        assert np.isnan(values[:, :, 2]).all()
        assert np.isfinite(np.delete(values, 2, axis=2)).all()


def test_depths_of_late_deliveries_are_shares(record):
    shares = late_deliveries_at_depth(record)
    counts = record.tallies.late_depth
    assert shares.shape == (3, DEPTH_BINS)
    assert shares.sum(axis=1) == pytest.approx(np.ones(3), rel=1e-14)
    assert shares[1, 4] == pytest.approx(counts[1, 4] / counts[1].sum(), rel=1e-14)


def test_depths_of_defects_are_shares_for_large_and_for_other_bearers(record):
    shares = defects_at_depth(record)
    assert shares.shape == (3, DEPTH_BINS, 2)
    assert shares.sum(axis=1) == pytest.approx(np.ones((3, 2)), rel=1e-14)
    parts = record.tallies.defects[0, :, :, :4].sum(axis=(0, 2))
    assert shares[0, :, 0] == pytest.approx(parts / parts.sum(), rel=1e-14)


def test_a_month_without_late_deliveries_has_no_depths(record):
    record.tallies.late_depth[1] = 0.0
    record.tallies.defects[2] = 0.0
    assert np.isnan(late_deliveries_at_depth(record)[1]).all()
    assert np.isnan(defects_at_depth(record)[2]).all()
    assert np.isfinite(defects_at_depth(record)[:2]).all()
