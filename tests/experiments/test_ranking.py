"""Who is best: by hand on small tables, and whether the set of those not apart from the best holds the best."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.experiments.comparison import compare
from simulation.experiments.members import Member
from simulation.experiments.outcomes import Outcome, outcomes_of
from simulation.experiments.ranking import COLUMNS, _ranked, best_shares, mean_ranks, ranking
from simulation.experiments.statistics import holm, paired_difference
from simulation.scenario.scenario import Scenario

HIGHER = Outcome("score", "Score", "points", "m", "all", is_lower_better=False)
LOWER = Outcome("risk", "Risk", "ppm", "m", "all", is_lower_better=True)
NO_MEMBERS = pd.DataFrame()


def ranked(outcome, members=NO_MEMBERS, **columns):
    return pd.DataFrame(_ranked(outcome, pd.DataFrame(columns), members, 0.05)).set_index("scenario")


@given(st.lists(st.lists(st.integers(0, 3).map(float), min_size=3, max_size=3), min_size=1, max_size=12))
def test_shares_and_ranks_are_those_of_each_row(rows):
    gains = np.array(rows)
    ranks = np.array([stats.rankdata(-row) for row in gains])
    np.testing.assert_allclose(mean_ranks(gains), ranks.mean(axis=0))
    shares = best_shares(gains)
    assert shares.sum() == pytest.approx(1.0)
    by_hand = np.zeros(3)
    for row in gains:
        by_hand[row == row.max()] += 1.0 / (row == row.max()).sum()
    np.testing.assert_allclose(shares, by_hand / len(gains))


def test_probabilities_of_three_seeds_are_those_of_all_resamples():
    """All 27 resamples of three seeds can be listed; 10,000 drawn ones, tolerance five standard errors."""
    table = {"a": [0.0, 0.0, 0.0], "b": [4.0, -1.0, -2.0], "c": [-1.0, 1.0, 0.5]}
    means = np.array(
        [[np.mean([table[name][i] for i in draw]) for name in table] for draw in itertools.product(range(3), repeat=3)]
    )
    found = ranked(HIGHER, **table)
    for name, exact, rank in zip(table, best_shares(means), mean_ranks(means), strict=True):
        assert found.loc[name, "probability_best"] == pytest.approx(exact, abs=0.025)
        assert found.loc[name, "expected_rank"] == pytest.approx(rank, abs=0.05)


def test_the_direction_decides_who_is_best():
    table = {"a": [1.0, 2.0, 3.0], "b": [2.0, 3.1, 4.0], "c": [0.5, 1.4, 2.5]}
    assert ranked(HIGHER, **table)["rank"].to_dict() == {"b": 1, "a": 2, "c": 3}
    assert ranked(LOWER, **table)["rank"].to_dict() == {"c": 1, "a": 2, "b": 3}
    assert list(ranked(LOWER, **table).index) == ["c", "a", "b"]
    assert ranked(LOWER, **table)["mean"].to_dict() == {name: np.mean(values) for name, values in table.items()}


def test_exact_ties_share_rank_probability_and_expected_rank():
    luck = np.random.default_rng(1).standard_normal(9)
    found = ranked(HIGHER, base=luck, idle=luck.copy(), worse=luck - 1.0 / 3.0)
    assert found["rank"].to_dict() == {"base": 1, "idle": 1, "worse": 3}
    assert found["probability_best"].to_dict() == {"base": 0.5, "idle": 0.5, "worse": 0.0}
    assert found["expected_rank"].to_dict() == {"base": 1.5, "idle": 1.5, "worse": 3.0}
    assert not found.loc["idle", "is_apart_from_best"]
    assert found.loc["worse", "is_apart_from_best"]


def test_tests_against_the_best_are_paired_and_corrected():
    random = np.random.default_rng(2)
    luck = 5.0 * random.standard_normal(12)
    table = {
        name: luck + mean + random.standard_normal(12) for name, mean in zip("abcd", (0.0, 2.0, 1.5, -3.0), strict=True)
    }
    found = ranked(HIGHER, **table)
    best = found.index[0]
    others = [name for name in table if name != best]
    expected = dict(
        zip(others, holm(np.array([paired_difference(table[n], table[best]).p_value for n in others])), strict=True)
    )
    assert np.isnan(found.loc[best, "p_from_best"])
    for name in others:
        assert found.loc[name, "p_from_best"] == pytest.approx(expected[name])
        assert found.loc[name, "is_apart_from_best"] == (expected[name] <= 0.05)


def test_seeds_without_a_value_are_left_out_for_all_and_a_scenario_without_any_has_no_rank():
    nan = float("nan")
    found = ranked(HIGHER, a=[0.0, 0.0, 9.0, 0.0], b=[1.0, 2.0, nan, 3.0], c=[nan] * 4)
    assert found["n"].tolist() == [3, 3]
    assert list(found.index) == ["b", "a"]


def test_one_seed_says_who_is_ahead_and_nothing_of_how_sure_that_is():
    found = ranked(HIGHER, a=[0.0], b=[1.0])
    assert found["rank"].to_dict() == {"b": 1, "a": 2}
    assert not found["is_apart_from_best"].any()


def test_members_are_counted_by_the_means_over_their_seeds():
    rows = [
        {"member": member, "seed": seed, "scenario": name, "outcome": "score", "difference": change}
        for member, changes in enumerate([{"b": (1.0, 3.0), "c": (0.0, 1.0)}, {"b": (-1.0, 0.5), "c": (-2.0, 0.0)}], 1)
        for name, values in changes.items()
        for seed, change in enumerate(values)
    ]
    found = ranked(HIGHER, members=pd.DataFrame(rows), a=[0.0, 0.1], b=[1.0, 2.0], c=[0.5, 0.6])
    assert (found["members"] == 2).all()
    assert found["members_best"].to_dict() == {"b": 0.5, "c": 0.0, "a": 0.5}
    assert found["members_rank"].to_dict() == {"b": 1.5, "c": 2.5, "a": 2.0}


@pytest.mark.statistical
@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_those_not_apart_from_the_best_hold_the_best(gap):
    """In at least 95 % of 600 samples of ten scenarios; three standard errors below it: false alarm 1e-3 each."""
    random = np.random.default_rng(7)
    held = []
    for _ in range(600):
        values = 3.0 * random.standard_normal((20, 1)) + random.standard_normal((20, 10))
        values[:, 0] += gap
        found = ranked_fast(values)
        held.append(not found)
    assert np.mean(held) > 0.95 - 3.0 * np.sqrt(0.95 * 0.05 / 600)


def ranked_fast(values):
    """Say whether the first column is told apart from the best, by the same tests without the resamples."""
    best = int(np.argmax(values.mean(axis=0)))
    p_values = np.array([paired_difference(column, values[:, best]).p_value for column in values.T])
    p_values[best] = np.nan
    return holm(p_values)[0] <= 0.05


SMALL = {
    "name": "base",
    "population.firms": 80,
    "time.months": 30,
    "time.survey_month": 6,
    "time.start_rounds": 8,
    "adoption.hazard.level": -1.0,
    "budget.strength": "fixed",
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    base = Scenario().with_(SMALL)
    grants = base.with_({"name": "grants", "policy.subsidy": {"first": 6, "last": 29, "strength": 3.0}})
    idle = base.with_({"name": "idle", "policy.subsidy": {"first": 6, "last": 29, "strength": 0.0}})
    members = [Member(1, {"influence.peers": 0.2}, {}, {}), Member(2, {"influence.peers": 0.4}, {}, {})]
    return compare(
        [base, grants, idle, base.with_({"name": "alone", "influence.customers": 0.0})],
        range(1, 7),
        folder=tmp_path_factory.mktemp("ranking"),
        members=members,
        member_reps=2,
    )


def test_every_outcome_with_a_direction_ranks_the_choices(comparison):
    table = ranking(comparison)
    assert tuple(table.columns) == COLUMNS
    directed = [o.name for o in outcomes_of(comparison.baseline) if o.is_lower_better is not None]
    assert list(dict.fromkeys(table["outcome"])) == directed
    assert set(table["scenario"]) == {"base", "grants", "idle"}
    levels = comparison.levels().set_index(["outcome", "scenario"])["mean"]
    for outcome, part in table.groupby("outcome"):
        assert part["probability_best"].sum() == pytest.approx(1.0)
        assert part["expected_rank"].sum() == pytest.approx(6.0)
        assert part["members_best"].sum() == pytest.approx(1.0)
        assert (part["members"] == 2).all()
        for row in part.to_dict("records"):
            assert row["mean"] == pytest.approx(levels[outcome, row["scenario"]])
        rows = part.set_index("scenario")
        columns = ["rank", "probability_best", "expected_rank", "members_best", "members_rank"]
        assert rows.loc["base", columns].tolist() == rows.loc["idle", columns].tolist()


def test_other_scenarios_can_be_ranked_and_one_alone_cannot(comparison):
    assert set(ranking(comparison, ["alone"])["scenario"]) == {"base", "alone"}
    assert ranking(comparison, ["base"]).empty
