from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.experiments.survey import survey_points
from simulation.figures.dates import date, policy_window, year
from simulation.figures.summaries import group_name, last_year, monthly, runs_note, seed_ranges
from simulation.measures import all_measures
from simulation.measures.measure import labels
from simulation.scenario.scenario import Scenario
from simulation.scenario.sections import Time
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import groups_of


def rows(values: dict[tuple[int, int], float]) -> pd.DataFrame:
    """Return rows of one group by (seed, month)."""
    return pd.DataFrame(
        [{"scenario": "a", "group": "all", "seed": s, "month": m, "value": v} for (s, m), v in values.items()]
    )


def test_monthly_gives_mean_and_t_interval_of_the_runs():
    table = monthly(rows({(1, 0): 1.0, (2, 0): 3.0}), "all")
    row = table.iloc[0]
    half = 12.706204736432095  # t of one degree of freedom at 97.5 %, times standard error 1
    assert (row["mean"], row["n"]) == (2.0, 2)
    assert row["low"] == pytest.approx(2.0 - half)
    assert row["high"] == pytest.approx(2.0 + half)


def test_monthly_counts_only_runs_with_a_value():
    table = monthly(rows({(1, 0): np.nan, (2, 0): 3.0, (1, 1): 1.0, (2, 1): 1.0}), "all")
    assert table["n"].tolist() == [1, 2]
    assert table["mean"].tolist() == [3.0, 1.0]


def test_last_year_is_the_mean_of_twelve_months_of_each_run():
    values = {(seed, month): float(month >= 12) * seed for seed in (1, 3) for month in range(24)}
    table = last_year(rows(values), ["scenario"])
    assert table["mean"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("seeds", "text"), [([1, 2, 3], "1–3"), ([5], "5"), ([9, 1, 2, 4], "1–2, 4, 9"), (range(1, 31), "1–30")]
)
def test_seeds_are_told_as_ranges(seeds, text):
    assert seed_ranges(seeds) == text


def test_a_single_run_is_said_to_have_no_interval(comparison, single):
    assert "no interval" in runs_note(single)
    assert "3 runs" in runs_note(comparison)


def test_months_are_dates_of_the_calendar():
    assert date(Time(), 33) == "October 2025"
    assert date(Time(start_year=2020), 13, is_short=True) == "Feb 2021"
    assert year(Time(), 6) == 2023.5


def test_the_window_of_the_policies_spans_all_levers():
    base = Scenario()
    early = base.with_({"policy.subsidy.first": 30, "policy.subsidy.last": 50})
    assert policy_window((base, early, base.with_({"policy.training.first": 40}))) == (30, 95)
    assert policy_window((base,)) is None


def test_groups_are_named_for_readers():
    assert group_name("sme services capital") == "SME services capital"
    assert group_name("all smes") == "all SMEs"


def test_survey_points_name_measures_and_groups_of_the_model_and_hold_shares():
    groups = groups_of(Scenario())
    points = survey_points()
    assert len({point.id for point in points}) == len(points)
    for point in points:
        measure = all_measures()[point.measure]
        assert point.group in labels(groups, measure.scope)
        assert 0.0 <= point.value <= 1.0
        assert point.status in {"measured", "assumed", "goal"}
        assert point.source
        if point.status == "assumed":
            assert point.low <= point.value <= point.high


def test_survey_points_agree_with_the_targets_of_calibration():
    fitted = pd.read_csv(shipped_folder() / "targets" / "calibration.csv").set_index("id")
    common = [point for point in survey_points() if point.id in fitted.index]
    assert len(common) >= 7
    for point in common:
        assert point.value == pytest.approx(fitted.loc[point.id, "value"])


def test_shares_of_european_firms_rise_with_size_and_over_the_years():
    table = pd.read_csv(shipped_folder() / "targets" / "eurostat.csv")
    by_year = table.pivot_table(index="year", columns="size_class", values="value")
    assert by_year.index.tolist() == [2023, 2024, 2025]
    assert (by_year["small"] < by_year["medium"]).all()
    assert (by_year["medium"] < by_year["large"]).all()
    assert (by_year.diff().dropna() > 0.0).all(axis=None)
