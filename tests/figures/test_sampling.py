from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.figures.layout import dot_areas, tier_layout
from simulation.figures.sampling import sample_around
from simulation.scenario.scenario import Scenario
from simulation.world.build import groups_of


def firms_of(tiers, **columns):
    count = len(tiers)
    plain = {
        "sector": ["manufacturing"] * count,
        "region": ["capital"] * count,
        "workers": np.full(count, 20.0),
        "sales": np.arange(count, 0, -1.0),
        "root": np.arange(count),
        "travelled": np.zeros(count, int),
        "late": np.zeros(count),
    }
    return pd.DataFrame({"tier": tiers} | plain | columns)


def links_of(*pairs):
    return pd.DataFrame(
        [{"supplier": s, "buyer": b, "value": v} for s, b, v in pairs], columns=["supplier", "buyer", "value"]
    )


def test_tiers_run_from_left_to_right_and_the_largest_firm_lies_in_the_middle_of_its_cell():
    firms = firms_of([0, 1, 1, 1, 2, 5, -1], workers=[500.0, 9.0, 80.0, 9.0, 9.0, 9.0, 9.0])
    layout = tier_layout(firms, groups_of(Scenario()))
    x = layout.position[:, 0]
    assert x[5] < x[4] < min(x[1:4])
    assert max(x[1:4]) < x[0]
    middle = np.array([layout.columns["tier 1"], layout.rows["manufacturing\ncapital"]])
    distance = np.linalg.norm(layout.position[1:4] - middle, axis=1)
    assert distance.argmin() == 1
    assert (layout.position >= 0.0).all()
    assert (layout.position <= layout.size).all()


def test_larger_firms_have_larger_dots_within_limits():
    areas = dot_areas(firms_of([1, 1, 1, 1], workers=[1.0, 5.0, 50.0, 1e6]))
    assert (np.diff(areas) >= 0.0).all()
    assert areas.max() <= 500.0


def test_a_small_network_is_shown_whole():
    sample = sample_around(firms_of([0, 1, 1]), links_of((1, 0, 5.0), (2, 0, 1.0)), 10)
    assert sample.is_whole
    assert len(sample.firms) == 3
    assert sample.links[["supplier", "buyer"]].to_numpy().tolist() == [[1, 0], [2, 0]]


def test_of_a_large_network_the_suppliers_with_the_largest_purchases_come_first():
    firms = firms_of([0, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1])
    links = links_of(*((supplier, 0, float(supplier)) for supplier in range(1, 6)))
    sample = sample_around(firms, links, 4)
    assert not sample.is_whole
    assert sample.firms["sales"].tolist()[0] == 12.0
    assert len(sample.firms) <= 4
    assert set(sample.links["buyer"]) == {0}
    assert sample.links["value"].max() == 5.0


def test_a_late_firm_is_joined_with_the_firm_where_its_lateness_began():
    firms = firms_of([0, 1, 2], travelled=[2, 0, 0], late=[3.0, 0.0, 4.0], root=[2, 1, 2])
    sample = sample_around(firms, links_of((1, 0, 1.0), (2, 1, 1.0)), 10)
    assert sample.inherited == [(2, 0)]


def test_an_inherited_lateness_of_zero_days_is_no_arrow():
    firms = firms_of([0, 1], travelled=[1, 0], late=[0.0, 0.0], root=[1, 1])
    assert sample_around(firms, links_of((1, 0, 1.0)), 10).inherited == []


def test_the_firm_where_lateness_began_joins_a_sample_that_would_leave_it_out():
    firms = firms_of(
        [0, *[1] * 12, -1], travelled=[1, *[0] * 13], late=[2.0, *[0.0] * 12, 3.0], root=[13, *range(1, 14)]
    )
    links = links_of(*((supplier, 0, 1.0) for supplier in range(1, 13)))
    sample = sample_around(firms, links, 13)
    assert len(sample.inherited) == 1
