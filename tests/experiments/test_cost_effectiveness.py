"""What the money buys: ratios of paired differences, checked against sums made by hand from single runs."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.experiments.comparison import compare, open_comparison
from simulation.experiments.cost_effectiveness import QUANTITIES, cost_effectiveness
from simulation.experiments.statistics import mean_interval, ratio_interval
from simulation.runs import run
from simulation.scenario.scenario import Scenario

SEEDS = (1, 2, 3, 4)
FIRST = 6
BASE = Scenario().with_(
    {
        "name": "base",
        "population.firms": 150,
        "time.months": 30,
        "time.survey_month": 6,
        "time.start_rounds": 8,
        "adoption.hazard.level": 1.0,
        "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
        "budget.per_worker": 20.0,
        "budget.discount": 0.1,
        "budget.strength": "fixed",
    }
)
GRANTS = BASE.with_({"name": "grants", "policy.subsidy": {"first": FIRST, "last": 29, "strength": 3.0}})
IDLE = BASE.with_({"name": "idle", "policy.subsidy": {"first": FIRST, "last": 29, "strength": 0.0}})
OTHERS = GRANTS.with_({"name": "others", "population.firms": 160})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bought")
    compare([BASE, GRANTS, IDLE, OTHERS, BASE.with_({"name": "plain"})], SEEDS, folder=folder, workers=2)
    return folder


@pytest.fixture(scope="module")
def table(folder):
    """Return rows by scenario and quantity."""
    return cost_effectiveness(open_comparison(folder)).set_index(["scenario", "quantity"])


def test_every_policy_has_every_quantity_and_other_scenarios_none(table):
    assert list(table.index) == [(name, q.name) for name in ("grants", "idle", "others") for q in QUANTITIES]


def discounted(values):
    months = np.arange(values.size)
    return float((values * 1.1 ** (-(months - FIRST) / 12.0) * (months >= FIRST)).sum())


def total(result, measure):
    series = result.series
    return series[(series["measure"] == measure) & (series["group"] == "all")]["value"].to_numpy()


@pytest.fixture(scope="module")
def by_hand():
    """Return by quantity the differences of four pairs of single runs."""
    found = {name: [] for name in ("public", "own", "adopters", "defects", "days", "value")}
    for seed in SEEDS:
        new, old = run(GRANTS, seed), run(BASE, seed)
        found["adopters"].append(float(new.world.firms.weight @ (new.adopted.astype(int) - old.adopted)))
        for name, measure in (
            ("public", "public_cost"),
            ("own", "own_cost"),
            ("defects", "defective_value"),
            ("days", "late_days_total"),
            ("value", "value_added"),
        ):
            found[name].append(discounted(total(new, measure)) - discounted(total(old, measure)))
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize(
    ("quantity", "name", "sign"),
    [
        ("public_cost", "public", 1.0),
        ("own_cost", "own", 1.0),
        ("additional_adopters", "adopters", 1.0),
        ("defects_avoided", "defects", -1.0),
        ("late_days_avoided", "days", -1.0),
        ("value_added", "value", 1.0),
    ],
)
def test_an_amount_is_the_mean_difference_with_its_interval(table, by_hand, quantity, name, sign):
    row = table.loc["grants", quantity]
    expected = mean_interval(sign * by_hand[name])
    assert (row["value"], row["low"], row["high"]) == pytest.approx(expected, rel=1e-9)
    assert row["n"] == 4


@pytest.mark.parametrize(
    ("quantity", "above", "below"),
    [
        ("cost_per_adopter", lambda d: d["public"], lambda d: d["adopters"]),
        ("benefit_cost", lambda d: d["value"], lambda d: d["public"]),
        ("benefit_cost_all", lambda d: d["value"] + d["own"], lambda d: d["public"] + d["own"]),
    ],
)
def test_a_ratio_is_that_of_the_means(table, by_hand, quantity, above, below):
    row = table.loc["grants", quantity]
    top, bottom = above(by_hand), below(by_hand)
    assert row["value"] == pytest.approx(top.mean() / bottom.mean(), rel=1e-9)
    assert (row["value"], row["low"], row["high"]) == pytest.approx(ratio_interval(top, bottom), rel=1e-9)


def test_deadweight_is_a_part_of_who_was_served_and_of_what_was_paid(table, folder):
    overlaps = open_comparison(folder).experiment.overlaps()
    own = overlaps[overlaps["scenario"] == "grants"]
    assert sorted(own["seed"]) == list(SEEDS)
    share = 100.0 * own["deadweight"].sum() / own["served"].sum()
    assert table.loc["grants", "deadweight"]["value"] == pytest.approx(share)
    assert table.loc["grants", "deadweight_money"]["value"] == pytest.approx(
        100.0 * own["paid_deadweight"].sum() / own["paid"].sum()
    )


def test_a_policy_that_does_nothing_has_no_cost_per_effect(table):
    idle = table.loc["idle"]
    assert (idle.loc[["public_cost", "additional_adopters", "value_added"], "value"] == 0.0).all()
    assert idle.loc["cost_per_adopter", "remark"] == "no detectable effect"
    assert idle.loc["benefit_cost", "remark"] == "no public money"
    assert idle.loc["deadweight", "remark"] == "nobody was served"
    assert idle.loc[["cost_per_adopter", "benefit_cost", "deadweight"], ["value", "low", "high"]].isna().all(axis=None)


def test_an_effect_that_goes_the_wrong_way_has_no_price(tmp_path):
    comparison = compare([BASE, GRANTS], SEEDS, folder=tmp_path / "a")
    forward = cost_effectiveness(comparison).set_index("quantity")
    assert forward.loc["cost_per_adopter", "value"] > 0.0
    less = GRANTS.with_({"name": "less", "policy.subsidy.strength": 0.0})
    back = cost_effectiveness(compare([GRANTS, less], SEEDS, folder=tmp_path / "b")).set_index("quantity")
    assert back.loc["cost_per_adopter", "remark"] == "the effect goes the wrong way"
    assert back.loc["public_cost", "value"] == pytest.approx(-forward.loc["public_cost", "value"])


def test_nobody_can_say_who_would_have_adopted_among_other_firms(table):
    assert table.loc["others", "deadweight"]["remark"] == "other firms"
    assert np.isnan(table.loc["others", "served"]["value"])


def test_without_policies_there_are_no_rows(tmp_path):
    found = cost_effectiveness(compare([BASE, BASE.with_({"name": "again"})], [1, 2], folder=tmp_path))
    assert found.empty
    assert "quantity" in found.columns


def test_one_seed_gives_amounts_and_no_ratios(tmp_path):
    found = cost_effectiveness(compare([BASE, GRANTS], [1], folder=tmp_path)).set_index("quantity")
    assert found.loc["public_cost", "value"] > 0.0
    assert np.isnan(found.loc["benefit_cost", "value"])
