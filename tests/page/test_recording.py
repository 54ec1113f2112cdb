"""A recording is the run: the same adopters, late deliveries, partners and explanations."""

import numpy as np
import pytest

from simulation.engines import film
from simulation.engines.events import late_events
from simulation.engines.explaining import explain
from simulation.page.recording import record
from simulation.runs import run
from simulation.world.build import build


def test_recorded_runs_end_as_runs_do(recordings):
    for recording in recordings:
        lived = run(recording.scenario, recording.seed)
        np.testing.assert_array_equal(recording.adopted[-1], lived.adopted)
        np.testing.assert_array_equal(recording.users[-1], lived.state.user_share)
        np.testing.assert_array_equal(recording.defects[-1], lived.state.defects)
        np.testing.assert_array_equal(recording.record.tallies.groups, lived.record.tallies.groups)
        for found, expected in zip(recording.late, late_events(recording.world, *recording[:2]), strict=True):
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)
        last = recording.scenario.time.months - 1
        np.testing.assert_allclose(recording.structural[last], lived.structure[last][1], rtol=1e-9)


def test_how_many_months_are_lived_at_a_time_changes_nothing(recordings, monkeypatch):
    monkeypatch.setattr(film, "_LONGEST", 5)
    whole, told = recordings[1], []
    again = record(whole.world, whole.scenario, whole.seed, told.append)
    assert told == [*range(5, whole.scenario.time.months, 5), whole.scenario.time.months]
    for one, other in ((again.late, whole.late), (again.supported, whole.supported), (again.replaced, whole.replaced)):
        for found, expected in zip(one, other, strict=True):
            np.testing.assert_array_equal(found, expected)
    for name in ("users", "capacity", "adopted", "defects", "structural"):
        np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))


def test_what_is_told_the_months_may_end_the_run(recordings):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(recordings[0].world, recordings[0].scenario, 1, stop)


def test_replaced_suppliers_lead_from_the_first_links_to_the_last(recordings):
    recording = recordings[0]
    assert recording.replaced.month.size > 0
    supplier = recording.first_links.copy()
    supplier[recording.replaced.slot] = recording.replaced.supplier  # in order of months, the last one stays
    twin = recording.scenario.with_({"time.months": recording.scenario.time.months - 1})
    np.testing.assert_array_equal(supplier, run(twin, recording.seed).final_links.supplier)


def test_adoptions_have_the_draws_of_the_run(recordings):
    recording = recordings[1]
    decided = recording.decided
    assert decided.month.size > 10
    for at in range(0, decided.month.size, 7):
        firm, month = int(decided.firm[at]), int(decided.month[at])
        told = explain(recording.world, recording.scenario, recording.seed, firm, month)
        assert told.decision.outcome == "adopts"
        assert told.decision.draw == decided.draw[at] < told.decision.chance


def test_support_is_recorded_where_a_policy_gives_it(recordings):
    without, grant = (recording.supported for recording in recordings)
    assert without.month.size == 0
    assert grant.month.min() == 8
    assert (grant.borne > 0.0).all()
    at = int(np.argmax(grant.borne))
    told = explain(recordings[1].world, recordings[1].scenario, 3, int(grant.firm[at]), int(grant.month[at]))
    cost = next(term.value for term in told.decision.terms if term.label == "cost")
    borne = told.decision.terms[-1].value
    np.testing.assert_allclose(borne, -cost * grant.borne[at], rtol=1e-12)


def test_a_single_month_and_a_world_without_late_deliveries_can_be_recorded(base):
    punctual = {size: dict.fromkeys(("manufacturing", "services"), 0.0) for size in ("large", "sme")}
    scenario = base.with_({"time.months": 1, "time.survey_month": 0, "firms.late_chance": punctual})
    recording = record(build(scenario, 1), scenario, 1)
    assert recording.users.shape == (2, 150)
    assert recording.late.month.size == recording.replaced.month.size == 0
