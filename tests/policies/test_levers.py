"""What the awards of every lever must keep, whichever it is; a new lever is tested here without further work."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.policies import lever_kinds
from simulation.policies.lever import Lever
from simulation.policies.programmes import Budget, programmes
from simulation.world.build import build

TABLES = ("grant", "monthly", "adoption_subsidy", "access_subsidy", "training")


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


def test_the_arrays_of_a_policy_hold_the_lever(lever, world):
    made = programmes({"only": lever}, world.firms, world.groups, Budget())
    row = lever.row(world.firms, world.groups)
    assert (made.first[0], made.last[0], made.duration[0]) == (lever.first, lever.last, row.duration)
    assert made.takes_adopters[0] == row.takes_adopters
    assert (made.is_eligible[0] == lever.who.members(world.firms, world.groups)).all()
    for name in TABLES:
        assert (getattr(made, name)[0] == getattr(row, name)).all()


def test_an_unknown_parameter_is_refused(lever):
    with pytest.raises(ValidationError):
        type(lever)(generosity=1.0)
