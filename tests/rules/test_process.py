"""Own defects and own lateness on a few numbers; their distributions are in tests/laws/test_exponential_delays.py."""

from __future__ import annotations

from math import exp

import pytest

from simulation.rules.process import Process, late_chance, own_defects, own_lateness, transition

PARAMETERS = Process(quality_effect=0.4, schedule_effect=0.25, late_days=5.0)


@pytest.mark.parametrize(("effective", "share"), [(0.0, 0.01), (0.5, 0.008), (1.0, 0.006)])
def test_effective_use_lowers_own_defects(effective, share):
    assert own_defects(0.01, effective, 1.0, PARAMETERS) == pytest.approx(share, rel=1e-15)


def test_an_event_happens_below_the_chance_and_not_at_it():
    assert own_lateness(0.1, 1.0, 0.1, PARAMETERS) == 0.0
    assert own_lateness(0.1, 1.0, 0.0999, PARAMETERS) > 0.0


def test_effective_use_lowers_the_chance_of_an_event():
    assert late_chance(0.1, 0.0, PARAMETERS) == 0.1
    assert late_chance(0.1, 1.0, PARAMETERS) == pytest.approx(0.075, rel=1e-15)


@pytest.mark.parametrize("chance", [0.05, 0.4, 1.0])
@pytest.mark.parametrize("multiple", [0.1, 1.0, 3.0])
def test_the_length_is_the_exponential_quantile_of_the_draw_over_the_chance(multiple, chance):
    """1e-14: the draw below the chance is rounded, which its logarithm divides by the multiple."""
    days = own_lateness(chance, 1.0, chance * exp(-multiple), PARAMETERS)
    assert days == pytest.approx(5.0 * multiple, rel=1e-14)


@pytest.mark.parametrize(
    ("adopted", "months", "factor"), [(0, 0, 1.0), (1, 0, 1.2), (1, 4, 1.2), (1, 5, 1.0), (1, 60, 1.0)]
)
def test_only_the_first_months_after_adoption_are_worse(adopted, months, factor):
    parameters = PARAMETERS._replace(transition_months=5, transition_factor=1.2)
    assert transition(adopted, months, parameters) == factor


def test_the_transition_raises_defects_and_late_days_but_not_the_chance_of_an_event():
    assert own_defects(0.01, 0.5, 1.2, PARAMETERS) == pytest.approx(0.0096, rel=1e-14)
    assert own_defects(0.9, 0.0, 1.2, PARAMETERS) == 1.0
    assert own_lateness(0.1, 1.2, 0.1, PARAMETERS) == 0.0
    assert own_lateness(0.1, 1.2, 0.1 * exp(-1.0), PARAMETERS) == pytest.approx(6.0, rel=1e-14)
