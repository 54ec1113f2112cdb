"""What every lever has: whom it serves, when, and what an award is in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.policies import Lever, Target, lever_kinds
from simulation.policies.large_firm_support import LargeFirmSupport
from simulation.policies.lever import RATIONING, Rationing, grant
from simulation.policies.subsidy import Subsidy
from simulation.policies.training import Training
from simulation.state import Firms, Groups

GROUPS = Groups(
    sizes=("large", "sme"),
    sectors=("manufacturing", "services"),
    regions=("capital", "elsewhere"),
    is_sme=(False, True),
    is_manufacturing=(True, False),
    is_capital=(True, False),
)
LABELS = [" ".join(names) for names in GROUPS.members()]
KINDS = sorted(lever_kinds().items())
IDS = [name for name, _ in KINDS]


@pytest.fixture
def firms():
    """One firm of each of the eight groups, in order, with tiers 0, 1, 2, -1, 0, 1, 2, -1."""
    n = len(LABELS)
    made = Firms(**{name: np.zeros(n) for name in Firms._fields})
    return made._replace(
        key=np.arange(n, dtype=np.uint64),
        workers=np.full(n, 20.0),
        group=np.arange(n, dtype=np.int32),
        tier=np.array([0, 1, 2, -1, 0, 1, 2, -1], np.int32),
        is_key_supplier=np.array([0, 1, 0, 0, 0, 1, 0, 0], np.uint8),
        install_cost=np.array([4000.0, 4000.0, 4000.0, 4000.0, 750.0, 750.0, 300.0, 0.0]),
    )


def served(target, firms):
    found = target.members(firms, GROUPS)
    assert found.dtype == np.uint8
    return [LABELS[number] for number in np.flatnonzero(found)]


def test_a_target_that_says_nothing_excludes_nobody(firms):
    assert served(Target(), firms) == LABELS


@pytest.mark.parametrize(
    ("target", "labels"),
    [
        (Target(size=("large",)), [label for label in LABELS if label.startswith("large")]),
        (Target(sector=("services",), region=("capital",)), ["large services capital", "sme services capital"]),
        (Target(size=("sme", "large"), region=("elsewhere",)), [label for label in LABELS if "elsewhere" in label]),
        (Target(tier=(0,)), ["large manufacturing capital", "sme manufacturing capital"]),
        (Target(tier=(1, 2), size=("sme",)), ["sme manufacturing elsewhere", "sme services capital"]),
        (Target(key_suppliers=True), ["large manufacturing elsewhere", "sme manufacturing elsewhere"]),
        (Target(key_suppliers=True, size=("sme",)), ["sme manufacturing elsewhere"]),
        (Target(key_suppliers=True, tier=(0,)), []),
    ],
)
def test_a_target_is_who_meets_all_its_conditions(firms, target, labels):
    assert served(target, firms) == labels


def test_lists_of_a_target_may_be_written_as_lists():
    assert Target(size=["sme"], tier=[1]) == Target(size=("sme",), tier=(1,))


@pytest.mark.parametrize("wrong", [{"size": "sme"}, {"tier": ["1"]}, {"tier": [1.5]}, {"sizes": ["sme"]}])
def test_a_target_takes_nothing_else(wrong):
    with pytest.raises(ValidationError):
        Target(**wrong)


def test_a_lever_lasts_from_its_first_to_its_last_month():
    assert Subsidy().years == 5.0
    assert Subsidy(first=10, last=10).years == pytest.approx(1 / 12)


def test_a_lever_does_not_end_before_it_begins():
    with pytest.raises(ValidationError, match=r"last \(40\) must not be before first \(50\)"):
        Subsidy(first=50, last=40)


def test_every_order_of_service_has_its_number():
    assert set(RATIONING) == set(Rationing.__args__)
    assert len(set(RATIONING.values())) == len(RATIONING)


def test_a_grant_is_the_share_of_the_install_cost_up_to_the_cap(firms):
    """Of 4,000, 750, 300 and 0 million won at 50 % and at most 200: 200, 200, 150 and 0."""
    amount, share = grant(firms, 0.5, 200.0)
    assert amount.tolist() == [200.0] * 6 + [150.0, 0.0]
    assert share.tolist() == pytest.approx([0.05] * 4 + [200 / 750] * 2 + [0.5, 0.0])


def test_levers_are_found_by_listing_the_folder():
    assert {"subsidy": Subsidy, "training": Training, "large_firm_support": LargeFirmSupport}.items() <= (
        lever_kinds().items()
    )
    assert Lever not in lever_kinds().values()


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=IDS)
def test_a_lever_is_named_in_its_own_file_and_has_a_default_for_everything(name, kind):
    assert kind().lever == name
    assert kind.__module__ == f"simulation.policies.{name}"
    with pytest.raises(ValidationError):
        kind(lever="another")


FREE = {"mandate"}
"""Levers that cost no public money."""


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=IDS)
def test_an_award_brings_and_costs_something_to_every_firm_that_can_hold_it(name, kind, firms):
    n = firms.key.size
    row = kind().row(firms, GROUPS)
    tables = [field for field in row if isinstance(field, np.ndarray)]
    assert row.duration >= 1
    assert all(table.shape == (n,) and np.isfinite(table).all() and (table >= 0.0).all() for table in tables)
    assert (row.adoption_subsidy <= 1.0).all()
    assert (row.access_subsidy <= 1.0).all()
    can_cost = firms.install_cost > 0.0
    assert (row.grant + row.monthly)[can_cost].all() or name in FREE
    assert sum(table for table in tables[2:])[can_cost].all()


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=IDS)
def test_a_lever_writes_to_no_array_of_the_firms(name, kind, firms):
    before = [np.array(field) for field in firms]
    kind().row(firms, GROUPS)
    assert all(np.array_equal(was, field) for was, field in zip(before, firms, strict=True))


def test_a_lever_without_a_file_of_its_own_has_no_award(firms):
    with pytest.raises(NotImplementedError):
        Lever(lever="none").row(firms, GROUPS)
