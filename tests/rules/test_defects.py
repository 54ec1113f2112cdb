"""The formulas of the noisy-OR on a few numbers; what networks make of them is in tests/laws/test_noisy_or.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.defects import (
    LARGEST_SHARE,
    Defects,
    defect_hazard,
    defect_share,
    inherited_hazard,
    inspection,
    is_passing_linear,
    link_factor,
    mismatch,
    passing_factor,
)


def test_inspection_grows_with_effective_use_up_to_one():
    parameters = Defects(inspection=0.8, inspection_effect=0.3)
    assert inspection(0.0, parameters) == 0.8
    assert inspection(0.5, parameters) == pytest.approx(0.95, rel=1e-15)
    assert inspection(1.0, parameters) == 1.0


@pytest.mark.parametrize(("effect", "is_linear"), [(0.0, True), (0.25, True), (0.25000001, False), (1.0, False)])
def test_what_is_passed_on_falls_in_proportion_as_long_as_inspection_never_finds_all(effect, is_linear):
    assert is_passing_linear(Defects(inspection=0.75, inspection_effect=effect)) == is_linear


def test_what_a_firm_passes_on_is_what_inspection_does_not_find_times_its_critical_inputs():
    parameters = Defects(critical_inputs=3.0, inspection=0.8, inspection_effect=0.1)
    assert passing_factor(0.0, parameters) == pytest.approx(0.6, rel=1e-14)
    assert passing_factor(1.0, parameters) == pytest.approx(0.3, rel=1e-14)


@given(share=st.floats(0.0, 1.0))
def test_share_and_hazard_are_inverse(share):
    """Below saturation, to rounding: hazards of shares near 1 hold few digits of 1 - d."""
    assert defect_share(defect_hazard(share)) == pytest.approx(min(share, LARGEST_SHARE), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("tiny", [1e-18, 1e-12, 1e-300])
def test_tiny_shares_are_not_lost(tiny):
    assert defect_share(defect_hazard(tiny)) == pytest.approx(tiny, rel=1e-14)


def test_a_certain_defect_has_a_finite_hazard():
    assert defect_hazard(1.0) == defect_hazard(LARGEST_SHARE)
    assert defect_hazard(1.0) == pytest.approx(27.631, abs=1e-3)
    assert defect_share(1000.0) == LARGEST_SHARE


def test_a_link_passes_on_what_inspection_does_not_find():
    factor = link_factor(0.5, 1.0, Defects(critical_inputs=2.0))
    assert factor == 1.0
    passed = inherited_hazard(factor, 1.0 - 0.8, 0.1)
    assert defect_share(passed) == pytest.approx(0.02, rel=1e-14)  # exponent m w = 1: (1 - v) d
    assert inherited_hazard(factor, 0.0, 0.1) == 0.0
    assert inherited_hazard(factor, 1.0, 1.0) == pytest.approx(defect_hazard(1.0), rel=1e-15)


@pytest.mark.parametrize(("buyer", "supplier", "factor"), [(0.6, 0.2, 1.2), (0.2, 0.6, 1.0), (0.4, 0.4, 1.0)])
def test_only_partners_behind_hurt_more(buyer, supplier, factor):
    assert mismatch(buyer, supplier, Defects(mismatch=0.5)) == pytest.approx(factor, rel=1e-15)
    assert mismatch(buyer, supplier, Defects(mismatch=0.0)) == 1.0


def test_mismatch_scales_the_term_of_a_link():
    assert link_factor(0.5, 1.3, Defects(critical_inputs=2.0)) == pytest.approx(1.3, rel=1e-15)
    assert inherited_hazard(1.3, 0.2, 0.1) == pytest.approx(1.3 * inherited_hazard(1.0, 0.2, 0.1), rel=1e-15)
