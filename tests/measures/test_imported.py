"""Tables by origin: the origin group comes first, the bearing group last."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.imported import (
    MEASURES,
    defects_at_depth,
    defects_from,
    imported_risk,
    late_days_from,
    late_deliveries_at_depth,
    late_deliveries_at_depth_by_size,
    late_deliveries_from,
    net_exports,
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
    assert shares[1, 4] == pytest.approx(counts[1, 4].sum() / counts[1].sum(), rel=1e-14)
    by_size = late_deliveries_at_depth_by_size(record)
    assert by_size.shape == (3, DEPTH_BINS, 2)
    assert by_size[1, 4, 0] == pytest.approx(counts[1, 4, :4].sum() / counts[1, :, :4].sum(), rel=1e-14)
    assert by_size[1, 4, 1] == pytest.approx(counts[1, 4, 4:].sum() / counts[1, :, 4:].sum(), rel=1e-14)


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


PARTS = [(), ("size",), ("region",), ("size", "sector"), ("size", "sector", "region")]


@pytest.mark.parametrize("kind", ["late_days", "late_deliveries", "defects"])
@pytest.mark.parametrize("origins", PARTS)
@pytest.mark.parametrize("bearers", PARTS)
def test_any_two_groupings_have_the_same_whole(record, kind, origins, bearers):
    rows, columns, table = imported_risk(record, kind, origins, bearers)
    assert table.shape == (3, len(rows), len(columns))
    cells = imported_risk(record, kind, PARTS[-1], PARTS[-1])[2]
    assert table.sum(axis=(1, 2)) == pytest.approx(cells.sum(axis=(1, 2)), rel=1e-12)
    assert imported_risk(record, kind, (), bearers)[2][:, 0] == pytest.approx(table.sum(axis=1), rel=1e-12)


def test_a_grouping_sums_its_cells(record):
    rows, columns, table = imported_risk(record, "late_days", ["region"], ["size"])
    members = record.groups.members()
    origin = [region == "elsewhere" for _, _, region in members]
    bearer = [size == "large" for size, _, _ in members]
    expected = record.tallies.late_days[1][np.ix_(origin, bearer)].sum()
    assert table[1, rows.index("elsewhere"), columns.index("large")] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("kind", ["late_days", "late_deliveries", "defects"])
@pytest.mark.parametrize("part", [0, 1, 2])
def test_what_all_parts_export_net_sums_to_nothing(record, kind, part):
    labels = [member[part] for member in record.groups.members()]
    net = [net_exports(record, kind, np.array([label == name for label in labels])) for name in dict.fromkeys(labels)]
    assert np.sum(net, axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert np.abs(net).max() > 0.0


def test_an_exporter_causes_more_than_it_bears(record):
    record.tallies.late_days[:] = 0.0
    record.tallies.late_days[:, 3, 5] = 2.0
    record.tallies.late_days[:, 3, 3] = 7.0  # its own business
    first = np.arange(8) == 3
    assert net_exports(record, "late_days", first).tolist() == [2.0] * 3
    assert net_exports(record, "late_days", ~first).tolist() == [-2.0] * 3


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_months_in_which_origins_were_not_followed_have_no_exports(record, measure):
    record.tallies.defects[0] = 0.0
    values = measure.of(record, np.arange(8) < 4)
    assert np.isnan(values[0])
    assert np.isfinite(values[1:]).all()


def test_a_month_in_which_one_firm_has_defects_of_its_own_was_followed(record):
    """Firms without own defects, and months whose defects all came from elsewhere, do not decide it together."""
    record.tallies.defects[1, :, 0] = 0.0
    record.tallies.defects[1, 3, 0, 3] = 0.5
    record.tallies.defects[2, :, 0] = 0.0
    for measure in MEASURES:
        values = measure.of(record, np.arange(8) < 4)
        assert np.isfinite(values[:2]).all()
        assert np.isnan(values[2])


def test_net_exports_are_told_per_delivery_and_in_ppm_of_sales(record, table):
    mask = np.arange(8) < 4
    late, defects = (measure.of(record, mask) for measure in MEASURES)
    assert late == pytest.approx(net_exports(record, "late_days", mask) / table("deliveries").sum(axis=1), rel=1e-14)
    assert defects == pytest.approx(1e6 * net_exports(record, "defects", mask) / table("sales").sum(axis=1), rel=1e-14)


def test_where_origins_were_not_followed_nobody_exports_in_any_month(record):
    none = record.tallies._replace(
        late_days=np.zeros((3, 0, 0)), late_roots=np.zeros((3, 0, 0)), defects=np.zeros((3, 0, DEPTH_BINS, 0))
    )
    for kind in ("late_days", "late_deliveries", "defects"):
        assert net_exports(record._replace(tallies=none), kind, np.arange(8) < 4).tolist() == [0.0, 0.0, 0.0]
