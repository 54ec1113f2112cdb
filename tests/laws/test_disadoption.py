"""Adoption with quitting: two-state chains and the Bass model with disadoption.

The steady states are those of x' = x + a (1 - x) - d x (independent firms, a geometric approach) and of the quadratic
q x^2 + (p + d - q) x - p = 0. Statistical tests fix their seeds; they state the chance of a false alarm had the seeds
been drawn.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest

from simulation.rules.adoption import Quitting, probability, quitting_hazard


def test_two_state_chain_has_its_worked_values():
    a, d = 0.08, 0.02
    steady = a / (a + d)
    assert steady == pytest.approx(0.8, abs=1e-15)
    assert steady * (1.0 - (1.0 - a - d) ** 10) == pytest.approx(0.521057, abs=5e-7)
    assert log(0.5) / log(1.0 - a - d) == pytest.approx(6.578813, abs=5e-7)


@pytest.mark.statistical
@pytest.mark.parametrize(("a", "d"), [(0.08, 0.02), (0.3, 0.3), (0.02, 0.2), (0.5, 0.9)])
def test_share_approaches_its_steady_state_geometrically(adopters_in_runs, a, d):
    """x_t = x* (1 - (1 - a - d)^t) within 5 binomial standard errors of 20,000 independent firms (seed 11).

    Four times for each of four settings: false alarm below 1e-5 in all.
    """
    firms, months = 20_000, 40
    changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": a, "imitation": 0.0, "quitting": d}}
    shares = adopters_in_runs(changes, firms=firms, months=months, seeds=[11])[0] / firms
    law = a / (a + d) * (1.0 - (1.0 - a - d) ** np.arange(1, months + 1))
    times = [0, 4, 9, 39]
    assert (np.abs(shares - law)[times] <= 5.0 * np.sqrt(law * (1.0 - law) / firms)[times]).all()


def test_a_sure_quitter_that_is_a_sure_adopter_alternates(adopters_in_runs):
    """Nobody does both in a month: with both chances 1 a firm changes its state every month."""
    changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": 1.0, "imitation": 0.0, "quitting": 1.0}}
    path = adopters_in_runs(changes, firms=10, months=6, seeds=[1], start=4)[0]
    assert path.tolist() == [6, 4, 6, 4, 6, 4]


def bass_steady_state(p: float, q: float, d: float) -> float:
    """Return the positive root of q x^2 + (p + d - q) x - p = 0."""
    middle = p + d - q
    return (-middle + sqrt(middle * middle + 4.0 * q * p)) / (2.0 * q)


def test_bass_with_quitting_has_its_worked_steady_states():
    assert bass_steady_state(0.03, 0.38, 0.1) == pytest.approx(0.761560, abs=5e-7)
    assert bass_steady_state(0.0, 0.38, 0.1) == pytest.approx(0.736842, abs=5e-7)


@pytest.mark.statistical
@pytest.mark.parametrize(("p", "q", "d"), [(0.03, 0.38, 0.1), (0.0, 0.38, 0.1), (0.01, 0.2, 0.05), (0.05, 0.1, 0.3)])
def test_bass_with_quitting_settles_at_the_root(adopters_in_runs, mean_and_spread, p, q, d):
    """Mean of 500 months of 5,000 firms (seed 5) within 5 standard errors: false alarm 6e-7 for each setting.

    Near the root the share is an autoregression with coefficient c = 1 + f'(x*), so the standard error of a mean of
    T months is the spread of one month times sqrt((1 + c) / (1 - c) / T). The mean of finitely many firms lies below
    the root by a term of order 1/n, bounded by 3/n here.
    """
    firms, months = 5000, 800
    changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": p, "imitation": q, "quitting": d}}
    shares = adopters_in_runs(changes, firms=firms, months=months, seeds=[5], start=2500)[0, 300:] / firms
    root = bass_steady_state(p, q, d)
    path, spread = mean_and_spread(lambda x: p + q * x, d, months, firms, start=0.5)
    assert path[-1] == pytest.approx(root, abs=1e-12)
    slope = 1.0 + q * (1.0 - root) - (p + q * root) - d
    error = spread[-1] * sqrt((1.0 + slope) / (1.0 - slope) / shares.size)
    assert abs(shares.mean() - root) <= 5.0 * error + 3.0 / firms


@pytest.mark.statistical
def test_adoption_by_imitation_alone_dies_out_when_more_quit_than_imitate(adopters_in_runs):
    """With q <= d and p = 0 the mean number of adopters is at most n (1 + q - d)^t: here below 5e-8."""
    changes = {"adoption.rule": "bass_step", "adoption.bass": {"innovation": 0.0, "imitation": 0.08, "quitting": 0.1}}
    path = adopters_in_runs(changes, firms=200, months=1100, seeds=[2], start=200)[0]
    assert path[0] > 100
    assert path[-1] == 0


def waiting_chain(a: float, d: float, wait: int, months: int) -> np.ndarray:
    """Return the chance of being an adopter after 1, 2, ... months, by the exact chain of a firm that waits.

    States: 0 free, 1 adopter, 1 + w waiting, with the first chance to adopt again w months after quitting.
    """
    step = np.zeros((wait + 1, wait + 1)) if wait > 1 else np.zeros((2, 2))
    step[0, :2] = 1.0 - a, a
    step[1, 1] = 1.0 - d
    step[1, 2 if wait > 1 else 0] = d
    for w in range(2, wait + 1):
        step[w, w + 1 if w < wait else 0] = 1.0
    present = np.eye(step.shape[0])[0]
    chances = []
    for _ in range(months):
        present = present @ step
        chances.append(present[1])
    return np.array(chances)


@pytest.mark.statistical
@pytest.mark.parametrize("wait", [0, 1, 2, 12])
def test_firms_that_quit_wait_before_they_may_adopt_again(adopters_in_runs, wait):
    """20,000 independent firms (seed 9) against the exact chain: within 5 standard errors, false alarm 6e-7 each.

    In the steady state a cycle is 1/d months of use, w - 1 months of waiting and 1/a months until adoption.
    """
    firms, months, level = 20_000, 120, 0.15
    maximum, quitting = 0.8, 0.1
    changes = {
        "adoption.hazard": {"level": 0.0, "trend": 0.0, "capacity": 0.0, "use": 0.0, "maximum": maximum},
        "adoption.quitting": {"level": quitting, "protection": 0.0, "readopt_months": wait},
        "firms.adoption_cost": {"large": 0.0, "sme": log(maximum / level - 1.0)},
        "influence": {"customers": 0.0, "suppliers": 0.0, "peers": 0.0},
    }
    shares = adopters_in_runs(changes, firms=firms, months=months, seeds=[9])[0] / firms
    a, d = 1.0 - exp(-level), 1.0 - exp(-quitting)
    law = waiting_chain(a, d, wait, months)
    steady = (1.0 / d) / (1.0 / d + max(wait - 1, 0) + 1.0 / a)
    assert law[-1] == pytest.approx(steady, abs=1e-4)
    times = [0, 1, 5, 11, 12, 13, 30, 119]
    assert (np.abs(shares - law)[times] <= 5.0 * np.sqrt(law * (1.0 - law) / firms)[times]).all()


@pytest.mark.parametrize("effective", [0.0, 0.3, 1.0])
def test_effective_use_protects_against_quitting(effective):
    parameters = Quitting(level=0.02, protection=2.0)
    chance = probability(quitting_hazard(effective, parameters))
    assert chance == pytest.approx(1.0 - exp(-0.02 * exp(-2.0 * effective)), rel=1e-14)
