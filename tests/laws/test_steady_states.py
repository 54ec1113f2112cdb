"""Steady states of the user share and of absorptive capacity, and the way to them.

Both are linear recursions while their inputs stand still: z moves by alpha (z* - z), k by I (1 - k) - delta (k - k0).
Tolerances are rounding over the number of steps.
"""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.capacity import Capacity, effective_use, learning, next_capacity, steady_capacity
from simulation.rules.use import Use, next_log_odds, target_log_odds, user_share
from simulation.world.build import build

SHARES = st.floats(0.0, 1.0)
FIXED = Use(growth=0.0, partners=0.0)
STEPS = 2.0**44


@given(start=st.floats(-5.0, 5.0), target=st.floats(-5.0, 5.0), speed=st.floats(0.01, 1.0), months=st.integers(0, 60))
def test_log_odds_of_use_approach_a_fixed_target_geometrically(start, target, speed, months):
    """z_t = z* + (1 - alpha)^t (z_0 - z*)."""
    z = start
    for _ in range(months):
        z = next_log_odds(z, target, FIXED._replace(speed=speed))
    assert z == pytest.approx(target + (1.0 - speed) ** months * (start - target), abs=1e-12)


@pytest.mark.parametrize(("growth", "speed"), [(0.035, 0.25), (0.05, 0.1), (0.02, 1.0)])
def test_log_odds_follow_a_growing_target_at_a_constant_distance(growth, speed):
    """The lag behind a target that grows by g a month settles at g (1 - alpha) / alpha: growth itself is not lost."""
    parameters = FIXED._replace(growth=growth, speed=speed)
    z = 0.0
    for month in range(400):
        target = target_log_odds(month, 0.5, 0, 0.0, 0.5, parameters)
        z = next_log_odds(z, target, parameters)
    assert target - z == pytest.approx(growth * (1.0 - speed) / speed, abs=1e-12)


@pytest.mark.parametrize("ceiling", [0.8, 0.9, 1.0])
@pytest.mark.parametrize("log_odds", [-300.0, -2.0, 0.0, 3.0, 300.0])
def test_user_share_stays_between_zero_and_its_ceiling(ceiling, log_odds):
    """A share is rounded to a multiple of 2^-44, by half of one at most."""
    share = user_share(log_odds, STEPS, FIXED._replace(ceiling=ceiling))
    assert 0.0 <= share <= ceiling + 0.5 / STEPS
    if abs(log_odds) < 10.0:
        assert np.log(share / (ceiling - share)) == pytest.approx(log_odds, abs=1e-12)


def test_the_start_is_a_steady_state_of_use(scenario_with, desk_of, engine_of):
    """With growth 0 a first month changes no user share, whoever the partners are (b_N is at work)."""
    changes = {
        "use.growth": 0.0,
        "use.partners": 1.5,
        "firms.adopters_start.large.manufacturing": 0.5,
    }
    scenario = scenario_with(changes, firms=300)
    world = build(scenario, 2)
    engine = engine_of(world, scenario, 2)
    desk = desk_of(world, scenario)
    for name in ("adopted", "capacity", "user_share", "log_odds"):
        getattr(desk.state, name)[:] = getattr(engine.state, name)
    assert desk.state.adopted.sum() > 0
    desk.use(month=0)
    assert desk.state.user_share == pytest.approx(engine.state.user_share, abs=1e-13)
    assert np.ptp(desk.state.user_share) > 0.1


def test_use_settles_at_the_target_that_partners_imply(scenario_with, world_of, desk_of):
    """Two partners: z = z0 + b_k (k - 1/2) + b_N (u_other - 1/2), solved by the model in 400 months."""
    changes = {"use.growth": 0.0, "use.partners": 1.2, "use.level": -0.3}
    scenario = scenario_with(changes, firms=2)
    desk = desk_of(world_of({1: [0]}, scenario, firms=2, capacity=[0.2, 0.9]), scenario)
    for _ in range(400):
        desk.use(month=0)
    parameters = scenario.use
    for i, k in enumerate((0.2, 0.9)):
        target = -0.3 + parameters.capacity * (k - 0.5) + 1.2 * (desk.state.user_share[1 - i] - 0.5)
        assert desk.state.user_share[i] == pytest.approx(parameters.ceiling / (1.0 + exp(-target)), abs=1e-13)


def test_a_firm_without_partners_feels_none(scenario_with, world_of, desk_of):
    shares = []
    for b_n in (0.0, 1.5):
        scenario = scenario_with({"use.partners": b_n}, firms=2)
        desk = desk_of(world_of({}, scenario, firms=2), scenario)
        desk.use(month=0)
        shares.append(desk.state.user_share.copy())
    assert shares[0].tolist() == shares[1].tolist()


