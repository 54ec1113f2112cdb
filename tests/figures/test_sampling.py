from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.figures.sampling import sample_around


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


def test_the_firm_where_lateness_began_joins_a_sample_that_would_leave_it_out():
    firms = firms_of(
        [0, *[1] * 12, -1], travelled=[1, *[0] * 13], late=[2.0, *[0.0] * 12, 3.0], root=[13, *range(1, 14)]
    )
    links = links_of(*((supplier, 0, 1.0) for supplier in range(1, 13)))
    sample = sample_around(firms, links, 13)
    assert sample.firms["root"].iat[0] == len(sample.firms) - 1
    assert "where inherited lateness began" in sample.rule


def test_before_a_run_there_is_no_lateness_to_follow():
    firms = firms_of([0, 1, 1, 1, -1]).drop(columns=["root", "travelled", "late"])
    sample = sample_around(firms, links_of((1, 0, 3.0), (2, 0, 2.0), (3, 0, 1.0)), 3)
    assert "lateness" not in sample.rule
    assert len(sample.firms) <= 3


def test_a_root_that_is_left_out_is_nobody():
    firms = firms_of([0, 1, 1, 1, -1], root=[4, 1, 2, 3, 4])
    sample = sample_around(firms, links_of((1, 0, 3.0), (2, 0, 2.0), (3, 0, 1.0)), 3)
    assert sample.firms["root"].iat[0] == -1
