"""What a report says of choosing: sentences about precision, rows of the ranking, planes of the frontier."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from simulation.experiments.frontier import COLUMNS as FRONTIER
from simulation.experiments.ranking import COLUMNS as RANKING
from simulation.report.choosing import (
    about,
    common_draws_line,
    frontier_planes,
    percent,
    precision_lines,
    ranking_lines,
)

NAN = float("nan")


class Three:
    """A comparison of three scenarios, without runs."""

    def __init__(self, base):
        self.baseline = base
        self.scenarios = (base, base.with_({"name": "a_b"}), base.with_({"name": "c"}))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.001, "<1 %"), (0.426, "43 %"), (0.9999, ">99 %"), (1.0, "100 %"), (NAN, "–")],
)
def test_what_is_not_certain_is_not_rounded_to_certainty(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1.04, "1.0"), (9.96, "10.0"), (12.4, "12"), (517, "520"), (296_154, "300,000")]
)
def test_large_numbers_have_two_figures(number, text):
    assert about(number) == text


def stopping(**changes):
    line = {
        "outcome": "adopter_gap", "label": "Adopter gap", "unit": "points", "wanted": 0.1, "got": 0.09, "widest": "c",
        "is_reached": True, "held_from": 41, "independent_seeds": 517,
    }  # fmt: skip
    return {"seeds": 46, "max_seeds": 200, "outcomes": [line | changes]}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {},
            "adopter_gap: at most ±0.1 points wanted, held from 41 seeds on; widest with 46: ±0.09 (C). "
            "Independent seeds: about 520 of each scenario.",
        ),
        (
            {"got": 0.0, "independent_seeds": None},
            "adopter_gap: at most ±0.1 points wanted, held from 41 seeds on; widest with 46: 0, because all pairs "
            "differ by the same.",
        ),
        (
            {"got": 0.2, "is_reached": False, "held_from": None, "independent_seeds": None},
            "adopter_gap: at most ±0.1 points wanted, stopped before that with 46 seeds; widest with 46: ±0.2 (C), so "
            "that about 180 are needed.",
        ),
        (
            {"got": None, "is_reached": False, "held_from": None, "independent_seeds": None},
            "adopter_gap: at most ±0.1 points wanted, stopped before that with 46 seeds; widest with 46: not defined "
            "(C).",
        ),
    ],
)
def test_a_sentence_says_whether_a_precision_was_reached(changes, text):
    assert precision_lines(stopping(**changes), str.upper) == [text]


def test_the_most_seeds_allowed_are_named_where_they_were_not_enough():
    found = stopping(got=0.2, is_reached=False, held_from=None) | {"max_seeds": 46}
    assert "46 seeds, the most allowed, were not enough" in precision_lines(found)[0]
    assert precision_lines(None) == []


def test_common_draws_are_told_by_their_median_and_their_least():
    table = pd.DataFrame({"variance_reduction": [12.0, NAN, math.inf, 1.5, 410.0]})
    line = common_draws_line(table)
    assert "would need 12 times as many runs (median over differences; the least is 1.5)" in line
    assert common_draws_line(pd.DataFrame()) == ""
    assert common_draws_line(pd.DataFrame({"variance_reduction": [NAN, math.inf]})) == ""


def ranks(rows):
    usual = dict.fromkeys(RANKING, 0) | {"outcome": "o", "label": "O", "is_lower_better": True}
    return pd.DataFrame([usual | row for row in rows], columns=RANKING)


def test_the_best_stands_beside_what_cannot_be_told_from_it(base):
    table = ranks(
        [
            {"scenario": "c", "rank": 1, "probability_best": 0.8, "members": 4, "members_best": 0.25},
            {"scenario": "a_b", "rank": 2, "probability_best": 0.2, "members": 4, "members_best": 0.75},
            {"scenario": base.name, "rank": 3, "is_apart_from_best": True, "members": 4},
        ]
    )
    (line,) = ranking_lines(table, Three(base))
    assert (line.best, line.near, line.n_apart) == ("c (80\u00a0%)", "a b (20\u00a0%)", 1)
    assert line.members == "a b (75\u00a0%), c (25\u00a0%)"
    assert line.direction == "lower is better"


def test_ties_of_all_and_of_two_are_told(base):
    same = [{"scenario": name, "rank": 1, "probability_best": 1 / 3} for name in (base.name, "a_b", "c")]
    (line,) = ranking_lines(ranks(same), Three(base))
    assert (line.best, line.near, line.n_apart, line.members) == ("all the same in every run", "–", 0, "")
    assert ranking_lines(ranks(same[:2]), Three(base)) == []  # two need no table
    assert ranking_lines(ranks([]), Three(base)) == []


def plane(rows):
    usual = dict.fromkeys(FRONTIER, NAN) | {
        "effect": "e", "label": "Effect", "unit": "days", "n": 9, "cost": 0.0, "cost_low": 0.0, "cost_high": 0.0,
        "gain": 0.0, "gain_low": 0.0, "gain_high": 0.0, "status": "frontier", "dominated_by": "", "compared_with": "",
        "remark": "", "probability": 1.0, "status_equal_cost": "",
    }  # fmt: skip
    return pd.DataFrame([usual | row for row in rows], columns=FRONTIER)


def test_planes_say_where_policies_lie_and_at_what_price(base):
    table = plane(
        [
            {"scenario": base.name},
            {
                "scenario": "a_b", "status": "extendedly dominated", "dominated_by": f"{base.name} + c", "gain": 2.0,
                "gain_low": 1.5, "gain_high": 2.5, "cost": 80.0, "cost_low": 75.0, "cost_high": 85.0,
                "probability": 0.002,
            },
            {
                "scenario": "c", "compared_with": base.name, "gain": 10.0, "gain_low": 8.0, "gain_high": 12.0,
                "cost": 100.0, "cost_low": 90.0, "cost_high": 110.0, "icer": 10.0, "icer_low": 8.0, "icer_high": 13.0,
                "probability_equal_cost": 1.0,
            },
        ]
    )  # fmt: skip
    (found,) = frontier_planes(table, Three(base))
    first, second, third = found.options
    assert (first.status, first.cost_interval, first.gain_interval) == ("on the frontier", "", "")
    assert second.status == "extendedly dominated, by baseline and c"
    assert (second.probability, second.equal, second.icer, second.is_on_it) == ("<1 %", "–", "–", False)
    assert third.status == "on the frontier, above baseline"
    assert (third.icer, third.icer_interval, third.equal) == ("10.0", "8.0 to 13.0", "100 %")
    assert (third.gain, third.cost_interval) == ("+10.0", "90 to 110")
    assert frontier_planes(table[:2], Three(base)) == []