@given(
    start=SHARES, reached=SHARES, gain=st.floats(0.0, 0.2), forgetting=st.floats(0.001, 0.3), months=st.integers(0, 80)
)
def test_capacity_approaches_its_steady_state_geometrically(start, reached, gain, forgetting, months):
    """k_t = k* + (1 - I - delta)^t (k_0 - k*) with k* = (I + delta k0) / (I + delta)."""
    parameters = Capacity(forgetting=forgetting)
    k = reached
    for _ in range(months):
        k = next_capacity(k, start, gain, parameters)
    steady = (gain + forgetting * start) / (gain + forgetting)
    assert steady_capacity(start, gain, parameters) == pytest.approx(steady, rel=1e-14)
    assert k == pytest.approx(steady + (1.0 - gain - forgetting) ** months * (reached - steady), abs=1e-12)


def test_capacity_that_is_neither_learned_nor_forgotten_stays():
    still = Capacity(forgetting=0.0)
    assert next_capacity(0.37, 0.2, 0.0, still) == 0.37
    assert steady_capacity(0.2, 0.0, still) == 0.2


@given(
    capacity=SHARES, start=SHARES, share=SHARES, adopted=st.integers(0, 1), reinvested=SHARES,
    added=st.floats(0.0, 5.0), forgetting=SHARES, rate=st.floats(0.0, 100.0),
)  # fmt: skip
def test_capacity_never_leaves_zero_to_one(capacity, start, share, adopted, reinvested, added, forgetting, rate):
    """What is learned is capped at 1 - delta, so no amount of use or training overshoots (rounding: 1e-15)."""
    parameters = Capacity(learning=rate, forgetting=forgetting)
    gain = learning(share, adopted, reinvested, added, parameters)
    assert 0.0 <= gain <= 1.0 - forgetting
    assert -1e-15 <= next_capacity(capacity, start, gain, parameters) <= 1.0 + 1e-15


def test_learning_is_the_product_of_its_factors():
    parameters = Capacity(learning=0.6, time_saved=0.035, learning_share=0.5, spill_in=0.3, forgetting=0.01)
    from_use = 0.6 * 0.73 * 0.5 * 0.035 * 0.4
    assert learning(0.4, 1, 0.73, 0.0, parameters) == pytest.approx(from_use, rel=1e-14)
    assert learning(0.4, 0, 0.73, 0.0, parameters) == pytest.approx(0.3 * from_use, rel=1e-14)
    assert learning(0.4, 1, 0.73, 0.015, parameters) == pytest.approx(from_use + 0.015, rel=1e-14)


def test_use_and_capacity_settle_together_at_a_common_fixed_point(scenario_with, world_of, engine_of):
    """After 900 months of a run without adoption both steady states hold at once, to 1e-10."""
    changes = {
        "use.growth": 0.0,
        "capacity.forgetting": 0.05,
        "capacity.learning": 2.0,
        "adoption.hazard.maximum": 0.0,
    }
    scenario = scenario_with(changes, firms=6, months=900)
    world = world_of({1: [0], 2: [0, 1], 3: [2]}, scenario, firms=6, capacity=[0.1, 0.3, 0.5, 0.7, 0.9, 0.5])
    engine = engine_of(world, scenario, 1, has_deliveries=False)
    engine.advance()
    assert engine.state.adopted.sum() == 0
    for i in range(6):
        gain = learning(engine.state.user_share[i], 0, world.firms.reinvested[i], 0.0, scenario.capacity)
        steady = steady_capacity(world.firms.capacity_start[i], gain, scenario.capacity)
        assert engine.state.capacity[i] == pytest.approx(steady, abs=1e-10)
        assert engine.state.capacity[i] > world.firms.capacity_start[i]
    # Firms 4 and 5 have no partners: their use follows from their own capacity alone.
    for i in (4, 5):
        target = target_log_odds(0, engine.state.capacity[i], 0, 0.0, 0.5, scenario.use)
        assert engine.state.user_share[i] == pytest.approx(user_share(target, STEPS, scenario.use), abs=1e-10)


@pytest.mark.parametrize("kappa", [0.0, 0.5, 1.0, 2.0])
def test_effective_use_is_use_times_a_power_of_capacity(kappa):
    parameters = Capacity(exponent=kappa)
    assert effective_use(1, 0.6, 0.25, parameters) == pytest.approx(0.6 * 0.25**kappa, rel=1e-14)
    assert effective_use(0, 0.6, 0.25, parameters) == 0.0
    assert effective_use(1, 0.6, 0.0, parameters) == (0.6 if kappa == 0.0 else 0.0)
