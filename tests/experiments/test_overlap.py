from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.experiments.overlap import overlap
from simulation.runs import run
from simulation.scenario.scenario import Scenario

BASE = Scenario().with_(
    {
        "population.firms": 120,
        "time.months": 30,
        "time.survey_month": 6,
        "time.start_rounds": 4,
        "adoption.hazard.level": 1.0,
        "firms.adoption_cost": {"large": 2.0, "sme": 4.0},
        "budget.per_worker": 5.0,
        "budget.strength": "fixed",
    }
)


@pytest.fixture(scope="module")
def pair():
    grants = BASE.with_({"policy.subsidy": {"first": 3, "last": 29, "strength": 4.0}})
    return run(grants, 3), run(BASE, 3)


def test_firms_are_counted_one_by_one_by_their_weights(pair):
    helped, usual = pair
    found = overlap(helped, usual)
    gained = lost = served = deadweight = 0.0
    for firm, weight in enumerate(helped.world.firms.weight):
        here, there, was_served = (bool(a[firm]) for a in (helped.adopted, usual.adopted, helped.awards.served))
        gained += weight * (here and not there)
        lost += weight * (there and not here)
        served += weight * was_served
        deadweight += weight * (was_served and there)
    assert found[:4] == pytest.approx((served, deadweight, gained, lost), rel=1e-12)
    assert found.served > found.deadweight > 0.0 < found.gained


def test_money_is_what_firms_received(pair):
    helped, usual = pair
    found = overlap(helped, usual)
    assert found.paid == pytest.approx(helped.awards.spent.sum(), rel=1e-12)
    inside = sum(
        weight * amount
        for weight, amount, adopts in zip(
            helped.world.firms.weight, helped.awards.received.sum(axis=0), usual.adopted, strict=True
        )
        if adopts
    )
    assert found.paid_deadweight == pytest.approx(inside, rel=1e-12)
    assert 0.0 < found.paid_deadweight < found.paid


def test_a_run_beside_itself_gains_and_loses_nobody(pair):
    helped, _ = pair
    found = overlap(helped, helped)
    assert (found.gained, found.lost) == (0, 0)
    received = helped.world.firms.weight * helped.awards.received
    assert found.paid_deadweight == pytest.approx(received[:, helped.adopted.astype(bool)].sum(), rel=1e-12)


def test_other_firms_cannot_be_put_side_by_side(pair):
    helped, _ = pair
    assert overlap(helped, run(BASE.with_({"population.firms": 121}), 3)) is None


def test_firms_that_are_named_differently_are_other_firms(pair):
    helped, usual = pair
    firms = usual.world.firms
    renamed = usual.world._replace(firms=firms._replace(key=np.roll(firms.key, 1)))
    assert overlap(helped, replace(usual, world=renamed)) is None
