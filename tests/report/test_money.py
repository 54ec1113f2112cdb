from __future__ import annotations

import pandas as pd
import pytest

from simulation.experiments import cost_effectiveness as effects
from simulation.experiments.cost_effectiveness import QUANTITIES, cost_effectiveness
from simulation.report import money


def test_money_names_the_envelope_what_is_spent_and_what_these_runs_spent(comparison):
    (line,) = money.spending_lines(comparison, comparison.outcomes())
    spent = comparison.spending[comparison.scenarios[1].name]
    assert line["envelope"] == f"{sum(spent['target'].values()):,.0f}"
    assert line["spent"] == f"{sum(spent['spent'].values()):,.0f}"
    assert line["verdict"] == ("yes" if spent["can_spend"] else "no")
    assert line["levers"].startswith("subsidy (strength ")


def made(**values):
    """Return a table of one policy in which every quantity is 100, but for those that are given."""
    usual = (100.0, 80.0, 120.0, "")
    rows = [
        {"scenario": "a", "quantity": q.name, "label": q.label, "unit": q.unit, "n": 9}
        | dict(zip(("value", "low", "high", "remark"), values.get(q.name, usual), strict=True))
        for q in QUANTITIES
    ]
    return pd.DataFrame(rows)


def test_what_was_bought_shows_amounts_with_intervals_and_says_why_there_is_none(base):
    nan = float("nan")
    table = made(cost_per_adopter=(nan, nan, nan, "no detectable effect"), value_added=(-3.0, -30.0, 24.0, ""))

    class Two:
        scenarios = (base, base.with_({"name": "a"}))

    heads, ((label, cells),) = money.bought(table, Two())
    by_head = dict(zip(heads, cells, strict=True))
    assert label == "a"
    assert by_head["Additional adopters, firms"] == ("100", "80 to 120", True)
    assert by_head["Value added, million won"] == ("−3", "−30 to 24", False)
    assert by_head["Public money per additional adopter, million won"] == ("–", "no detectable effect", False)


def test_every_quantity_of_the_page_is_in_the_file(comparison):
    heads, rows = money.bought(cost_effectiveness(comparison), comparison)
    assert len(heads) == len(rows[0][1]) < len(effects.QUANTITIES)
    assert len(rows) == 1  # the scenario without levers buys nothing


@pytest.mark.parametrize(
    ("n", "halved", "median", "words"),
    [
        (10, 6, 14.0, "14 months (6 of 10)"),
        (10, 3, float("inf"), "not in most (3 of 10)"),
        (1, 0, float("inf"), "not reached (0 of 1)"),
        (0, 0, float("nan"), "not defined"),
    ],
)
def test_a_gap_that_has_not_halved_is_not_given_a_number(comparison, monkeypatch, n, halved, median, words):
    rows = [
        {"scenario": scenario.name, "label": label, "n": n, "halved": halved, "median": median}
        for scenario in comparison.scenarios
        for label in ("Adopter gap", "User gap")
    ]
    monkeypatch.setattr(money, "halving", lambda chosen: pd.DataFrame(rows))
    heads, lines = money.halving_lines(comparison)
    assert heads == ["Adopter gap", "User gap"]
    assert [cells for _, cells in lines] == [[words] * 2] * 3
