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


def test_firms_are_counted_one_by_one(pair):
    helped, usual = pair
    found = overlap(helped, usual)
    adopted = list(zip(helped.adopted.astype(bool), usual.adopted.astype(bool), strict=True))
    served = [firm for firm, was_served in enumerate(helped.awards.served) if was_served]
    assert found.served == len(served) > found.deadweight == sum(adopted[firm][1] for firm in served) > 0
    assert found.gained == adopted.count((True, False)) > 0
    assert found.lost == adopted.count((False, True))
    assert found.gained - found.lost == helped.adopted.sum() - usual.adopted.astype(int).sum()


def test_money_is_what_firms_received(pair):
    helped, usual = pair
    found = overlap(helped, usual)
    assert found.paid == pytest.approx(helped.awards.spent.sum(), rel=1e-12)
    inside = sum(
        amount for amount, adopts in zip(helped.awards.received.sum(axis=0), usual.adopted, strict=True) if adopts
    )
    assert found.paid_deadweight == pytest.approx(inside, rel=1e-12)
    assert 0.0 < found.paid_deadweight < found.paid


def test_a_run_beside_itself_gains_and_loses_nobody(pair):
    helped, _ = pair
    found = overlap(helped, helped)
    assert (found.gained, found.lost) == (0, 0)
    assert found.paid_deadweight == pytest.approx(
        helped.awards.received[:, helped.adopted.astype(bool)].sum(), rel=1e-12
    )


def test_other_firms_cannot_be_put_side_by_side(pair):
    helped, _ = pair
    assert overlap(helped, run(BASE.with_({"population.firms": 121}), 3)) is None


def test_firms_that_are_named_differently_are_other_firms(pair):
    helped, usual = pair
    firms = usual.world.firms
    renamed = usual.world._replace(firms=firms._replace(key=np.roll(firms.key, 1)))
    assert overlap(helped, replace(usual, world=renamed)) is None
