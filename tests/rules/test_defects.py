"""The formulas of the noisy-OR on a few numbers; what networks make of them is in tests/laws/test_noisy_or.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.elementary import LOG1M_TERMS, ONE_MINUS_EXP_TERMS, SMALL
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
    small_defect_hazard,
    small_defect_share,
    small_inherited_hazard,
    smallest_defect_share,
    stored_defect_share,
    stored_inherited_hazard,
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


def terms(table, real):
    """Return the terms of a series in a precision."""
    return tuple(map(real, table[real().itemsize]))


BELOW_AND_ABOVE = [1e-9, 0.3 * SMALL, 0.999 * SMALL, SMALL, 1.001 * SMALL, 0.02, 0.7]


@pytest.mark.parametrize("share", BELOW_AND_ABOVE)
@pytest.mark.parametrize(("real", "rel"), [(np.float32, 3e-7), (np.float64, 1e-14)])
def test_what_months_store_of_a_link_is_its_hazard(real, rel, share):
    """Half of a share is let through: from `SMALL` on in double precision, below it in that of the run."""
    factor, passed, delivered = real(1.3), real(0.5), real(2.0 * share if share < 0.5 else share)
    exact = inherited_hazard(float(factor), float(passed), float(delivered))
    found = float(stored_inherited_hazard(factor, passed, delivered, terms(LOG1M_TERMS, real)))
    assert found == pytest.approx(exact, rel=rel, abs=0.0)
    if passed * delivered < SMALL:
        assert found == float(small_inherited_hazard(factor, passed, delivered, terms(LOG1M_TERMS, real)))
        assert found == float(real(found))
    else:
        assert found == exact


@pytest.mark.parametrize("hazard", BELOW_AND_ABOVE)
@pytest.mark.parametrize(("real", "rel"), [(np.float32, 3e-7), (np.float64, 1e-14)])
def test_what_months_store_of_a_firm_is_its_defect_share(real, rel, hazard):
    exact = defect_share(float(real(hazard)))
    found = float(stored_defect_share(real(hazard), terms(ONE_MINUS_EXP_TERMS, real)))
    assert found == pytest.approx(exact, rel=rel, abs=0.0)
    if real(hazard) < SMALL:
        assert found == float(smallest_defect_share(real(hazard), terms(ONE_MINUS_EXP_TERMS, real)))
        assert found == float(real(found))
    else:
        assert found == exact


@pytest.mark.parametrize("small", [1e-12, 1e-4, 0.9 * SMALL])
def test_short_ways_for_small_shares_lead_to_the_same(small):
    assert small_defect_hazard(small) == pytest.approx(defect_hazard(small), rel=1e-14, abs=0.0)
    assert small_defect_share(small) == pytest.approx(defect_share(small), rel=1e-14, abs=0.0)
