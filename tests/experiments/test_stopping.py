"""The sequential rule: widths as of prefixes, looking ahead, and what coverage is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.comparison import compare, open_comparison
from simulation.experiments.seeds import plan_seeds
from simulation.experiments.statistics import mean_interval
from simulation.experiments.stopping import Rule, Watch, half_widths, independent_seeds, stop_at
from simulation.scenario.scenario import Scenario

SMALL = {
    "name": "base",
    "population.firms": 80,
    "time.months": 30,
    "time.survey_month": 6,
    "time.start_rounds": 8,
    "adoption.hazard.level": -2.5,
    "budget.strength": "fixed",
}
BASE = Scenario().with_(SMALL)
GRANTS = BASE.with_({"name": "grants", "policy.subsidy": {"first": 6, "last": 29, "strength": 2.0}})
ALONE = BASE.with_({"name": "alone", "influence.customers": 0.0, "influence.peers": 0.0})


@given(
    st.lists(st.one_of(st.integers(-1000, 1000).map(float), st.just(np.nan)), min_size=1, max_size=25),
    st.sampled_from([0.0, 1e9]),
)
def test_half_widths_are_those_of_the_intervals_of_the_first_values(values, level):
    changes = np.array(values)[:, np.newaxis] + level
    found = half_widths(changes)[:, 0]
    for n, half in enumerate(found, 1):
        mean, low, _ = mean_interval(changes[:n, 0])
        expected = mean - low if np.isfinite(low) else np.inf
        assert half == pytest.approx(expected, rel=1e-6, abs=1e-5)


def rule(**changes):
    return Rule({"adopter_gap": 1.0}, **changes)


def test_the_rule_stops_when_widths_have_held_for_the_look_ahead():
    wide, narrow = [False], [True]
    assert stop_at(wide * 11 + narrow * 5, rule()) is None
    assert stop_at(wide * 11 + narrow * 6, rule()) == (12, 17)
    assert stop_at(wide * 11 + narrow * 9, rule()) == (12, 17)


def test_a_width_that_does_not_hold_starts_the_look_ahead_again():
    assert stop_at([False] * 11 + [True] * 5 + [False] + [True] * 6, rule()) == (18, 23)


def test_nothing_is_judged_before_the_smallest_number_of_seeds():
    assert stop_at([True] * 30, rule()) == (10, 15)
    assert stop_at([True] * 30, rule(min_seeds=3, look_ahead=0)) == (3, 3)


def test_above_a_hundred_seeds_the_look_ahead_is_a_share_of_them():
    assert rule().ahead(100) == 5
    assert rule().ahead(150) == 7
    assert stop_at([False] * 149 + [True] * 8, rule()) == (150, 157)


def simulated(draw, target, histories=2000, longest=400):
    """Return the share of histories whose interval holds the mean of 0 where the rule stops, and the mean number."""
    width = 1.959964 / np.sqrt(target)
    changes = draw((longest, histories))
    halves = half_widths(changes)
    means = np.cumsum(changes, axis=0) / np.arange(1, longest + 1)[:, np.newaxis]
    covered, seeds = [], []
    for k in range(histories):
        stop = stop_at((halves[:, k] <= width).tolist(), rule())
        assert stop is not None
        seeds.append(stop[1])
        covered.append(abs(means[stop[1] - 1, k]) <= halves[stop[1] - 1, k])
    return float(np.mean(covered)), float(np.mean(seeds))


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "target", "coverage"),
    [("normal", 20, 0.939), ("normal", 100, 0.947), ("exponential", 20, 0.899), ("exponential", 100, 0.914)],
)
def test_coverage_after_stopping_is_what_the_page_says(name, target, coverage):
    """Differences of spread 1 for which about ``target`` seeds give the width; 95 % is what fixed normal samples give.

    Of 2,000 histories; four standard errors of their share: false alarm below 1e-4 each.
    """
    random = np.random.default_rng(target)
    draws = {"normal": random.standard_normal, "exponential": lambda size: random.exponential(size=size) - 1.0}
    found, seeds = simulated(draws[name], target)
    assert found == pytest.approx(coverage, abs=4.0 * np.sqrt(coverage * (1.0 - coverage) / 2000))
    assert target < seeds < target + 15


@given(st.floats(0.1, 10.0), st.floats(0.02, 5.0))
def test_independent_seeds_are_the_fewest_that_give_the_width(spread, width):
    new, old = np.array([-spread, 0.0, spread]), np.array([0.0, spread, -spread])
    n = independent_seeds(new, old, width)

    def half(count):
        return stats.t.ppf(0.975, 2 * (count - 1)) * np.sqrt(2.0 * spread**2 / count)

    assert half(n) <= width * (1.0 if n < 10_000 else 1.001)
    assert n == 2 or half(n - 1) > width


def test_more_independent_seeds_than_can_be_counted_are_none():
    values = np.array([0.0, 1.0, 5.0])
    assert independent_seeds(values, values, 1e-9) is None
    assert independent_seeds(values, values, 1e-300) is None
    assert independent_seeds(values, values, 1e-6) > 1e12


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return compare(
        [BASE, GRANTS, ALONE],
        reps="auto",
        precision={"adopter_gap": 4.0, "user_gap": 0.5},
        max_reps=60,
        folder=tmp_path_factory.mktemp("auto"),
        workers=2,
    )


def test_a_comparison_stops_when_all_intervals_are_narrow(found):
    table = found.differences()
    for name, width in (("adopter_gap", 4.0), ("user_gap", 0.5)):
        rows = table[table["outcome"] == name]
        assert len(rows) == 2
        assert (0.5 * (rows["high"] - rows["low"]) <= width).all()
    stopping = found.stopping
    assert stopping["is_reached"]
    assert 15 <= len(found.seeds) == stopping["seeds"] < 60
    assert found.seeds == tuple(range(1, len(found.seeds) + 1))


def test_the_stop_is_the_first_that_the_rule_allows(found):
    """The widths of the saved runs, seed by seed, give the same number again."""
    values = found.outcomes().pivot(index=["outcome", "seed"], columns="scenario", values="value")
    holds = []
    for name, width in (("adopter_gap", 4.0), ("user_gap", 0.5)):
        table = values.loc[name][["base", "grants", "alone"]].to_numpy()
        halves = half_widths(table[:, 1:] - table[:, :1])
        holds.append((halves <= width).all(axis=1))
    start, stop = stop_at(np.all(holds, axis=0).tolist(), Rule({"adopter_gap": 4.0}))
    assert stop == len(found.seeds)
    assert start == max(line["held_from"] for line in found.stopping["outcomes"])


def test_the_manifest_says_rule_precision_and_what_was_got(found):
    stopping = open_comparison(found.experiment.folder).stopping
    assert stopping["precision"] == {"adopter_gap": 4.0, "user_gap": 0.5}
    assert (stopping["min_seeds"], stopping["look_ahead"], stopping["max_seeds"]) == (10, 5, 60)
    first = stopping["outcomes"][0]
    rows = found.differences().set_index(["outcome", "scenario"]).loc["adopter_gap"]
    half = 0.5 * (rows["high"] - rows["low"])
    assert first["got"] == pytest.approx(half.max())
    assert first["widest"] == half.idxmax()
    assert first["independent_seeds"] > 10


def test_the_number_does_not_depend_on_workers(found, tmp_path):
    again = compare(
        [BASE, GRANTS, ALONE],
        reps="auto",
        precision={"user_gap": 0.5, "adopter_gap": 4.0},
        max_reps=60,
        folder=tmp_path,
        workers=5,
    )
    assert again.seeds == found.seeds
    assert again.experiment.runs()["digest"].tolist() == found.experiment.runs()["digest"].tolist()


def test_too_few_seeds_are_said_with_the_width_that_was_got(tmp_path):
    few = compare(
        [BASE, ALONE], range(5, 50), reps="auto", precision={"adopter_gap": 1e-3}, max_reps=16, folder=tmp_path
    )
    assert few.seeds == tuple(range(5, 21))
    assert not few.stopping["is_reached"]
    (line,) = few.stopping["outcomes"]
    assert line["got"] > 1e-3
    assert line["held_from"] is None


def test_given_seeds_have_no_rule(tmp_path):
    assert compare([BASE, GRANTS], [1, 2], folder=tmp_path).stopping is None


@pytest.mark.parametrize(
    ("precision", "message"),
    [
        ({"adopters_gap": 1.0}, "there is no outcome 'adopters_gap'; did you mean 'adopter_gap'"),
        ({"zzz": 1.0}, "there is no outcome 'zzz'; there are adopter_gap, "),
        ({"adopter_gap": 0.0}, "the precision of adopter_gap is 0.0; it has to be a number above 0, in points"),
        ({"adopter_gap": float("nan")}, "has to be a number above 0"),
        ({"adopter_gap": float("inf")}, "has to be a number above 0"),
        ({}, "needs a precision"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_before_anything_runs(tmp_path, precision, message):
    with pytest.raises(InputError, match=message):
        compare([BASE, GRANTS], reps="auto", precision=precision, folder=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_precision_needs_two_scenarios_and_enough_seeds_and_the_firms_it_is_about():
    with pytest.raises(InputError, match="at least two scenarios"):
        Watch(rule(), [BASE])
    with pytest.raises(InputError, match="at most 14 seeds are too few"):
        Watch(rule(max_seeds=14), [BASE, GRANTS])


def test_seeds_are_given_or_counted_or_found():
    assert plan_seeds(None, None, None, None) == (list(range(1, 31)), None)
    assert plan_seeds(None, 4, None, None) == ([1, 2, 3, 4], None)
    assert plan_seeds([7, 3], None, None, None) == ([7, 3], None)
    seeds, chosen = plan_seeds(range(100, 200), "auto", {"user_gap": 1.0}, 40)
    assert seeds == list(range(100, 140))
    assert chosen == Rule({"user_gap": 1.0}, 40)
    assert len(plan_seeds(None, "auto", {"user_gap": 1.0}, None)[0]) == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, "auto", None, None), "needs a precision"),
        ((None, 3, {"user_gap": 1.0}, None), 'are for reps="auto"'),
        (([1], None, None, 5), 'are for reps="auto"'),
        (([1], 3, None, None), "not both"),
        ((None, 0, None, None), "at least one seed"),
        (([1, 2, 1], None, None, None), "the seed 1 is given twice"),
    ],
)
def test_arguments_that_exclude_each_other_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        plan_seeds(*arguments)
