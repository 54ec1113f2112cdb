"""Bass (1969), "A New Product Growth for Model Consumer Durables", as this model steps it.

A firm that has not adopted does so with the chance p + q F in a step, F the share of adopters among the others; or
with the hazard p + q F, that is with the chance 1 - exp(-(p + q F)). Both tend to the continuous solution as steps
become short. Statistical tests fix their seeds; they state the chance of a false alarm had the seeds been drawn.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

from simulation.rules.adoption import Bass, bass_hazard, bass_step, probability

PARAMETERS = [(0.03, 0.38), (0.01, 0.5), (0.1, 0.1), (0.002, 0.9)]


def continuous(t: float, p: float, q: float) -> float:
    """Return Bass's share of adopters F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)."""
    decay = exp(-(p + q) * t)
    return (1.0 - decay) / (1.0 + q / p * decay)


def stepped(times, p: float, q: float, per_unit: int = 1, rule: str = "bass_step") -> list[float]:
    """Return the shares at some times when every unit has ``per_unit`` steps, with the model's own rule."""
    parameters = Bass(p / per_unit, q / per_unit)
    share, path = 0.0, [0.0]
    for _ in range(max(times) * per_unit):
        chance = bass_step(share, parameters)
        if rule == "bass_hazard":
            chance = probability(bass_hazard(share, parameters))
        share += chance * (1.0 - share)
        path.append(share)
    return [path[t * per_unit] for t in times]


def test_continuous_solution_has_its_published_values():
    shares = [continuous(t, 0.03, 0.38) for t in (1, 5, 10, 20)]
    assert shares == pytest.approx([0.035758, 0.331199, 0.812803, 0.996259], abs=5e-7)


def test_chance_per_step_gives_the_worked_values():
    assert stepped((1, 2, 5, 10, 20), 0.03, 0.38) == pytest.approx(
        [0.03, 0.070158, 0.272907, 0.782643, 0.998388], abs=5e-7
    )


def test_hazard_per_step_gives_the_worked_value():
    assert stepped((10,), 0.03, 0.38, rule="bass_hazard") == pytest.approx([0.729837], abs=5e-7)


@pytest.mark.parametrize(("per_unit", "share"), [(10, 0.810374), (100, 0.812565)])
def test_short_steps_give_the_worked_values(per_unit, share):
    assert stepped((10,), 0.03, 0.38, per_unit) == pytest.approx([share], abs=5e-7)


@pytest.mark.parametrize("rule", ["bass_step", "bass_hazard"])
@pytest.mark.parametrize(("p", "q"), PARAMETERS)
def test_steps_with_parameters_over_n_tend_to_the_continuous_solution(p, q, rule):
    """Euler's method is of first order: twice as many steps halve the error, here to 2 % of the error."""
    times = (1, 5, 10)
    exact = np.array([continuous(t, p, q) for t in times])
    coarse, fine = (np.array(stepped(times, p, q, per_unit, rule)) - exact for per_unit in (1000, 2000))
    assert np.abs(fine).max() < 1e-3
    assert fine == pytest.approx(coarse / 2.0, abs=0.02 * np.abs(fine).max())


def test_most_firms_adopt_when_the_continuous_solution_says():
    """t* = ln(q/p)/(p+q) and F* = (1-p/q)/2; with 1000 steps a unit the peak is known to a few steps."""
    p, q = 0.03, 0.38
    parameters = Bass(p / 1000, q / 1000)
    share, gains = 0.0, []
    for _ in range(12_000):
        gains.append(bass_step(share, parameters) * (1.0 - share))
        share += gains[-1]
    peak = int(np.argmax(gains))
    assert peak / 1000 == pytest.approx(log(q / p) / (p + q), abs=0.01)
    assert sum(gains[:peak]) == pytest.approx((1.0 - p / q) / 2.0, abs=0.002)
    assert gains[peak] * 1000 == pytest.approx((p + q) ** 2 / (4.0 * q), rel=0.002)


@pytest.mark.parametrize("rule", ["bass_step", "bass_hazard"])
@pytest.mark.parametrize(("p", "q"), PARAMETERS)
@pytest.mark.parametrize("adopters", [0, 1, 5, 8])
def test_a_firm_sees_the_adopters_among_the_others(scenario_with, world_of, desk_of, rule, p, q, adopters):
    scenario = scenario_with({"adoption.rule": rule, "adoption.bass": {"innovation": p, "imitation": q}}, firms=9)
    desk = desk_of(world_of({}, scenario, firms=9), scenario)
    desk.state.adopted[:adopters] = 1
    desk.adopt_or_quit()
    hazard = p + q * adopters / 8
    expected = hazard if rule == "bass_step" else 1.0 - exp(-hazard)
    assert desk.work.chance[adopters:] == pytest.approx(expected, abs=1e-15)


def test_a_chance_per_step_never_exceeds_one():
    assert bass_step(1.0, Bass(0.6, 0.7)) == 1.0


def exact_chain(firms: int, months: int, p: float, q: float, quitting: float, is_hazard: bool) -> np.ndarray:
    """Return the distribution of the number of adopters after the months, from none, by the exact Markov chain."""
    present = np.zeros(firms + 1)
    present[0] = 1.0
    step = np.zeros((firms + 1, firms + 1))
    for k in range(firms + 1):
        hazard = p + q * k / (firms - 1)
        chance = 1.0 - exp(-hazard) if is_hazard else min(1.0, hazard)
        new = stats.binom.pmf(np.arange(firms - k + 1), firms - k, chance)
        stay = stats.binom.pmf(np.arange(k + 1), k, 1.0 - quitting)
        step[k] = np.convolve(new, stay)
    for _ in range(months):
        present = present @ step
    return present


