"""Boxes that are known are found again, and what is uncertain about boxes is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from known import hand_made
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.discovery.cases import cases_of
from simulation.experiments.discovery.condition import parse_where
from simulation.experiments.discovery.prim import Peeling, prim
from simulation.experiments.sample import Factor
from simulation.experiments.synthetic import Sampling, synthetic_sample

QUICK = Peeling(resamples=2, shuffles=3)
FACTORS = (Factor("a", "Rate", "%"), Factor("b"), Factor("rule", "Rule", levels=("x", "y", "z")), Factor("idle"))


def corner(x, luck):
    """1 where a is above 0.6, b below 0.5 and the rule is not y: in 0.4 * 0.5 * 2 / 3 of all points."""
    return np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.5) & (x[:, 2] != 1), 1.0, 0.0) + 0.2 * luck


def cases(function=corner, text="y > 0.5", size=600, replications=3, **options):
    sample = synthetic_sample(function, FACTORS, Sampling(size=size, replications=replications))
    return cases_of(parse_where(text), lambda _: sample, **options)


@pytest.fixture(scope="module")
def found():
    return prim(cases())


def test_a_known_box_is_found(found):
    (box,) = found.found
    by_name = {limit.factor.name: limit for limit in box.restrictions}
    assert set(by_name) == {"a", "b", "rule"}
    assert by_name["a"].low == pytest.approx(0.6, abs=0.02)
    assert by_name["b"].high == pytest.approx(0.5, abs=0.02)
    assert by_name["rule"].levels == ("x", "z")
    assert box.coverage > 0.95
    assert box.density > 0.95
    assert max(box.quasi_p) < 1e-6
    assert box.chance == 1 / 40
    assert min(min(again) for again in box.reproduced) > 0.7


def test_coverage_density_and_quasi_p_are_what_they_say(found):
    (box,) = found.found
    points, is_case = found.cases.sample.points, found.cases.is_case
    limits = {limit.factor.name: limit for limit in box.restrictions}
    without_b = (points["a"] >= limits["a"].low) & points["rule"].isin(limits["rule"].levels)
    inside = without_b & (points["b"] <= limits["b"].high)
    assert box.coverage == pytest.approx(is_case[inside].sum() / is_case.sum())
    assert box.density == pytest.approx(is_case[inside].mean())
    assert box.mass == pytest.approx(inside.mean())
    place = [limit.factor.name for limit in box.restrictions].index("b")
    expected = stats.binomtest(int(is_case[inside].sum()), int(inside.sum()), is_case[without_b].mean(), "greater")
    assert box.quasi_p[place] == pytest.approx(expected.pvalue)
    assert box.without[place] == pytest.approx((is_case[without_b].sum() / is_case.sum(), is_case[without_b].mean()))


def test_two_corners_are_two_boxes():
    two = prim(cases(lambda x, luck: np.where((x[:, 0] > 0.8) | (x[:, 1] < 0.2), 1.0, 0.0) + 0.0 * luck), QUICK)
    assert len(two.found) == 2
    assert sorted(box.restrictions[0].factor.name for box in two.found) == ["a", "b"]
    assert two.coverage > 0.95
    assert two.density > 0.95
    assert any(line.startswith("Together: coverage") for line in two.sentences())
    assert len(prim(two.cases, dataclasses.replace(QUICK, boxes=1)).found) == 1


def test_the_trajectory_is_told_and_another_box_may_be_chosen(found):
    table = found.trajectory()
    assert table["is_chosen"].sum() == 1
    assert table["mass"].is_monotonic_decreasing
    first = table.iloc[0]
    assert (first["coverage"], first["mass"], first["restricted"]) == (1.0, 1.0, 0)
    harmonic = table["coverage"] * table["density"] / (table["coverage"] + table["density"])
    assert harmonic.idxmax() == table.index[table["is_chosen"]][0]
    other = prim(found.cases, Peeling(choice=3, boxes=1))
    assert other.found[0].chosen == 3
    with pytest.raises(InputError, match=r"boxes 0 to \d+; there is no box 500"):
        prim(found.cases, Peeling(choice=500))


def test_luck_is_counted_not_hidden():
    noisy = cases(lambda x, luck: x[:, 0] + luck, size=100, replications=4)
    assert noisy.disagreeing == np.count_nonzero((noisy.share > 0) & (noisy.share < 1)) > 50
    assert "replications; at" in noisy.sentences()[1]
    always = cases(lambda x, luck: x[:, 0] + luck, size=100, replications=4, threshold=1.0)
    assert always.count < noisy.count
    assert "One replication" in cases(size=100, replications=1).sentences()[1]


@pytest.mark.statistical
def test_where_there_is_nothing_to_find_little_is_found_and_it_is_called_luck():
    """Cases dealt at random among 200 points with 5 factors, 20 samples.

    In 200 such samples 10 % gave a box, and 1.5 % one that is not called luck (chance at most 0.05): of 20 more than 3
    would have that once in 4,000.
    """
    unnoticed = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sample = hand_made({name: rng.random(200) for name in "abcde"}, rng.random((1, 200, 1)))
        result = prim(
            cases_of(parse_where("y < 0.2"), lambda _, s=sample: s), Peeling(boxes=1, resamples=1, shuffles=39)
        )
        if not result.found:
            continue
        is_called = any("may be luck" in line for line in result.sentences())
        assert is_called == (result.found[0].chance > 0.05)
        unnoticed += not is_called
    assert unnoticed <= 3


def test_where_the_factors_decide_nothing_that_is_said():
    rng = np.random.default_rng(0)
    sample = hand_made({"a": rng.random(100)}, rng.random((1, 100, 1)))
    result = prim(cases_of(parse_where("y < 0.5"), lambda _: sample), Peeling(significance=1e-12))
    assert (result.found, result.coverage) == ((), 0.0)
    assert result.sentences()[-1] == "No box tells the cases from the other points: the factors do not decide it."
    for table in (result.table(), result.trajectory()):
        assert len(table) == 0
        assert {"box", "coverage", "density", "mass"} <= set(table)


def test_what_cannot_be_discovered_is_refused():
    sample = synthetic_sample(corner, FACTORS, Sampling(size=50))

    def of(text, sample=sample, **options):
        return cases_of(parse_where(text), lambda _: sample, **options)

    with pytest.raises(InputError, match=r"'y > 9' holds at none of the 50 points .* move its number"):
        of("y > 9")
    with pytest.raises(InputError, match="holds at all of the 50 points"):
        of("y > -9")
    with pytest.raises(InputError, match="above 0 and at most at 1"):
        of("y > 0.5", threshold=0.0)
    with pytest.raises(InputError, match="of the kind morris"):
        of("y > 0.5", sample=dataclasses.replace(sample, design="morris"))
    gap = dataclasses.replace(sample, values=np.where(np.arange(50)[None, :, None] == 3, np.nan, sample.values))
    with pytest.raises(InputError, match="leave out each point"):
        of("y > 0.5", sample=gap)
    assert of("y > 0.5", sample=gap, on_missing="drop").share.size == 49


def test_the_table_has_a_row_per_restriction(found):
    table = found.table()
    assert table["factor"].tolist() == ["a", "b", "rule"]
    assert table["levels"].tolist() == ["", "", "x z"]
    assert table["restriction"][0].startswith("Rate at least 0.")
    assert table["restriction"][0].endswith(" %")
