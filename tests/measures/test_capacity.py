from __future__ import annotations

import numpy as np
import pytest

from simulation.measures.capacity import capacity, quality_effect
from simulation.state import COLUMNS


def test_capacity_is_the_mean_over_firms(record, table, masks):
    expected = table("capacity")[:, 4:].sum(axis=1) / table("firms")[:, 4:].sum(axis=1)
    assert capacity(record, masks["sme"]) == pytest.approx(expected, rel=1e-14)


def test_the_cut_of_defects_is_the_mean_over_adopters(record, table, masks):
    expected = table("quality_effect")[:, :4].sum(axis=1) / table("adopters")[:, :4].sum(axis=1)
    assert quality_effect(record, masks["large"]) == pytest.approx(expected, rel=1e-14)


def test_without_adopters_there_is_no_cut(record, masks):
    record.tallies.groups[1, :, COLUMNS.index("adopters")] = 0.0
    assert np.isnan(quality_effect(record, masks["all"])).tolist() == [False, True, False]
