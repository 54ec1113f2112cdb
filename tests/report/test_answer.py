"""What the three sentences say about made-up tables, and what they must not say."""

from __future__ import annotations

import dataclasses
import re
from math import nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.report.answer import Background, answer
from simulation.report.view import Case, View
from simulation.texts import speaking

OUTCOMES = {
    "sme_manufacturing_adopters": ("% of firms", False, 26.0),
    "adopter_gap": ("points", True, 31.0),
    "user_gap": ("points", True, 13.0),
    "sme_defect_ppm": ("ppm", True, 2066.0),
    "sme_late_days": ("days per delivery", True, 0.4),
    "additional_adopters": ("firms", False, 572.0),
}
UNITS = {name: unit for name, (unit, _, _) in OUTCOMES.items()}
BASE = Case("base", "Baseline", is_policy=False)
CASH = Case("cash", "Cash", envelope=100.0, spent=99.5, paid=110.0)
SKILL = Case("skill", "Skill", envelope=100.0, spent=100.2, paid=100.0)
SHORT = Case("short", "Short", envelope=100.0, spent=40.0, paid=40.0, can_spend=False)
ALONE = Case("alone", "Alone", is_policy=False, has_influence=False)
ADOPTERS, GAP, DEFECTS, LATE = "sme_manufacturing_adopters", "user_gap", "sme_defect_ppm", "sme_late_days"


