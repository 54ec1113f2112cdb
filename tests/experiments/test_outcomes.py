"""Outcomes: one number per run, taken from the right months, groups and measures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.experiments.outcomes import Outcome, outcome_values, outcomes_of
from simulation.measures.measure import pool_label
from simulation.runs import run
from simulation.scenario.scenario import Scenario

SMALL = {"population.firms": 80, "time.months": 6, "time.survey_month": 3, "time.start_rounds": 8}
SHARES = {"manufacturing": 0.3, "services": 0.7}
REGIONS = {sector: {"capital": 0.5, "elsewhere": 0.5} for sector in SHARES}
FEW = {"manufacturing": 0.01, "services": 0.01}


def frame(values, *, scenario="a", seed=1, group="all", measure="m"):
    return pd.DataFrame(
        {
            "scenario": scenario,
            "seed": seed,
            "month": range(len(values)),
            "group": group,
            "measure": measure,
            "value": np.asarray(values, float),
        }
    )


def outcome(when, scale=1.0):
    return Outcome("o", "O", "", "m", "all", when, scale)


def test_money_counts_from_the_policys_first_month_and_loses_value_by_the_year():
    """In a month 7 and in another 12 months later, at 10 %: 7 + 7 / 1.1; what was paid before does not count."""
    paid = np.zeros(20)
    paid[[2, 4, 16]] = 7.0
    found = outcome_values(frame(paid), outcome("present value"), 4, 0.1)
    assert found["value"].tolist() == [pytest.approx(7.0 + 7.0 / 1.1)]


@pytest.mark.parametrize(("when", "expected"), [("last", 4.0), ("last year", 2.0), ("since start", 3.5)])
def test_runs_shorter_than_a_year_are_taken_whole(when, expected):
    assert outcome_values(frame(range(5)), outcome(when), 3, 0.0)["value"].tolist() == [expected]


def test_the_unit_of_an_outcome_is_that_of_its_measure_times_a_scale():
    assert outcome_values(frame([0.1, 0.25]), outcome("last", 100.0), 0, 0.0)["value"].tolist() == [25.0]


def test_a_measure_that_is_never_defined_has_no_mean():
    found = outcome_values(frame([np.nan] * 15), outcome("last year"), 0, 0.0)
    assert len(found) == 1
    assert found["value"].isna().all()


def test_other_groups_and_measures_do_not_enter_and_every_run_has_a_row():
    series = pd.concat(
        [
            frame([1.0, 2.0], seed=2),
            frame([1.0, 3.0], seed=1),
            frame([1.0, 4.0], scenario="b", seed=1),
            frame([9.0, 9.0], group="large"),
            frame([8.0, 8.0], measure="n"),
        ]
    )
    found = outcome_values(series, outcome("last"), 0, 0.0)
    assert list(found.itertuples(index=False, name=None)) == [("a", 1, 3.0), ("a", 2, 2.0), ("b", 1, 4.0)]


def three_sizes():
    """A scenario with medium firms between large and small ones."""
    medium = {"workers_from": 50, "workers_to": 299, "firm_share": 0.09, "worker_share": 0.3, "is_sme": True}
    changes = {
        "population.sizes": {
            "medium": medium | {"tail": 1.05, "sales_per_worker": 300.0},
            "sme": {"firm_share": 0.9, "worker_share": 0.439, "workers_to": 49},
        },
        "population.sector_share.medium": SHARES,
        "population.region_share.medium": REGIONS,
        "network.supplier_share.medium": {"manufacturing": 0.5, "services": 0.5},
    }
    tables = Scenario().resolved()["firms"]
    for name, table in tables.items():
        if isinstance(table, dict) and "sme" in table:
            changes[f"firms.{name}.medium"] = table["sme"]
    return Scenario().with_(SMALL | changes)


@pytest.mark.parametrize("scenario", [Scenario().with_(SMALL), three_sizes()], ids=["two sizes", "three sizes"])
def test_every_outcome_has_its_line_in_the_series(scenario):
    done = run(scenario, 1)
    lines = set(zip(done.series["measure"], done.series["group"], strict=True))
    chosen = outcomes_of(scenario)
    assert {(one.measure, one.group) for one in chosen} <= lines
    assert len({one.label for one in chosen}) == len(chosen)
    for one in chosen:
        found = outcome_values(done.series, one, 2, 0.05)
        assert found["seed"].tolist() == [1]


def test_where_there_are_several_small_sizes_outcomes_are_of_all_of_them():
    scenario = three_sizes()
    done = run(scenario, 1)
    assert pool_label(done.world.groups, True) == "all smes"
    assert {"large", "all smes"} <= {one.group for one in outcomes_of(scenario)}
