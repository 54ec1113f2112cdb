"""What the awards of every lever must keep, whichever it is; a new lever is tested here without further work."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.policies import lever_kinds
from simulation.policies.lever import Lever
from simulation.policies.programmes import Budget, programmes
from simulation.world.build import build

TABLES = (
    "grant",
    "monthly",
    "adoption_subsidy",
    "access_subsidy",
    "training",
    "reinvestment",
    "pressure",
    "overdue",
    "development",
)
PAID = ("grant", "monthly")


@pytest.fixture(scope="module")
def world(scenario_with):
    return build(scenario_with(firms=200), 1)


@pytest.fixture(params=sorted(lever_kinds()))
def lever(request) -> Lever:
    """Return each lever with its declared defaults."""
    return lever_kinds()[request.param]()


@pytest.mark.parametrize("name", TABLES)
def test_an_award_has_one_finite_number_per_firm(lever, world, name):
    values = getattr(lever.row(world.firms, world.groups), name)
    assert values.shape == (200,)
    assert np.isfinite(values).all()
    assert (values >= 0.0).all()
    assert "subsidy" not in name or (values <= 1.0).all()


def test_a_grant_is_the_subsidised_share_of_the_install_cost(lever, world):
    row = lever.row(world.firms, world.groups)
    assert row.grant == pytest.approx(row.adoption_subsidy * world.firms.install_cost, rel=1e-12, abs=1e-9)


def test_awards_are_the_same_when_asked_twice(lever, world, fingerprint):
    first, second = (lever.row(world.firms, world.groups) for _ in range(2))
    assert fingerprint(first[2:]) == fingerprint(second[2:])
    assert first[:2] == second[:2]
    assert first[-2:] == second[-2:]


def test_an_award_does_something(lever, world):
    row = lever.row(world.firms, world.groups)
    assert any(getattr(row, name).any() for name in TABLES if name not in PAID)


def test_state_lead_customer_and_firm_share_the_whole_cost(lever, world):
    shared = type(lever)(lead_share=0.25, own_share=0.35)
    made = programmes({"only": shared}, world.firms, world.groups, Budget())
    row = shared.row(world.firms, world.groups)
    for name in PAID:
        public = getattr(made, name)[0]
        whole = public * (1.0 + made.lead_ratio[0] + made.own_ratio[0])
        assert public == pytest.approx(0.4 * getattr(row, name), rel=1e-12)
        assert whole == pytest.approx(getattr(row, name), rel=1e-12)


def test_somebody_else_cannot_pay_everything(lever):
    with pytest.raises(ValidationError, match="leave nothing to the state"):
        type(lever)(lead_share=0.6, own_share=0.4)


def test_an_annual_budget_of_its_own_takes_the_place_of_the_envelopes(lever, world):
    made = programmes({"only": lever.model_copy(update={"annual_budget": 123.0})}, world.firms, world.groups, Budget())
    assert made.annual_budget[0] == 123.0


def test_the_arrays_of_a_policy_hold_the_lever(lever, world):
    made = programmes({"only": lever}, world.firms, world.groups, Budget())
    row = lever.row(world.firms, world.groups)
    assert (made.first[0], made.last[0], made.duration[0]) == (lever.first, lever.last, row.duration)
    assert made.takes_adopters[0] == row.takes_adopters
    assert (made.is_eligible[0] == lever.who.members(world.firms, world.groups)).all()
    assert (made.needs_lead[0], made.grace[0]) == (row.needs_lead, row.grace)
    public, supported = 1.0 - lever.lead_share - lever.own_share, 1.0 - lever.own_share
    for name in TABLES:
        part = public if name in PAID else supported if name == "adoption_subsidy" else 1.0
        assert getattr(made, name)[0] == pytest.approx(part * getattr(row, name), rel=1e-12)


def test_an_unknown_parameter_is_refused(lever):
    with pytest.raises(ValidationError):
        type(lever)(generosity=1.0)
