"""Exponential own delays: what exceeds a buffer, the latest of several suppliers, and how many are made late.

For X exponential with mean theta: Pr(X > B + x) = exp(-(B + x) / theta), E(X - B)+ = theta exp(-B / theta), and the
mean of the largest of n is theta H_n. All tests here draw from the model; seeds are fixed, and the chance of a false
alarm had they been drawn is stated. Samples are independent copies of one small network.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

from simulation.engines.structure import structural_late

pytestmark = pytest.mark.statistical


def late_world(scenario_with, world_of, desk_of, suppliers, size, copies, sources, chance=1.0, **changes):
    """Return a desk with copies of a small network in which only the first ``sources`` firms have own events."""
    values = {
        "lateness.buffer": 0.0,
        "lateness.pass_through": 1.0,
        "lateness.has_supplier_slack": False,
        "lateness.tolerance": 0.0,
        "process.schedule_effect": 0.0,
    } | {f"lateness.{name}" if name != "late_days" else "process.late_days": value for name, value in changes.items()}
    scenario = scenario_with(values, firms=size * copies)
    copied = {c * size + i: [c * size + j for j in row] for c in range(copies) for i, row in suppliers.items()}
    late_chance = np.where(np.arange(size * copies) % size < sources, chance, 0.0)
    world = world_of(copied, scenario, firms=size * copies, late_chance=late_chance)
    return desk_of(world, scenario, has_origins=False)


def next_round(desk, seed: int) -> np.ndarray:
    """Return lateness in the round after one in which own events happened, without new ones."""
    desk.produce(seed=seed)
    desk.pass_on_lateness(desk.state.own_late.copy())
    desk.pass_on_lateness(0.0)
    return desk.state.late


@pytest.mark.parametrize(("theta", "chance"), [(5.0, 0.08), (2.0, 0.5)])
def test_own_events_are_exponential_with_their_chance(scenario_with, world_of, desk_of, theta, chance):
    """30,000 firms (seed 21): number of events within 5 standard errors, lengths by Kolmogorov-Smirnov at 1e-6."""
    desk = late_world(scenario_with, world_of, desk_of, {}, 1, 30_000, 1, chance, late_days=theta)
    desk.produce(seed=21)
    days = desk.state.own_late
    events = int((days > 0.0).sum())
    assert abs(events - 30_000 * chance) < 5.0 * sqrt(30_000 * chance * (1.0 - chance))
    assert stats.kstest(days[days > 0.0], stats.expon(scale=theta).cdf).pvalue > 1e-6


def test_effective_use_makes_events_rarer_not_shorter(scenario_with, world_of, desk_of):
    """30,000 firms (seed 22) at effective use 0.5: p (1 - phi_s e), 5 standard errors, 6e-7; lengths as before."""
    desk = late_world(scenario_with, world_of, desk_of, {}, 1, 30_000, 1, 0.4, late_days=5.0)
    desk.parameters = desk.parameters._replace(process=desk.parameters.process._replace(schedule_effect=0.25))
    desk.state.effective[:] = 0.5
    desk.produce(seed=22)
    days = desk.state.own_late
    chance = 0.4 * (1.0 - 0.25 * 0.5)
    assert abs((days > 0.0).mean() - chance) < 5.0 * sqrt(chance * (1.0 - chance) / 30_000)
    assert stats.kstest(days[days > 0.0], stats.expon(scale=5.0).cdf).pvalue > 1e-6


@pytest.mark.parametrize(("theta", "buffer"), [(5.0, 3.0), (5.0, 0.0), (2.0, 4.0), (10.0, 10.0)])
def test_the_mean_excess_over_a_buffer_is_exponential(scenario_with, world_of, desk_of, theta, buffer):
    """20,000 pairs (seed 23) within 5 standard errors, false alarm 6e-7; theta 5 and B 3 give 2.744058."""
    copies = 20_000
    desk = late_world(scenario_with, world_of, desk_of, {1: [0]}, 2, copies, 1, late_days=theta, buffer=buffer)
    inherited = next_round(desk, seed=23)[1::2]
    mean = theta * exp(-buffer / theta)
    if (theta, buffer) == (5.0, 3.0):
        assert mean == pytest.approx(2.744058, abs=5e-7)
    spread = sqrt(2.0 * theta * mean - mean * mean)
    assert abs(inherited.mean() - mean) < 5.0 * spread / sqrt(copies)


@pytest.mark.parametrize("buffer", [0.0, 3.0, 10.0])
@pytest.mark.parametrize("r", [1.0, 0.7])
def test_the_chance_of_inheriting_more_than_some_days_is_exponential(scenario_with, world_of, desk_of, buffer, r):
    """Pr(r (X - B)+ > x) = exp(-(B + x / r) / theta) at three x, 20,000 pairs (seed 24): 5 standard errors, 2e-6."""
    copies, theta = 20_000, 5.0
    desk = late_world(
        scenario_with, world_of, desk_of, {1: [0]}, 2, copies, 1, late_days=theta, buffer=buffer, pass_through=r
    )
    inherited = next_round(desk, seed=24)[1::2]
    for x in (0.5, 1.0, 4.0):
        chance = exp(-(buffer + x / r) / theta)
        assert abs((inherited > x).mean() - chance) < 5.0 * sqrt(chance * (1.0 - chance) / copies)


@pytest.mark.parametrize("n", [1, 3, 8])
def test_the_latest_of_several_suppliers_has_the_harmonic_mean(scenario_with, world_of, desk_of, n):
    """theta H_n (9.166667 for theta 5, n 3) within 5 standard errors of 8,000 buyers (seed 25): 6e-7."""
    copies, theta = 8000, 5.0
    desk = late_world(scenario_with, world_of, desk_of, {n: range(n)}, n + 1, copies, n, late_days=theta)
    inherited = next_round(desk, seed=25)[n :: n + 1]
    mean = theta * sum(1.0 / k for k in range(1, n + 1))
    if n == 3:
        assert mean == pytest.approx(9.166667, abs=5e-7)
    variance = theta**2 * sum(1.0 / k**2 for k in range(1, n + 1))
    assert abs(inherited.mean() - mean) < 5.0 * sqrt(variance / copies)


@pytest.mark.parametrize("n", [2, 5])
def test_slack_for_many_suppliers_keeps_the_chance_of_waiting_nearly_the_same(scenario_with, world_of, desk_of, n):
    """With B = B0 + theta ln n: 1 - (1 - exp(-B0 / theta) / n)^n; 10,000 buyers (seed 26), 5 standard errors: 6e-7."""
    copies, theta, buffer = 10_000, 5.0, 4.0
    desk = late_world(
        scenario_with, world_of, desk_of, {n: range(n)}, n + 1, copies, n,
        late_days=theta, buffer=buffer, has_supplier_slack=True,
    )  # fmt: skip
    inherited = next_round(desk, seed=26)[n :: n + 1]
    chance = 1.0 - (1.0 - exp(-buffer / theta) / n) ** n
    assert abs((inherited > 0.0).mean() - chance) < 5.0 * sqrt(chance * (1.0 - chance) / copies)


@pytest.mark.parametrize(("n", "on_time", "law"), [(10, 0.95, 0.598737), (2, 0.9, 0.81), (1, 0.7, 0.7)])
def test_a_firm_is_on_time_when_all_its_critical_suppliers_are(scenario_with, world_of, desk_of, n, on_time, law):
    """r^n for n critical suppliers, whatever others do; 5,000 buyers (seed 27), 5 standard errors: 6e-7.

    Two sources for one input do not exist in this model: each slot has one supplier.
    """
    copies = 5000
    desk = late_world(scenario_with, world_of, desk_of, {n: range(n)}, n + 1, copies, n, 1.0 - on_time)
    is_late = next_round(desk, seed=27)[n :: n + 1] > desk.parameters.lateness.tolerance
    assert on_time**n == pytest.approx(law, abs=5e-7)
    assert abs((~is_late).mean() - law) < 5.0 * sqrt(law * (1.0 - law) / copies)


COMPLETE = {i: [j for j in range(4) if j != i] for i in range(4)}
"""Four firms that all buy from one another: three critical suppliers and three buyers each."""


@pytest.mark.parametrize("has_slack", [False, True])
@pytest.mark.parametrize(("buffer", "r", "tolerance"), [(10.0, 0.7, 1.0), (3.0, 1.0, 0.0), (5.0, 0.5, 2.0)])
def test_the_structural_number_counts_the_first_generation(
    scenario_with, world_of, desk_of, has_slack, buffer, r, tolerance
):
    """R_d = c exp(-(B + tolerance / r) / theta) on a regular network of c critical links a firm: exactly, and counted.

    One own event in each of 5,000 copies (seed 28); a source makes all three buyers late or none, so the standard
    error is that of 3 x Bernoulli. Within 5 of them: false alarm 6e-7 for each setting.
    """
    copies, theta = 5000, 5.0
    desk = late_world(
        scenario_with, world_of, desk_of, COMPLETE, 4, copies, 1,
        late_days=theta, buffer=buffer, pass_through=r, tolerance=tolerance, has_supplier_slack=has_slack,
    )  # fmt: skip
    reach = buffer + (theta * log(3.0) if has_slack else 0.0) + tolerance / r
    chance = exp(-reach / theta)
    world = desk.world
    structural = structural_late(world.firms, world.links, desk.state, desk.parameters)
    assert structural == pytest.approx(3.0 * chance, rel=1e-9)
    late = next_round(desk, seed=28) > tolerance
    late_buyers = late.reshape(copies, 4)[:, 1:].sum(axis=1)
    assert set(np.unique(late_buyers)) <= {0, 3}
    assert abs(late_buyers.mean() - structural) < 5.0 * 3.0 * sqrt(chance * (1.0 - chance) / copies)
