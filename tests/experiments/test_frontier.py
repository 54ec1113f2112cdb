"""The frontier against its definition by willingness to pay, and its table against sums made by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.experiments.comparison import compare
from simulation.experiments.cost_effectiveness import paired_sums
from simulation.experiments.frontier import COLUMNS, EFFECTS, frontier, is_on_frontier, statuses
from simulation.experiments.statistics import mean_interval, ratio_interval
from simulation.scenario.scenario import Scenario

POINTS = st.lists(st.tuples(st.integers(-3, 6), st.integers(-4, 6)), min_size=1, max_size=7)


def planes(points):
    cost, gain = np.array(points, float).T
    return cost, gain


def wanted_by_somebody(cost, gain):
    """Who pays w per unit of the effect takes the largest w x effect - cost: the frontier is what anybody takes.

    Between whole numbers up to 10, prices change the choice at ratios of differences alone; who pays nothing takes the
    largest effect among the cheapest, who pays any price the cheapest of the largest effect.
    """
    prices = sorted(
        {(a - b) / (c - d) for a in cost for b in cost for c in gain for d in gain if (a - b) * (c - d) > 0}
    )
    between = [price + step for price in prices for step in (0.0, 1e-4)]
    taken = np.zeros(cost.size, bool)
    for price in [1e-6, *between, 1e6]:
        worth = price * gain - cost
        taken |= np.isclose(worth, worth.max(), rtol=0.0, atol=1e-9)
    return taken


@given(POINTS)
def test_on_the_frontier_is_what_somebody_would_pay_for(points):
    cost, gain = planes(points)
    np.testing.assert_array_equal(is_on_frontier(cost, gain), wanted_by_somebody(cost, gain))


@given(POINTS)
def test_statuses_follow_their_definitions(points):
    cost, gain = planes(points)
    mixtures = [
        (share * cost[a] + (1.0 - share) * cost[b], share * gain[a] + (1.0 - share) * gain[b])
        for a in range(cost.size)
        for b in range(cost.size)
        for share in np.linspace(0.0, 1.0, 21)
    ]
    for place, status in enumerate(statuses(cost, gain)):
        own = (cost[place], gain[place])
        is_dominated = any(c <= own[0] and g >= own[1] and (c, g) != own for c, g in zip(cost, gain, strict=True))
        assert (status == "dominated") == is_dominated
        if status == "frontier":
            assert not any(c < own[0] - 1e-9 and g > own[1] + 1e-9 for c, g in mixtures)


@given(POINTS, st.permutations(range(7)))
def test_the_frontier_does_not_depend_on_the_order_or_on_shift_and_scale(points, order):
    cost, gain = planes(points)
    whole = is_on_frontier(cost, gain)
    moved = [place for place in order if place < cost.size]
    np.testing.assert_array_equal(is_on_frontier(cost[moved], gain[moved]), whole[moved])
    np.testing.assert_array_equal(is_on_frontier(4.0 * cost + 8.0, 0.5 * gain - 3.0), whole)


def test_many_resamples_at_once_are_as_one_by_one():
    random = np.random.default_rng(4)
    cost, gain = random.integers(0, 5, (2, 300, 6)).astype(float)
    each = np.array([is_on_frontier(c, g) for c, g in zip(cost, gain, strict=True)])
    np.testing.assert_array_equal(is_on_frontier(cost, gain), each)


def test_a_textbook_case():
    """Nothing, then ICERs of 10 and 30; C lies above the line from B to D, E costs more than D and brings less."""
    cost = np.array([0.0, 100.0, 180.0, 250.0, 300.0])
    gain = np.array([0.0, 10.0, 12.0, 15.0, 14.0])
    assert statuses(cost, gain) == ["frontier", "frontier", "extendedly dominated", "frontier", "dominated"]


SEEDS = tuple(range(1, 9))
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
        "budget.strength": "fixed",
    }
)


def grants(name, strength):
    return BASE.with_({"name": name, "policy.subsidy": {"first": 6, "last": 29, "strength": strength}})


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    alone = BASE.with_({"name": "alone", "influence.customers": 0.0})
    scenarios = [BASE, grants("idle", 0.0), grants("less", 0.3), grants("more", 1.0), alone]
    return compare(scenarios, SEEDS, folder=tmp_path_factory.mktemp("frontier"), workers=2)


@pytest.fixture(scope="module")
def table(comparison):
    return frontier(comparison)


def spending(**envelopes):
    """Return what a comparison knows of policies that spend their envelopes, and of one that cannot."""
    return {
        name: {"target": {"subsidy": amount}, "spent": {"subsidy": amount}, "seeds": [1], "can_spend": amount < 1e6}
        for name, amount in envelopes.items()
    }


def test_every_effect_has_the_baseline_and_the_policies_from_the_cheapest(table):
    assert tuple(table.columns) == COLUMNS
    assert list(dict.fromkeys(table["effect"])) == list(EFFECTS)
    for _, part in table.groupby("effect"):
        assert set(part["scenario"]) == {"base", "idle", "less", "more"}
        assert part["cost"].is_monotonic_increasing


def test_costs_and_effects_are_the_mean_paired_differences(comparison, table):
    sums = paired_sums(comparison)
    row = table.set_index(["effect", "scenario"]).loc["late_days_avoided", "more"]
    assert (row["cost"], row["cost_low"], row["cost_high"]) == pytest.approx(
        mean_interval(sums["public_cost"]["more"].to_numpy())
    )
    assert (row["gain"], row["gain_low"], row["gain_high"]) == pytest.approx(
        mean_interval(sums["late_days_avoided"]["more"].to_numpy())
    )
    assert row["n"] == len(SEEDS)


def test_a_policy_that_does_nothing_shares_the_place_of_the_baseline(table):
    for _, part in table.set_index("scenario").groupby("effect"):
        assert part.loc["idle", "status"] == part.loc["base", "status"] == "frontier"
        assert part.loc["idle", "probability"] == part.loc["base", "probability"] == 1.0
        assert part.loc["idle", "compared_with"] == ""


def test_statuses_and_ratios_follow_from_the_means(comparison, table):
    sums = paired_sums(comparison)
    seen = set()
    for effect, part in table.groupby("effect"):
        rows = part.set_index("scenario")
        assert rows["status"].tolist() == statuses(rows["cost"].to_numpy(), rows["gain"].to_numpy())
        for name, row in rows.iterrows():
            below = row["compared_with"]
            assert (row["dominated_by"] == "") == (row["status"] == "frontier")
            if not below:
                assert np.isnan(row["icer"])
                continue
            cost, gain = (sums[key][name] - sums[key][below] for key in ("public_cost", effect))
            if mean_interval(gain.to_numpy())[1] > 0.0:
                expected = ratio_interval(cost.to_numpy(), gain.to_numpy())
                assert (row["icer"], row["icer_low"], row["icer_high"]) == pytest.approx(expected)
                seen.add("ratio")
            else:
                assert np.isnan(row["icer"])
                assert row["remark"] == "no detectable difference in effect"
                seen.add("remark")
    assert "ratio" in seen


def test_without_envelopes_nothing_is_said_of_equal_cost(table):
    assert (table["status_equal_cost"] == "").all()
    assert table["probability_equal_cost"].isna().all()


def test_at_equal_cost_only_the_largest_effect_is_left(comparison):
    alike = dataclasses.replace(comparison, spending=spending(less=50.0, more=50.0))
    rows = frontier(alike).set_index(["effect", "scenario"]).loc["additional_adopters"]
    assert rows.loc["more", "gain"] > rows.loc["less", "gain"] > 0.0
    assert rows.loc["more", "status_equal_cost"] == "frontier"
    assert rows.loc["less", "status_equal_cost"] == "dominated"
    assert rows.loc["more", "probability_equal_cost"] + rows.loc["less", "probability_equal_cost"] == pytest.approx(1.0)
    assert rows.loc["base", "probability_equal_cost"] == 1.0
    assert rows["cost"].nunique() == 3  # what was paid stays as it was


def test_other_envelopes_and_those_that_cannot_be_spent_are_not_made_equal(comparison):
    for amounts in ({"less": 50.0, "more": 90.0}, {"less": 2e6, "more": 2e6}):
        found = frontier(dataclasses.replace(comparison, spending=spending(**amounts)))
        assert (found["status_equal_cost"] == "").all()


def test_scenarios_can_be_chosen(comparison):
    assert set(frontier(comparison, ["less"])["scenario"]) == {"base", "less"}


def test_without_policies_there_are_no_rows(comparison):
    found = frontier(comparison, ["alone"])
    assert found.empty
    assert tuple(found.columns) == COLUMNS