def table(values: dict[tuple[str, str], tuple[float, float, float]], p_holm: float = 0.01, names=()) -> pd.DataFrame:
    """Return differences by (outcome, scenario); rows that are not given are exactly 0."""
    names = list(dict.fromkeys([*names, *(scenario for _, scenario in values)]))
    rows = []
    for outcome, (unit, is_lower_better, mean) in OUTCOMES.items():
        for name in names:
            difference, low, high = values.get((outcome, name), (0.0, 0.0, 0.0))
            rows.append(
                {
                    "outcome": outcome, "label": outcome, "unit": unit, "is_lower_better": is_lower_better,
                    "scenario": name, "mean_baseline": mean, "mean_scenario": mean + difference,
                    "difference": difference, "low": low, "high": high, "p_value": 0.001, "p_holm": p_holm,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def told(frame, *cases, near=(), **background):
    view = View(frame, [BASE, *cases], {}, UNITS)
    known = Background(n_assumed=99, near=lambda outcome, best, others: [n for n in others if n in near], **background)
    return answer(view, known)


def test_the_policy_that_changes_most_is_named_with_its_interval_and_its_rivals():
    values = {
        (ADOPTERS, "cash"): (1.7, 1.2, 2.2),
        (ADOPTERS, "skill"): (0.4, 0.2, 0.6),
        (GAP, "cash"): (-0.4, -0.6, -0.2),
    }
    first, _, _ = told(table(values), CASH, SKILL)
    assert first == (
        "At equal public money, the share of SMEs in manufacturing that have adopted AI rises most under Cash, by 1.70 "
        "points (1.20 to 2.20) from 26.00 % of firms, ahead of all others, and the gap in use of "
        "AI between large firms and SMEs narrows most under Cash, by 0.40 points (0.20 to 0.60) from "
        "13.00 points, ahead of all others."
    )
    assert "not to be told apart from Skill" in told(table(values), CASH, SKILL, near=("skill",))[0]


def test_one_policy_has_no_rivals():
    first, _, _ = told(table({(ADOPTERS, "cash"): (1.7, 1.2, 2.2)}), CASH)
    assert first.startswith("With its public money, the share")
    assert "rises under Cash, by 1.70 points" in first
    assert "ahead" not in first


def test_an_interval_that_holds_zero_cannot_be_told_from_chance():
    first, second, _ = told(table({(GAP, "cash"): (-5.0, -11.0, 1.0), (DEFECTS, "cash"): (2.0, -1.0, 5.0)}), CASH)
    assert "no difference in the gap in use of AI between large firms and SMEs can be told from chance" in first
    assert "(the farthest from zero: −5.0 points, −11.0 to 1.0, under Cash)" in first
    assert second.startswith("No difference in the share of defects in what SMEs deliver can be told from chance")


def test_fewer_defects_are_better_and_more_are_worse():
    better = told(table({(DEFECTS, "cash"): (-8.5, -11.5, -5.4)}), CASH)[1]
    assert "falls under Cash, by 8.5 ppm (5.4 to 11.5) from 2,066 ppm" in better
    worse = told(table({(DEFECTS, "cash"): (8.5, 5.4, 11.5)}), CASH)[1]
    assert "rises most under Cash, by 8.5 ppm" in worse
    assert "and improves under none" in worse
    both = told(table({(DEFECTS, "cash"): (8.5, 5.4, 11.5), (DEFECTS, "skill"): (-3.0, -4.0, -2.0)}), CASH, SKILL)[1]
    assert "falls most under Skill" in both
    assert "while the opposite happens under Cash" in both


def test_tiny_differences_are_not_written_as_zero():
    second = told(table({(LATE, "cash"): (-0.00005, -0.00007, -0.00003)}), CASH)[1]
    assert "by 0.050 days per 1,000 deliveries (0.030 to 0.070) from 400.0 days" in second


def test_a_difference_that_holm_does_not_confirm_may_be_chance():
    assert "(Holm p 0.20: perhaps by chance)" in told(table({(GAP, "cash"): (-1.0, -1.5, -0.5)}, p_holm=0.2), CASH)[0]
    assert "chance" not in told(table({(ADOPTERS, "cash"): (1.0, 0.5, 1.5)}), CASH)[0].replace("the same", "")


def test_one_pair_of_runs_gives_no_interval_and_says_so():
    values = {(outcome, "cash"): (1.0, nan, nan) for outcome in OUTCOMES}
    first, second, last = told(table(values, p_holm=nan), CASH)
    assert first.count("one pair of runs gives no interval") == 2
    assert second.count("one pair of runs gives no interval") == 2
    assert "one pair of runs gives no interval of what it buys" in last


def test_what_is_the_same_in_every_run_is_not_called_chance():
    assert "is the same in every run" in told(table({}, names=["cash"]), CASH)[1]


def test_the_third_sentence_tells_money_gain_and_assumptions():
    values = {("additional_adopters", "cash"): (7.0, 5.7, 8.4), ("additional_adopters", "skill"): (2.0, 1.0, 3.0)}
    last = told(table(values), CASH, SKILL)[2]
    assert last == (
        "Each policy spends 100 million won of public money, which adds most adopters under Cash (7.0 firms, "
        "5.7 to 8.4); all of this rests on 99 numbers that are assumed, not measured."
    )
    assert "no additional adopter can be told from chance" in told(table({}, names=["cash"]), CASH)[2]


def test_a_policy_that_misses_its_envelope_is_named_and_not_ranked():
    values = {(ADOPTERS, "short"): (9.0, 8.0, 10.0), (ADOPTERS, "cash"): (1.0, 0.5, 1.5)}
    first, _, last = told(table(values), CASH, SHORT)
    assert "under Cash" in first
    assert "Short" not in first
    assert "Short does not spend the envelope, so the comparison is not at equal money" in last


def test_money_that_was_not_made_equal_is_not_called_equal():
    unsolved = dataclasses.replace(CASH, envelope=nan, spent=nan)
    other = dataclasses.replace(unsolved, name="skill", label="Skill")
    first, _, last = told(table({(ADOPTERS, "cash"): (1.0, 0.5, 1.5)}, names=["cash", "skill"]), unsolved, other)
    assert first.startswith("At unequal public money")
    assert "taken as written and not made equal" in last


def test_scenarios_that_vary_an_assumption_are_not_called_policies():
    first, _, last = told(table({(ADOPTERS, "alone"): (-2.0, -3.0, -1.0)}), ALONE)
    assert first.startswith("With other assumptions, the share of SMEs in manufacturing")
    assert "money" not in first + last


def test_the_ensemble_is_told_apart_from_the_seeds():
    values = {(ADOPTERS, "cash"): (1.7, 1.2, 2.2)}
    last = told(table(values), CASH, members=20, spread={(ADOPTERS, "cash"): (0.7, 2.3)})[2]
    assert "over 20 other parameter sets that fit the survey Cash changes the share of SMEs in manufacturing" in last
    assert "by +0.70 to +2.30 points (95 % of them)" in last


def test_of_one_scenario_levels_are_told():
    levels = {ADOPTERS: (23.4, 22.9, 23.9), "adopter_gap": (31.0, 30.0, 32.0), DEFECTS: (2066.0, 2060.0, 2072.0),
              LATE: (0.4, 0.39, 0.41), "large_defects_from_sme": (52.0, 51.0, 53.0)}  # fmt: skip
    first, second, last = told(pd.DataFrame(), levels=levels)
    assert first.startswith(
        "At the end of Baseline, the share of SMEs in manufacturing that have adopted AI is 23.40 %"
    )
    assert "(22.90 to 23.90)" in first
    assert "2,066 ppm (2,060 to 2,072)" in second
    assert last.startswith("52.0 % (51.0 to 53.0) of the defects that large firms deliver began in SMEs")
    single = told(pd.DataFrame(), levels={name: (value, nan, nan) for name, (value, _, _) in levels.items()})
    assert "interval" not in single[0] + single[1]
    assert single[2].startswith("One run gives no interval")


def test_firms_of_one_kind_have_no_gap():
    view = View(pd.DataFrame(), [BASE], {}, {})
    assert "there is no gap between sizes" in answer(view, Background())[0]


NUMBERS = st.floats(-50.0, 50.0).map(lambda x: round(x, 3))
ROW = st.tuples(NUMBERS, st.floats(0.0, 20.0), st.sampled_from([0.001, 0.2, nan]))


@pytest.mark.parametrize("language", ["en", "ko"])
@settings(max_examples=60)
@given(rows=st.lists(ROW, min_size=12, max_size=12), is_single=st.booleans(), near=st.booleans())
def test_no_table_makes_a_sentence_that_claims_more_than_it_holds(language, rows, is_single, near):
    values, holm = {}, []
    for place, (name, outcome) in enumerate([(n, o) for n in ("cash", "skill") for o in OUTCOMES]):
        difference, half, p = rows[place]
        values[outcome, name] = (
            (difference, nan, nan) if is_single else (difference, difference - half, difference + half)
        )
        holm.append(p)
    frame = table(values)
    frame["p_holm"] = [holm[place] for place in range(len(frame))]
    with speaking(language):
        sentences = told(frame, CASH, SKILL, near=("cash", "skill") if near else ())
    assert len(sentences) == 3
    for sentence in sentences:
        assert sentence.endswith(".")
        assert not re.search(r"[⟨⟩\[\]{}]|nan|None|\.\.|  ", sentence)
        assert sentence.count("(") == sentence.count(")")
    named = " ".join(sentences[:2])
    clear = [key for key, (_, low, high) in values.items() if low > 0.0 or high < 0.0]
    if language == "ko":
        assert ("가장 크게" in named) <= bool(clear)
    else:
        assert (" most under " in named) <= bool(clear)
        assert not re.search("[가-힣]", named)
