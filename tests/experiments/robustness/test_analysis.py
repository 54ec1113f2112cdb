"""Robustness of scenarios: directions, uncertainty, winners and refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from known import hand_made

from simulation.errors import InputError
from simulation.experiments.robustness.analysis import robustness
from simulation.experiments.robustness.metrics import Terms
from simulation.experiments.robustness.resampling import resampled_performance

NAMES = ("baseline", "safe", "bold")


def sample(values=None, **changes):
    """Costs in 80 states: the safe policy always saves 2, the bold one 6 or, in a fifth of the states, loses 8."""
    state = np.linspace(0.0, 1.0, 80)
    cost = np.array([10.0 + state, 8.0 + state, np.where(state < 0.8, 4.0, 18.0) + state])
    luck = np.random.default_rng(1).standard_normal((80, 4)) * 0.1
    made = hand_made({"x": state}, cost[:, :, None] + luck if values is None else values, scenarios=NAMES)
    return dataclasses.replace(made, **{"has_common_seeds": False} | changes)


def by(found, metric):
    return found.table().set_index(["metric", "scenario"]).loc[metric]


def test_costs_are_read_as_costs():
    found = robustness(sample(), Terms(threshold=9.5))
    worst = by(found, "maximin")
    assert worst["value"].tolist() == pytest.approx([11.0, 9.0, 19.0], abs=0.3)
    assert worst["better"].unique().tolist() == ["lower"]
    assert worst["rank"].tolist() == [2.0, 1.0, 3.0]
    assert by(found, "laplace")["rank"].tolist() == [3.0, 2.0, 1.0]
    assert by(found, "minimax_regret")["value"].tolist() == pytest.approx([6.0, 4.0, 10.0], abs=1e-9)
    assert by(found, "satisficing")["value"].tolist() == pytest.approx([0.0, 1.0, 0.8])
    assert by(found, "satisficing")["better"].unique().tolist() == ["higher"]
    table = found.table()
    assert (table["low"] <= table["high"]).all()


def test_differences_from_the_baseline_leave_luck_out():
    found = robustness(sample(), Terms(threshold=0.0), is_difference=True)
    assert found.scenarios == ("safe", "bold")
    assert by(found, "maximin")["value"].tolist() == pytest.approx([-2.0, 8.0])
    assert by(found, "satisficing")["value"].tolist() == pytest.approx([1.0, 0.8])
    assert by(found, "maximin")["error_replications"].tolist() == pytest.approx([0.0, 0.0], abs=1e-12)
    assert found.label == "Outcome, minus baseline"


def test_more_can_be_better_and_must_be_said_where_it_is_not_known():
    with pytest.raises(InputError, match="say it"):
        robustness(sample(is_lower_better=None))
    found = robustness(sample(is_lower_better=False))
    assert by(found, "maximin")["better"].unique().tolist() == ["higher"]
    assert by(found, "maximin")["rank"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.statistical
def test_the_error_of_a_mean_is_that_of_the_textbook():
    """Laplace over points: s / sqrt(P); by luck: s / sqrt(P R). 400 resamples scatter by 3.5 %; 4 of these asked."""
    rng = np.random.default_rng(5)
    state, luck = rng.standard_normal((1, 200, 1)), 2.0 * rng.standard_normal((2, 200, 3))
    made = hand_made({"x": state[0, :, 0]}, state + luck, scenarios=NAMES[:2])
    found = robustness(dataclasses.replace(made, has_common_seeds=False))
    m = [metric.name for metric in found.metrics].index("laplace")
    mean = (state + luck).mean(axis=2)
    assert found.error_points[m] == pytest.approx(mean.std(axis=1) / np.sqrt(200), rel=0.14)
    within = (state + luck).var(axis=2, ddof=1).mean(axis=1)
    assert found.error_replications[m] == pytest.approx(np.sqrt(within / 600), rel=0.14)


def test_luck_that_points_share_does_not_average_out():
    """On common seeds the mean over 50 points has the variance of the seeds' effect over R, and no less."""
    luck = np.random.default_rng(2).standard_normal((1, 1, 8)) * np.ones((1, 50, 1))
    common = np.array(
        [
            one.mean()
            for drawn in resampled_performance(
                hand_made({"x": range(50)}, luck), luck, 2000, 1, has_points=False, has_replications=True
            )
            for one in drawn
        ]
    )
    assert common.std() == pytest.approx(luck[0, 0].std(ddof=1) / np.sqrt(8), rel=0.07)  # 4 standard errors
    assert common.mean() == pytest.approx(luck.mean(), abs=0.04)


def test_blocks_are_drawn_whole():
    values = np.arange(12.0).reshape(1, 12, 1)
    sample = dataclasses.replace(hand_made({"x": range(12)}, values), blocks=np.repeat(np.arange(4), 3))
    for drawn in resampled_performance(sample, values, 20, 1, has_points=True, has_replications=True):
        parts = drawn.reshape(-1, 3)
        assert (parts[:, 1] == parts[:, 0] + 1.0).all()
        assert (parts[:, 0] % 3.0 == 0.0).all()


def test_the_probability_of_being_the_best_is_shared_where_scores_are_equal():
    cost = np.array([[5.0] * 40, [5.0] * 40, [6.0] * 40])[:, :, None] * np.ones((1, 1, 2))
    found = robustness(hand_made({"x": range(40)}, cost, scenarios=NAMES))
    m = [metric.name for metric in found.metrics].index("laplace")
    assert found.best[m].tolist() == [0.5, 0.5, 0.0]
    skewness = [metric.name for metric in found.metrics].index("skewness")
    assert found.best[skewness].tolist() == [0.0, 0.0, 0.0]


def test_the_reading_names_winners_what_is_open_and_where_metrics_disagree():
    found = robustness(sample(), Terms(threshold=9.5))
    text = " ".join(found.sentences())
    assert "Most robust for Outcome, of 11 metrics: safe by" in text
    assert "Kendall's tau" in text
    assert "rewards scatter where the oriented mean lies below -1" in text
    taus = found.agreements().set_index(["metric", "other"])["tau"]
    assert taus["maximin", "minimax_regret"] == pytest.approx(1.0)  # both rank safe, baseline, bold
    assert taus["maximin", "laplace"] == pytest.approx(-1.0 / 3.0)  # one pair of three in the same order
    assert "Without a threshold" in " ".join(robustness(sample()).sentences())


def test_one_replication_is_said():
    found = robustness(sample(sample().values[:, :, :1]))
    assert np.isnan(found.error_replications).all()
    assert "One replication a point" in found.warnings()[0]


def test_gaps_and_what_cannot_be_judged():
    values = sample().values.copy()
    values[2, 5, 0] = np.nan
    with pytest.raises(InputError, match="leave out each point"):
        robustness(sample(values))
    found = robustness(sample(values), on_missing="drop")
    assert found.points == 79
    assert "1.2 % of the points" in " ".join(found.sentences())
    with pytest.raises(InputError, match="of the kind one_at_a_time, whose points are not"):
        robustness(sample(design="one_at_a_time"))
    with pytest.raises(InputError, match="holds only one"):
        robustness(sample(sample().values[:1], scenarios=("baseline",)))
    with pytest.raises(InputError, match="a weight from 0 to 1"):
        robustness(sample(), Terms(optimism=2.0))
