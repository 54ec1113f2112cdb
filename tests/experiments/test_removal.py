"""What single firms do to others: the same draws with and without their risk."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.removal import Removal, burden, remove_risk, without_risk
from simulation.runs import run_in_world
from simulation.scenario.scenario import Scenario
from simulation.state import COLUMNS
from simulation.world.build import build


@pytest.fixture(scope="module")
def usual():
    return Scenario().with_({"population.firms": 150, "time.months": 16, "time.survey_month": 4})


@pytest.fixture(scope="module")
def world(usual):
    return build(usual, 1)


def test_what_the_firms_bear_sums_to_the_tallies_of_the_run(usual, world):
    """Since the month of the survey, over the firms of each group, while partners change."""
    found = burden(world, usual, 3)
    tallies = run_in_world(world, usual, 3, has_origins=False).record.tallies.groups[4:].sum(axis=0)
    for values, column, scale in ((found.late_days, "late_days", 1.0), (found.defects, "sales_defects", 1.0 / 12.0)):
        sums = np.bincount(world.firms.group, values, world.groups.count)
        assert sums == pytest.approx(scale * tallies[:, COLUMNS.index(column)])


def test_a_firm_without_risk_trades_on_and_the_world_stays_as_it_was(world):
    before = world.firms.own_defects.copy()
    changed = without_risk(world, 7)
    assert (changed.firms.own_defects[7], changed.firms.late_chance[7]) == (0.0, 0.0)
    is_other = np.arange(before.size) != 7
    np.testing.assert_array_equal(changed.firms.own_defects[is_other], before[is_other])
    np.testing.assert_array_equal(world.firms.own_defects, before)
    assert changed.links is world.links


CHAIN = {1: [0], 2: [1]}
STEADY = {
    "lateness.buffer": 1.0, "lateness.lean": 0.0, "lateness.pass_through": 1.0, "time.start_rounds": 6,
    "adoption.hazard.level": -30.0, "defects.mismatch": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def line(scenario_with, world_of):
    """Firm 0 supplies 1, which supplies 2; nobody adopts and partners stay. Firm 3 trades with nobody."""
    scenario = scenario_with(STEADY, firms=4, months=10)
    return scenario, world_of(CHAIN, scenario, firms=4, group=[4, 5, 6, 7], own_defects=1e-6, late_chance=0.2)


def test_on_a_line_the_risk_of_the_first_firm_is_borne_downstream(line):
    """Small defects: what 1 and 2 get of a defect of 0 is M and M^2, with M = m (1 - v)."""
    scenario, world = line
    found = remove_risk(world, scenario, [0], [1, 2, 3])
    effects = found.effects().set_index(["outcome", "group"])
    labels = [" ".join(member) for member in world.groups.members()]
    passed = scenario.defects.critical_inputs * (1.0 - scenario.defects.inspection)
    sales = world.firms.final_demand + np.bincount(world.links.supplier, world.links.value, 4)
    for firm, power in ((1, 1), (2, 2)):
        row = effects.loc["defects", labels[4 + firm]]
        assert row["effect"] == pytest.approx(1e-6 * passed**power * sales[firm] * 10 / 12, rel=1e-4)
        assert effects.loc["late_days", labels[4 + firm]]["effect"] > 0.0
    for outcome in ("defects", "late_days"):
        assert effects.loc[outcome, labels[4]]["mean"] == 0.0  # the firm itself does not count
        assert effects.loc[outcome, labels[7]]["effect"] == 0.0
        parts = effects.loc[outcome].drop("all")["effect"].sum()
        assert effects.loc[outcome, "all"]["effect"] == pytest.approx(parts)


def test_the_last_firm_of_a_line_burdens_nobody(line):
    scenario, world = line
    effects = remove_risk(world, scenario, [2], [1, 2]).effects()
    assert (effects["effect"] == 0.0).all()
    assert (effects["p_value"] == 1.0).all()
    assert (effects[effects["group"] == "all"]["mean"] > 0.0).all()


def test_with_the_draws_shared_late_days_of_others_never_rise_on_a_fixed_network(line):
    """Lateness is monotone in own lateness: every single seed must show it."""
    scenario, world = line
    found = remove_risk(world, scenario, [0, 1], [5, 6, 7, 8])
    usual, without = found.borne[:, :, 0, 0], found.borne[:, :, 0, 1]
    assert (without <= usual + 1e-12).all()


def test_effects_have_the_paired_interval_of_student():
    """One firm, three seeds, one group of the eight bears anything: differences 1, 2 and 3."""
    borne = np.zeros((1, 3, 2, 2, 8))
    borne[0, :, 0, 0, 2], borne[0, :, 0, 1, 2] = [11.0, 22.0, 33.0], [10.0, 20.0, 30.0]
    groups = build(Scenario().with_({"population.firms": 10, "network.mean_suppliers": 2.0}), 1).groups
    row = Removal(groups, (4,), (1, 2, 3), borne).effects().query("outcome == 'late_days' and group == 'all'").iloc[0]
    half = stats.t.ppf(0.975, 2) / np.sqrt(3.0)
    assert (row["firm"], row["unit"], row["n"], row["mean"]) == (4, "days", 3, 22.0)
    assert (row["effect"], row["low"], row["high"]) == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_threads_change_nothing_and_progress_is_told_for_every_run(usual, world):
    runs = []
    one = remove_risk(world, usual, [3, 4], [1, 2], on_run=lambda: runs.append(1))
    two = remove_risk(world, usual, [3, 4], [1, 2], workers=2)
    np.testing.assert_array_equal(one.borne, two.borne)
    assert len(runs) == 6
    assert one.borne.shape == (2, 2, 2, 2, world.groups.count)


@pytest.mark.parametrize(
    ("firms", "seeds", "message"),
    [([], [1], "at least one"), ([1], [], "at least one"), ([150], [1], "0 to 149"), ([-1], [1], "0 to 149")],
)
def test_firms_that_do_not_exist_and_empty_lists_are_refused(usual, world, firms, seeds, message):
    with pytest.raises(InputError, match=message):
        remove_risk(world, usual, firms, seeds)
