"""What is said of influence, and of policies whose money is not equal."""

from __future__ import annotations

import dataclasses
from math import nan

import pandas as pd

from simulation.report.money import spending_remarks
from simulation.report.resting import influence_line
from simulation.report.view import Case, View

BASE = Case("base", "Baseline", is_policy=False)
CASH = Case("cash", "Cash", envelope=100.0, spent=99.5, paid=110.0)
ALONE = Case("alone", "Alone", is_policy=False, has_influence=False)


def view(*cases, difference=0.0, low=0.0, high=0.0):
    rows = [
        {
            "outcome": "additional_adopters", "scenario": case.name, "difference": difference, "low": low,
            "high": high, "mean_baseline": 572.0,
        }
        for case in cases
    ]  # fmt: skip
    return View(pd.DataFrame(rows), [BASE, *cases], {}, {})


def test_influence_that_is_not_varied_is_said_to_be_assumed():
    assert influence_line(view(CASH)).endswith("this comparison does not vary them.")


def test_what_its_absence_changes_is_told_with_its_interval():
    line = influence_line(view(CASH, ALONE, difference=-107.5, low=-126.6, high=-88.4))
    assert "with all of them at 0 (Alone) and without any policy 108 fewer firms adopt (88 to 127, against 572)" in line
    assert line.endswith("was not tested.")
    assert "more firms" in influence_line(view(ALONE, difference=5.0, low=1.0, high=9.0))
    assert "cannot be told" in influence_line(view(ALONE, difference=5.0, low=-1.0, high=11.0))


def test_a_baseline_without_influence_says_so():
    none = dataclasses.replace(BASE, has_influence=False)
    assert influence_line(View(pd.DataFrame(), [none], {}, {})) == (
        "In Baseline no firm is influenced by its partners' adoption."
    )


def test_policies_at_other_money_are_named():
    short = dataclasses.replace(CASH, name="short", label="Short", spent=40.0, can_spend=False)
    written = dataclasses.replace(CASH, name="written", label="Written", envelope=nan)
    mixed = dataclasses.replace(CASH, name="mixed", label="Mixed", is_mixed=True)
    assert spending_remarks(view(CASH)) == []
    lines = spending_remarks(view(CASH, short, written, mixed))
    assert lines[0].startswith("Short does not meet the envelope; what it changes is not")
    assert lines[1].startswith("The money of Written was taken as written")
    assert lines[2].startswith("Mixed changed more than a policy")
    other = dataclasses.replace(short, name="other", label="Other")
    assert spending_remarks(view(short, other))[0].startswith(
        "Short and Other do not meet the envelope; what they change"
    )
