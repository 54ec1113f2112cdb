from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.comparison import compare
from simulation.experiments.halving import GAPS, halving, months_to_half
from simulation.scenario.scenario import Scenario


@pytest.mark.parametrize(
    ("gap", "survey", "months"),
    [
        ([4.0, 2.0, 1.5, 1.0], 1, 2),
        ([4.0, 2.0, 1.0, 1.5], 1, 1),
        ([-4.0, -3.0, -2.0], 0, 2),
        ([2.0, 1.9, 1.8], 0, np.inf),
        ([2.0, np.nan, 1.0], 0, 2),
        ([0.1, 2.0, 1.5], 1, np.inf),
    ],
)
def test_the_first_month_at_half_of_the_surveys_gap_counts(gap, survey, months):
    assert months_to_half(np.array(gap), survey) == months


@pytest.mark.parametrize("gap", [[np.nan, 1.0], [0.0, 0.0]])
def test_without_a_gap_at_the_survey_there_is_nothing_to_halve(gap):
    assert np.isnan(months_to_half(np.array(gap), 0))


@given(st.floats(0.001, 0.5), st.floats(-8.0, 8.0).filter(lambda start: abs(start) > 1e-6))
def test_an_exponential_gap_halves_after_its_half_life(rate, start):
    gap = start * np.exp(-rate * np.arange(2000))
    assert months_to_half(gap, 5) == pytest.approx(np.ceil(np.log(2.0) / rate), abs=1)  # rounding at whole months


def test_runs_that_never_halve_are_counted_and_make_the_median_infinite(tmp_path):
    base = Scenario().with_({"name": "a", "population.firms": 100, "time.months": 12, "time.survey_month": 6})
    table = halving(compare([base], [1, 2, 3], folder=tmp_path, workers=1))
    assert table["gap"].tolist() == list(GAPS) * 3
    assert table["group"].unique().tolist() == ["all", "manufacturing", "services"]
    user = table[table["group"] == "all"].set_index("gap").loc["user_gap_log_odds"]
    assert (user["n"], user["halved"], user["median"], user["horizon"]) == (3, 0, np.inf, 5)


def test_within_a_sector_its_own_gap_counts(tmp_path):
    """In services alone the gap is closed at once after the survey."""
    base = Scenario().with_({"name": "a", "population.firms": 100, "time.months": 12, "time.survey_month": 6})
    comparison = compare([base], [1, 2], folder=tmp_path, workers=1)
    series = comparison.experiment.series(["user_gap_log_odds", "adopter_gap_log_odds"]).astype({"group": str})
    is_closed = (series["group"] == "services") & (series["measure"] == "user_gap_log_odds") & (series["month"] > 6)
    series.loc[is_closed, "value"] = 0.0

    class Changed:
        baseline, scenarios = comparison.baseline, comparison.scenarios

        class experiment:  # noqa: N801 - stands for the folder
            @staticmethod
            def series(measures):
                return series

    table = halving(Changed)
    found = table[table["gap"] == "user_gap_log_odds"].set_index("group")["median"]
    assert (found["all"], found["manufacturing"], found["services"]) == (np.inf, np.inf, 1)
