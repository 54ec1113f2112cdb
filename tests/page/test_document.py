import numpy as np
import pytest

from simulation.errors import InputError
from simulation.page.container import unpacked
from simulation.page.document import SCALES, block_of
from simulation.page.writing import record_runs


@pytest.fixture(scope="module")
def read(recordings):
    return unpacked(block_of(recordings, "0.1", "tierwise page base grant"))


def test_the_header_says_what_was_run(read, recordings):
    header, _ = read
    assert (header["seed"], header["months"], header["rounds"], header["firms"]) == (3, 20, 4, 150)
    assert [run["name"] for run in header["runs"]] == ["base", "grant"]
    assert header["runs"][1]["policy"] == [{"name": "subsidy", "lever": "subsidy", "first": 8, "last": 19}]
    assert header["runs"][0]["digest"] == recordings[0].scenario.digest()
    assert header["command"] == "tierwise page base grant"


def test_numbers_are_kept_to_the_stated_steps(read, recordings):
    _, arrays = read
    recording = recordings[1]
    half = 0.5 / SCALES["share"] + 1e-7
    np.testing.assert_allclose(arrays["run1.users"] / SCALES["share"], recording.users, atol=half, rtol=0)
    np.testing.assert_allclose(arrays["run1.capacity"] / SCALES["share"], recording.capacity, atol=half, rtol=0)
    ppm = np.expm1(arrays["run1.defects"] / SCALES["defects"])
    np.testing.assert_allclose(ppm, 1e6 * recording.defects, rtol=6e-4)
    np.testing.assert_allclose(arrays["run1.late_days"] / SCALES["days"], recording.late.days, atol=0.0501, rtol=0)
    np.testing.assert_allclose(
        arrays["world.weight"] / SCALES["weight"], recording.world.links.weight, atol=1.01e-5, rtol=0
    )


def test_late_deliveries_are_in_order_and_lead_back_to_their_roots(read, recordings):
    _, arrays = read
    late = recordings[0].late
    time, firm, links = (arrays[f"run0.late_{name}"] for name in ("time", "firm", "links"))
    assert (np.diff(time.astype(int) * 1000 + firm) > 0).all()  # by rounds, then by firms: the page searches so
    passed = np.flatnonzero(links)
    assert passed.size > 20
    np.testing.assert_array_equal(arrays["run0.late_root"], late.root[passed])
    at = {(int(when), int(who)): number for number, (when, who) in enumerate(zip(time, firm, strict=True))}
    complete = 0
    for number, event in enumerate(passed):
        supplier = int(arrays["run0.late_supplier"][number])
        before = at.get((int(time[event]) - 1, supplier))
        if before is not None:
            complete += 1
            assert links[before] == links[event] - 1
    assert complete > 0.8 * passed.size  # of the others the way began before month 0


def test_series_hold_the_measures_of_the_run(read, recordings):
    from simulation.measures import all_measures, labels

    header, arrays = read
    recording = recordings[0]
    names = header["runs"][0]["series"]
    assert arrays["run0.series"].shape == (len(names), 20)
    for row, (measure, group) in zip(arrays["run0.series"], names, strict=True):
        if measure == "structural_late":
            continue
        found = all_measures()[measure]
        values = found.of(recording.record, labels(recording.world.groups, found.scope)[group])
        np.testing.assert_allclose(row, values, rtol=1e-6)


def test_survey_points_come_with_their_sources(read):
    points = {point["id"]: point for point in read[0]["survey"]}
    assert points["use_sme"]["value"] == 0.527
    assert points["use_sme"]["source"].startswith("Survey of") or points["use_sme"]["source"].startswith("Same survey")
    assert points["adopters_goal"]["standard_error"] is None


def test_survey_points_move_where_a_scenario_starts_in_another_year(base):
    later = record_runs([base.with_({"time.start_year": 2024})], 3)
    points = {point["id"]: point for point in unpacked(block_of(later))[0]["survey"]}
    assert points["use_sme"]["month"] == 33 - 12


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network.mean_suppliers": 3.0}, "different firms or links"),
        ({"time.months": 19}, "differ in months"),
        ({"time.start_year": 2024}, "differ in months, start year"),
    ],
)
def test_runs_that_do_not_fit_in_one_picture_are_refused(base, recordings, changes, message):
    other = record_runs([base.with_({"name": "other"} | changes)], 3)
    with pytest.raises(InputError, match=message):
        block_of([recordings[0], *other])


def test_equal_runs_give_equal_bytes(base, recordings):
    again = record_runs([base], 3)
    assert block_of(again) == block_of(recordings[:1])