@pytest.mark.statistical
@pytest.mark.parametrize("rule", ["bass_step", "bass_hazard"])
@pytest.mark.parametrize(
    ("p", "q", "quitting", "months"), [(0.03, 0.38, 0.0, 8), (0.1, 0.9, 0.0, 3), (0.05, 0.3, 0.1, 12)]
)
def test_numbers_of_adopters_follow_the_exact_markov_chain(adopters_in_runs, rule, p, q, quitting, months):
    """Chi-square test of 3,000 runs of 10 firms (seeds 1-3000); false alarm 1e-6 for each of 6 settings."""
    changes = {
        "adoption.rule": rule,
        "adoption.bass": {"innovation": p, "imitation": q, "quitting": quitting},
    }
    seeds = range(1, 3001)
    observed = adopters_in_runs(changes, firms=10, months=months, seeds=seeds)[:, -1].astype(int)
    expected = exact_chain(10, months, p, q, quitting, rule == "bass_hazard") * len(seeds)
    counts = np.bincount(observed, minlength=11)
    rare = expected < 5.0
    assert counts[expected < 1e-9].sum() == 0
    observed_bins = np.append(counts[~rare], counts[rare].sum())
    expected_bins = np.append(expected[~rare], expected[rare].sum())
    keep = expected_bins > 1.0
    statistic = ((observed_bins - expected_bins)[keep] ** 2 / expected_bins[keep]).sum()
    assert statistic < stats.chi2.isf(1e-6, keep.sum() - 1)


@pytest.mark.statistical
@pytest.mark.parametrize("rule", ["bass_step", "bass_hazard"])
@pytest.mark.parametrize("per_unit", [1, 10])
@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.01, 0.5)])
def test_shares_of_many_firms_follow_the_mean_path(adopters_in_runs, mean_and_spread, rule, per_unit, p, q):
    """One run of 20,000 firms (seed 7) stays within 5 standard deviations at four times: false alarm below 3e-6.

    The standard deviation comes from the first-order expansion in 1/n; for p = 0.03, q = 0.38 it is 0.0062 at t = 10.
    """
    parameters = Bass(p / per_unit, q / per_unit)

    def chance(share: float) -> float:
        step = parameters.innovation + parameters.imitation * share
        return step if rule == "bass_step" else 1.0 - exp(-step)

    changes = {"adoption.rule": rule, "adoption.bass": parameters._asdict()}
    months, firms = 20 * per_unit, 20_000
    shares = adopters_in_runs(changes, firms=firms, months=months, seeds=[7])[0] / firms
    mean, spread = mean_and_spread(chance, 0.0, months, firms)
    times = np.array([2, 5, 10, 20]) * per_unit - 1
    # 2 / n: the mean of finitely many firms lies off the limit by a term of this order.
    assert (np.abs(shares - mean)[times] <= 5.0 * spread[times] + 2.0 / firms).all()


def test_first_order_spread_agrees_with_the_exact_chain_of_a_thousand_firms(mean_and_spread):
    """0.0278 at t = 10 for p = 0.03, q = 0.38; what is neglected is of order 1/n, here below 1 %."""
    _, spread = mean_and_spread(lambda x: 0.03 + 0.38 * x, 0.0, 10, 1000)
    share = np.arange(1001) / 1000
    exact = exact_chain(1000, 10, 0.03, 0.38, 0.0, is_hazard=False)
    assert spread[9] == pytest.approx(sqrt(exact @ share**2 - (exact @ share) ** 2), rel=0.01)


@pytest.mark.statistical
@pytest.mark.parametrize("p", [0.03, 0.2, 0.6])
def test_without_imitation_times_of_adoption_are_geometric(adopters_in_runs, p):
    """1 - (1 - p)^t of 20,000 firms (seed 3), every month within 5 binomial standard errors: false alarm 6e-6.

    The worked value is 1 - 0.97^10 = 0.262576. The months of one path are not independent, so the bound over all
    months is at most ten times that of one.
    """
    firms, months = 20_000, 10
    changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": p, "imitation": 0.0}}
    shares = adopters_in_runs(changes, firms=firms, months=months, seeds=[3])[0] / firms
    law = 1.0 - (1.0 - p) ** np.arange(1, months + 1)
    if p == 0.03:
        assert law[-1] == pytest.approx(0.262576, abs=5e-7)
    assert (np.abs(shares - law) <= 5.0 * np.sqrt(law * (1.0 - law) / firms) + 1e-12).all()


@pytest.mark.statistical
@pytest.mark.parametrize("per_unit", [1, 4])
def test_without_imitation_a_hazard_is_exponential_at_any_step(adopters_in_runs, per_unit):
    """1 - exp(-p t) at t = 10 whatever the step, within 5 standard errors of 20,000 firms (seed 4): 6e-7."""
    firms, p = 20_000, 0.08
    changes = {"adoption.rule": "bass_hazard", "adoption.bass": {"innovation": p / per_unit, "imitation": 0.0}}
    share = adopters_in_runs(changes, firms=firms, months=10 * per_unit, seeds=[4])[0, -1] / firms
    law = 1.0 - exp(-p * 10)
    assert share == pytest.approx(law, abs=5.0 * sqrt(law * (1.0 - law) / firms))
