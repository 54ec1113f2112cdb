"""The formulas of lateness on a few numbers; what networks make of them is in tests/laws/test_max_plus.py."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from simulation.rules.lateness import (
    Lateness,
    buffer_days,
    full_buffer,
    is_inherited,
    is_late,
    late_days,
    smallest_buffer,
)

PARAMETERS = Lateness(tolerance=1.0, pass_through=0.5, buffer=10.0, has_supplier_slack=True)


@pytest.mark.parametrize(("suppliers", "more"), [(0, 0.0), (1, 0.0), (2, log(2.0)), (8, log(8.0))])
def test_buffers_grow_with_the_logarithm_of_the_critical_suppliers(suppliers, more):
    assert full_buffer(suppliers, 5.0, PARAMETERS) == pytest.approx(10.0 + 5.0 * more, rel=1e-15)


def test_slack_for_many_suppliers_can_be_switched_off():
    assert full_buffer(8, 5.0, PARAMETERS._replace(has_supplier_slack=False)) == 10.0


def test_expediting_recovers_part_of_what_is_inherited():
    assert late_days(2.0, 6.0, PARAMETERS) == 5.0


@pytest.mark.parametrize(
    ("own", "inherited", "answer"), [(0.0, 0.0, False), (3.0, 6.0, True), (3.1, 6.0, False), (0.0, 1e-9, True)]
)
def test_a_delivery_keeps_the_suppliers_root_when_what_it_inherits_weighs_as_much_as_its_own(own, inherited, answer):
    assert is_inherited(own, inherited, PARAMETERS) == answer


def test_without_pass_through_nothing_is_inherited():
    assert not is_inherited(0.0, 100.0, PARAMETERS._replace(pass_through=0.0))


@pytest.mark.parametrize(("days", "answer"), [(0.0, False), (1.0, False), (1.0000001, True)])
def test_a_delivery_is_late_beyond_the_tolerance(days, answer):
    assert is_late(days, PARAMETERS) == answer


def test_effective_use_makes_buffers_lean():
    lean = PARAMETERS._replace(lean=0.5)
    assert buffer_days(10.0, 0.6, lean) == pytest.approx(7.0, rel=1e-15)
    assert buffer_days(10.0, 0.0, lean) == 10.0
    assert buffer_days(10.0, 0.6, lean._replace(lean=0.0)) == 10.0


def test_no_buffer_falls_short_of_the_smallest_and_hardly_any_is_so_small():
    lean = PARAMETERS._replace(lean=0.4)
    shortest = buffer_days(10.0, 1.0, lean)
    assert shortest == pytest.approx(6.0, rel=1e-15)
    assert smallest_buffer(lean) == pytest.approx(6.0 * (1.0 - 1e-6), rel=1e-15)
    assert smallest_buffer(lean) <= float(np.float32(shortest)) <= shortest * (1.0 + 1e-7)
