"""What the sentences say about made-up tables, and what they must not say."""

from __future__ import annotations

import dataclasses
import re
from math import nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.report.sentences import findings
from simulation.report.view import Case

OUTCOMES = {
    "sme_manufacturing_adopters": ("% of firms", False, 26.0),
    "adopter_gap": ("points", True, 31.0),
    "large_defect_ppm": ("ppm", True, 1100.0),
    "large_on_time": ("%", False, 93.0),
    "additional_adopters": ("firms", False, 572.0),
}
UNITS = {name: unit for name, (unit, _, _) in OUTCOMES.items()}
MEANS = {name: mean for name, (_, _, mean) in OUTCOMES.items()} | {
    "large_defects_from_sme": 52.0,
    "large_late_from_sme": 11.0,
}
BASE = Case("base", "Baseline", is_policy=False)
CASH = Case("cash", "Cash", envelope=100.0, spent=99.5, paid=110.0)
SKILL = Case("skill", "Skill", envelope=100.0, spent=100.2, paid=100.0)
SHORT = Case("short", "Short", envelope=100.0, spent=40.0, paid=40.0, can_spend=False)
ALONE = Case("alone", "Alone", is_policy=False, has_influence=False)


def table(values: dict[tuple[str, str], tuple[float, float, float]], p_holm: float = 0.01) -> pd.DataFrame:
    """Return differences by (outcome, scenario); rows that are not given are exactly 0."""
    names = list(dict.fromkeys(["cash", *(scenario for _, scenario in values)]))
    rows = []
    for outcome, (unit, is_lower_better, mean) in OUTCOMES.items():
        for name in names:
            difference, low, high = values.get((outcome, name), (0.0, 0.0, 0.0))
            rows.append(
                {
                    "outcome": outcome, "label": outcome, "unit": unit, "is_lower_better": is_lower_better,
                    "scenario": name, "baseline": "base", "mean_baseline": mean, "mean_scenario": mean + difference,
                    "difference": difference, "low": low, "high": high, "n": 30, "correlation": 0.9,
                    "p_value": 0.001, "p_holm": p_holm,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def say(frame, *cases, means=MEANS):
    return [finding.text for finding in findings(frame, [BASE, *cases], means, UNITS, 99)]


def test_the_policy_that_changes_adoption_most_is_named_with_its_interval():
    adoption, _, _ = say(
        table(
            {
                ("sme_manufacturing_adopters", "cash"): (1.7, 1.2, 2.2),
                ("sme_manufacturing_adopters", "skill"): (0.4, 0.2, 0.6),
                ("adopter_gap", "cash"): (-0.39, -0.59, -0.18),
            }
        ),
        CASH,
        SKILL,
    )
    assert adoption.startswith(
        "At equal public money, the share of SMEs in manufacturing that have adopted rises most under Cash, by 1.70 "
        "points (95 % interval 1.20 to 2.20, Holm p 0.010), from 26.00 % of firms."
    )
    assert (
        "gap between large firms and SMEs narrows most under Cash, by 0.39 points (95 % interval 0.18 to 0.59"
        in adoption
    )
    assert "Skill" not in adoption
    assert "chance" not in adoption


def test_a_policy_whose_interval_overlaps_is_named_beside_the_first():
    adoption, _, _ = say(
        table(
            {
                ("sme_manufacturing_adopters", "cash"): (1.7, 1.2, 2.2),
                ("sme_manufacturing_adopters", "skill"): (1.4, 0.9, 1.9),
            }
        ),
        CASH,
        SKILL,
    )
    assert "Skill follows with overlapping intervals" in adoption


def test_an_interval_that_holds_zero_is_no_detectable_difference():
    adoption, risk, _ = say(table({("adopter_gap", "cash"): (-5.0, -11.0, 1.0)}), CASH)
    assert "the share of SMEs in manufacturing that have adopted: no detectable difference under the policy" in adoption
    assert "The adopter gap between large firms and SMEs: no detectable difference" in adoption
    assert "narrows" not in adoption
    assert risk.count("no detectable difference") == 2


def test_fewer_defects_are_better_and_more_are_worse():
    better = say(table({("large_defect_ppm", "cash"): (-8.5, -11.5, -5.4)}), CASH)[1]
    assert "The defects that large firms deliver fall under Cash, by 8.5 ppm (95 % interval 5.4 to 11.5" in better
    worse = say(table({("large_defect_ppm", "cash"): (8.5, 5.4, 11.5)}), CASH)[1]
    assert "The defects that large firms deliver rise under Cash, and no policy does better" in worse
    both = say(
        table({("large_defect_ppm", "cash"): (8.5, 5.4, 11.5), ("large_defect_ppm", "skill"): (-3.0, -4.0, -2.0)}),
        CASH,
        SKILL,
    )[1]
    assert "fall most under Skill" in both
    assert "the opposite happens under Cash" in both


def test_a_difference_that_holm_does_not_confirm_is_called_possible_chance():
    adoption, _, _ = say(table({("adopter_gap", "cash"): (-1.0, -1.5, -0.5)}, p_holm=0.2), CASH)
    assert "Holm p 0.20" in adoption
    assert "chance alone could show as much among 5 differences" in adoption


def test_a_policy_that_cannot_spend_its_money_is_not_ranked_and_is_named():
    adoption, _, money = say(
        table(
            {
                ("sme_manufacturing_adopters", "cash"): (1.0, 0.5, 1.5),
                ("sme_manufacturing_adopters", "short"): (9.0, 8.0, 10.0),
            }
        ),
        CASH,
        SHORT,
    )
    assert "under Cash" in adoption
    assert "Short" not in adoption
    assert "Short (40 of 100 million won) does not meet its envelope" in money


def test_where_no_policy_spends_its_money_nothing_is_called_equal():
    other = dataclasses.replace(SHORT, name="cash", label="Cash")
    adoption, _, _ = say(table({("sme_manufacturing_adopters", "short"): (9.0, 8.0, 10.0)}), SHORT, other)
    assert adoption.startswith("At unequal public money")
    alone, _, _ = say(table({("sme_manufacturing_adopters", "short"): (9.0, 8.0, 10.0)}), SHORT)
    assert alone.startswith("With its public money")


def test_money_that_was_not_solved_is_not_called_equal():
    written = Case("cash", "Cash")
    adoption, _, money = say(table({("adopter_gap", "cash"): (-1.0, -1.5, -0.5)}), written)
    assert "equal" not in adoption
    assert "The money of Cash was taken as written and not made equal." in money


def test_what_the_runs_spent_stands_beside_the_envelope():
    money = say(table({("adopter_gap", "skill"): (0.0, 0.0, 0.0)}), CASH, SKILL)[2]
    assert "envelope of 100 million won within 1 %; these runs spent 100 to 110." in money


def test_an_assumption_is_never_ranked_as_a_policy():
    adoption, _, money = say(
        table(
            {
                ("sme_manufacturing_adopters", "alone"): (9.0, 8.0, 10.0),
                ("additional_adopters", "alone"): (-107.5, -126.6, -88.4),
            }
        ),
        CASH,
        ALONE,
    )
    assert "Alone" not in adoption
    assert "with all of them at 0 (Alone) and without any policy 108 fewer" in money
    assert "(95 % interval 88 to 127, against 572)" in money
    assert "was not tested" in money


def test_a_policy_that_comes_with_other_changes_is_not_ranked():
    mixed = dataclasses.replace(SKILL, is_mixed=True)
    adoption, _, money = say(
        table(
            {
                ("sme_manufacturing_adopters", "cash"): (1.0, 0.5, 1.5),
                ("sme_manufacturing_adopters", "skill"): (9.0, 8.0, 10.0),
            }
        ),
        CASH,
        mixed,
    )
    assert "Skill" not in adoption
    assert "Skill changed more than a policy" in money


def test_influence_that_is_not_varied_is_said_to_be_assumed():
    money = say(table({}), CASH)[2]
    assert "does not vary them" in money
    assert "99 numbers of the model are assumed" in money


def test_without_policies_only_the_baseline_is_described():
    adoption, risk, money = say(pd.DataFrame())
    assert adoption.startswith("No policy alone was compared.")
    assert "26.00 % of firms" in adoption
    assert "52 % of the defects that large firms deliver and 11 % of their late days began in SMEs" in risk
    assert "envelope" not in money


def test_one_seed_is_not_enough_for_a_difference():
    frame = table({})
    frame[["difference", "low", "high", "p_value", "p_holm", "n"]] = [2.0, nan, nan, nan, nan, 1]
    adoption, risk, _ = say(frame, CASH)
    assert "there is only one pair of runs" in adoption
    assert "there is only one pair of runs" in risk
    assert "rises" not in adoption
    assert "detectable" not in adoption


def test_outcomes_without_values_are_said_to_have_none():
    frame = table({})
    frame[["difference", "low", "high", "p_value", "p_holm", "n"]] = [nan, nan, nan, nan, nan, 0]
    adoption, risk, _ = say(frame, CASH, means=dict.fromkeys(MEANS, nan))
    assert "there is no value in these runs" in adoption
    assert "was not recorded or is not defined" in risk


numbers = st.tuples(st.floats(-50, 50), st.floats(0, 60)).map(
    lambda pair: (pair[0], pair[0] - pair[1], pair[0] + pair[1])
)


@settings(max_examples=25)
@given(st.fixed_dictionaries({(outcome, name): numbers for outcome in OUTCOMES for name in ("cash", "skill")}))
def test_a_policy_is_named_in_a_finding_only_where_an_interval_leaves_out_zero(values):
    adoption, risk, _ = say(table(values), CASH, SKILL)
    for text, outcomes in (
        (adoption, ("sme_manufacturing_adopters", "adopter_gap")),
        (risk, ("large_defect_ppm", "large_on_time")),
    ):
        for name, label in (("cash", "Cash"), ("skill", "Skill")):
            is_clear = any(values[o, name][1] > 0.0 or values[o, name][2] < 0.0 for o in outcomes)
            assert is_clear or label not in text


@settings(max_examples=25)
@given(st.fixed_dictionaries({(outcome, "cash"): numbers for outcome in OUTCOMES}), st.sampled_from([CASH, SHORT]))
def test_sentences_never_show_a_number_that_is_none(values, case):
    for text in say(table(values), case, ALONE):
        assert not re.search(r"\b(nan|inf|None)\b", text)
        assert text.endswith(".")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_lists_of_policies_read_as_a_sentence(count):
    cases = [Case(f"p{n}", f"P{n}", envelope=100.0, spent=1.0, can_spend=False) for n in range(count)]
    money = say(table({("adopter_gap", case.name): (0.0, 0.0, 0.0) for case in cases}), *cases)[2]
    assert money.startswith(
        {
            1: "P0 (1 of 100 million won) does not meet its envelope",
            2: "P0 (1 of 100 million won) and P1 (1 of 100 million won) do not meet",
            3: "P0 (1 of 100 million won), P1 (1 of 100 million won) and P2 (1 of 100 million won) do not meet",
        }[count]
    )
