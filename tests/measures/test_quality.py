from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.quality import (
    defect_ppm,
    defect_ppm_firms,
    defective_value,
    passing_factor,
    sme_share_of_defects,
)


@pytest.mark.parametrize(
    ("measure", "above", "below"), [(defect_ppm, "sales_defects", "sales"), (defect_ppm_firms, "defects", "firms")]
)
def test_defects_are_parts_per_million_of_sales_or_firms(record, table, masks, measure, above, below):
    for mask in masks.values():
        expected = 1e6 * table(above)[:, mask].sum(axis=1) / table(below)[:, mask].sum(axis=1)
        assert measure(record, mask) == pytest.approx(expected, rel=1e-14)


def test_the_part_of_defects_that_began_in_small_firms_is_told_by_its_bearers(record):
    """Axes: month, origin group, links travelled, bearing group."""
    parts = record.tallies.defects
    parts[:] = 0.0
    parts[:, 4, 1, 0] = 1.0
    parts[:, 7, 2, 1] = 2.0
    parts[:, 0, 0, 0] = 1.0
    parts[:, 0, 1, 5] = 8.0
    large = np.arange(8) < 4
    assert sme_share_of_defects(record, large).tolist() == [0.75] * 3
    assert sme_share_of_defects(record, ~large).tolist() == [0.0] * 3


def test_without_origins_the_part_is_not_a_number(record):
    bare = record._replace(tallies=record.tallies._replace(defects=np.zeros((3, 0, 11, 0))))
    shares = sme_share_of_defects(bare, np.ones(8, bool))
    assert shares.shape == (3,)
    assert np.isnan(shares).all()


def test_defective_deliveries_have_the_value_of_a_twelfth_of_yearly_sales(record, table, masks):
    for mask in masks.values():
        assert defective_value(record, mask) == pytest.approx(table("sales_defects")[:, mask].sum(axis=1) / 12.0)


def test_what_firms_pass_on_is_the_mean_by_firms(record, table, masks):
    for mask in masks.values():
        expected = table("passing")[:, mask].sum(axis=1) / table("firms")[:, mask].sum(axis=1)
        assert passing_factor(record, mask) == pytest.approx(expected, rel=1e-14)
