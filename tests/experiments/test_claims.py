"""The experiments behind the findings: states are held, means are equal, strengths are those that would be solved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.engines.strength import solve_strength
from simulation.experiments.claims.grid import grid
from simulation.experiments.claims.held import SETTLING, held, spread_of, still
from simulation.experiments.claims.policies import OUTCOMES, SETTINGS, effects, solved
from simulation.experiments.claims.spread import SETTINGS as GAP_SETTINGS
from simulation.experiments.claims.spread import spread
from simulation.experiments.claims.summaries import gap_effects, mean_levels, policy_effects, with_courses
from simulation.experiments.members import Member
from simulation.experiments.over_ensemble import effects_by_member, gap_by_member, grid_by_member, in_member, summary
from simulation.runs import run_in_world
from simulation.scenario.reading import load
from simulation.world.build import build

SMALL = ["population.firms=200", "time.months=44", "time.start_rounds=12", "adoption.hazard.level=-2.5"]


@pytest.fixture(scope="module")
def baseline():
    return load("tierwise:baseline", SMALL)


@pytest.fixture(scope="module")
def policies(baseline):
    return [baseline, load("tierwise:capability", [*SMALL, "policy.training.last=43"])]


@pytest.mark.parametrize("settings", [SETTINGS, GAP_SETTINGS])
def test_every_setting_is_a_scenario_and_all_differ(settings, baseline):
    digests = {baseline.with_(dict(changes)).digest() for changes in settings.values()}
    assert len(digests) == len(settings)


def test_effective_use_is_held_and_nobody_does_anything_but_deliver(baseline):
    world = build(baseline, 3)
    effective = np.linspace(0.0, 0.8, world.firms.key.size)
    engine = held(world, still(baseline), 3, effective)
    # In single precision: capacity is rounded, and its product with the user share again, by 2^-24 each.
    np.testing.assert_allclose(engine.state.effective, effective, rtol=2.0**-23, atol=0.0)
    assert engine.state.adopted.all()
    assert (engine.links.supplier == world.links.supplier).all()
    assert engine.state.late.any()


def test_states_have_one_mean_under_their_weight(baseline):
    world = build(baseline, 3)
    effective = np.random.default_rng(1).uniform(0.0, 0.8, world.firms.key.size)
    weight = world.firms.weight * world.firms.own_defects
    states = spread_of(world, effective, weight)
    means = [np.average(state, weights=weight) for state in states.values()]
    assert means == pytest.approx([means[0]] * 3)
    assert len(np.unique(states["by size"].round(12))) == 2
    assert len(np.unique(states["equal"])) == 1


def test_where_nothing_is_passed_on_the_spread_has_no_effect(baseline):
    """Then only firms' own parts are left, which the equal mean leaves as they are.

    Own defects are exactly linear in effective use. Late events are drawn, so that states differ by luck: 24 rounds x 2
    x 200 firms with a chance of 0.08 of 5 days have a standard error of about 6 % of the mean; 25 % is four of them.
    """
    alone = {"alone": {"defects.inspection": 1.0, "lateness.pass_through": 0.0}}
    found = gap_effects(spread(baseline, [1, 2], alone))
    whole = found[(found["group"] == "all")].set_index(["measure", "part"])["mean"]
    assert whole["defect_ppm"].to_numpy() == pytest.approx([0.0, 0.0], abs=1e-3)
    assert (whole["late_days"].abs() < 25.0).all()


def test_mismatch_makes_an_unequal_state_worse(baseline):
    found = gap_effects(spread(baseline, [1, 2], {name: GAP_SETTINGS[name] for name in ("chi 0", "chi 1")}))
    table = found[(found["measure"] == "defect_ppm") & (found["group"] == "all") & (found["part"] == "whole")]
    by_setting = table.set_index("setting")["mean"]
    assert by_setting["chi 1"] > by_setting["chi 0"] + 1.0


def test_late_days_rise_with_lean_and_pass_through(baseline):
    found = mean_levels(grid(baseline, [1, 2], lean=(0.0, 1.0), pass_through=(0.3, 1.0)))
    chosen = found[(found["measure"] == "late_days") & (found["group"] == "all") & (found["state"] == "everybody")]
    levels = chosen.set_index(["lean", "pass_through"])["mean"]
    assert levels[0.0, 0.3] < levels[0.0, 1.0] < levels[1.0, 1.0]
    assert levels[0.0, 0.3] < levels[1.0, 0.3] < levels[1.0, 1.0]
    assert {"structural_late", "reproduction_late", "own_late_days"} <= set(found["measure"])


def test_strengths_are_solved_anew_only_where_adoption_or_spending_may_change(policies):
    settings = {name: SETTINGS[name] for name in ("as assumed", "chi 1", "influence 0")}
    found = solved(policies, settings)
    direct = [solve_strength(policies[1].with_(dict(changes)))[0] for changes in settings.values()]
    for setting, scenario in zip(found, direct, strict=True):
        assert setting.scenarios[1].digest() == scenario.digest()


def test_effects_are_paired_with_the_baseline_of_the_same_setting_and_seed(policies):
    settings = solved(policies, {"as assumed": {}, "influence 0": SETTINGS["influence 0"]})
    found = effects(settings, [1, 2])
    assert set(found["outcome"]) <= set(OUTCOMES)
    assert len(found) == 2 * 2 * found["outcome"].nunique()
    row = found[
        (found["setting"] == "influence 0") & (found["seed"] == 2) & (found["outcome"] == "sme_defect_ppm")
    ].iloc[0]
    runs = [run_in_world(build(s, 2), s, 2, has_origins=False).series for s in settings[1].scenarios]
    means = [
        s[(s["measure"] == "defect_ppm") & (s["group"] == "sme") & (s["month"] >= 32)]["value"].mean() for s in runs
    ]
    assert row["difference"] == pytest.approx(means[1] - means[0])
    table = policy_effects(found)
    assert (table["n"] == 2).all()
    assert (table["low"] <= table["mean"]).all()


def test_every_member_spends_the_envelope_and_keeps_the_gap_apart(policies):
    members = [Member(4, {"use.speed": 0.2}, {}, {}), Member(9, {"use.speed": 0.4}, {}, {})]
    found = effects_by_member(policies, members, reps=4)
    assert sorted(found["member"].unique()) == [4, 9]
    cost = found[found["outcome"] == "public_cost"].groupby("member")["difference"].mean()
    assert cost[4] == pytest.approx(cost[9], rel=0.05)  # awards are whole, and 200 firms have few
    gaps = gap_by_member(policies[0], members, {"as assumed": {}}, reps=1)
    assert set(gaps["member"]) == {4, 9}
    lean = grid_by_member(policies[0], members, lean=(0.0,), pass_through=(1.0,), reps=2)
    assert set(zip(lean["member"], lean["seed"], strict=True)) == {(4, 1), (4, 2), (9, 1), (9, 2)}


def test_what_a_scenario_varies_itself_stays_in_every_member(baseline):
    member = Member(4, {"influence.peers": 0.9, "use.speed": 0.2}, {}, {})
    alone = baseline.with_({"name": "alone", "influence.peers": 0.0})
    found = in_member(alone, member, baseline, {"budget.seeds": 3})
    assert (found.influence.peers, found.use.speed, found.budget.seeds) == (0.0, 0.2, 3)
    assert in_member(baseline, member, baseline, {}).influence.peers == 0.9


def test_without_influence_the_last_month_is_run_anew(baseline):
    """With lateness alone nothing of a setting is left but the end state of effective use."""
    strong = baseline.with_({"influence.customers": 3.0, "influence.peers": 3.0})
    found = spread(strong, [1], {name: GAP_SETTINGS[name] for name in ("as assumed", "influence 0")})
    means = found.groupby(["setting", "state"])["value"].mean()
    assert means["as assumed", "equal"] != means["influence 0", "equal"]
    late = grid(strong, [1], lean=(1.0,), pass_through=(1.0,)).groupby("state")["value"].mean()
    assert len({late["2030"], late["influence 0"], late["everybody"]}) == 3


def test_grants_are_set_against_half_of_what_courses_change_on_the_same_seed():
    effects = pd.DataFrame(
        {
            "setting": "as assumed",
            "seed": [1, 1, 2, 2],
            "unit": "ppm",
            "outcome": "sme_defect_ppm",
            "scenario": ["cash_subsidy", "capability"] * 2,
            "difference": [-1.0, -4.0, -3.0, -4.0],
        }
    )
    found = with_courses(effects)
    beside = found[found["outcome"] == "sme_defects_beside"]
    assert beside["difference"].tolist() == [1.0, -1.0]
    assert with_courses(effects[effects["scenario"] == "cash_subsidy"]).shape[0] == 2


def test_a_summary_keeps_members_and_seeds_apart():
    frame = pd.DataFrame({"member": [1, 1, 2, 2], "scenario": "a", "difference": [1.0, 3.0, -1.0, -3.0 + 8.0]})
    row = summary(frame, ["scenario"], "difference").iloc[0]
    assert row["mean"] == pytest.approx(2.0)
    assert (row["low"], row["high"]) == (2.0, 2.0)
    assert row["seed_error"] == pytest.approx((1.0 + 3.0) / 2.0)
    assert (row["same_sign"], row["members"]) == (1.0, 2)
    assert SETTLING > 0
