"""Checks of folders that are as they were written, and of folders that were damaged on purpose."""

from __future__ import annotations

import json
import math

import kept
import pyarrow.parquet as pq
import pytest

from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.experiments.rerunning import check
from simulation.exports.networks import save_world
from simulation.scenario.reading import load


@pytest.mark.parametrize(("folder", "runs"), [("kept_run", 1), ("kept_comparison", 4), ("kept_sweep", 12)])
def test_what_was_written_comes_out_again(folder, runs, request):
    told = []
    found = check(request.getfixturevalue(folder), workers=2, on_progress=lambda *progress: told.append(progress))
    assert found.is_identical
    assert (found.runs, found.failed, found.again) == (runs, 0, runs)
    assert (found.differences, found.parts, found.changes) == ((), (), ())
    assert told == [(number, runs) for number in range(runs + 1)]


def test_a_sample_is_drawn_by_its_seed(kept_comparison, tmp_path):
    folder = kept.copied(kept_comparison, tmp_path / "damaged")
    for part in open_results(folder).parts("runs"):
        kept.rewritten(folder, part, lambda runs: runs.assign(digest="0" * 64))
    drawn = [
        {(one.scenario, one.seed) for one in check(folder, sample=2, seed=seed).differences} for seed in (1, 1, 2, 3, 4)
    ]
    assert all(len(chosen) == 2 for chosen in drawn)
    assert drawn[0] == drawn[1]
    assert any(other != drawn[0] for other in drawn[2:])


def test_a_damaged_digest_is_found_though_all_numbers_are_the_same(kept_comparison, tmp_path):
    folder = kept.copied(kept_comparison, tmp_path / "damaged")
    for part in open_results(folder).parts("runs"):
        kept.rewritten(
            folder,
            part,
            lambda runs: runs.assign(
                digest=runs["digest"].where((runs["seed"] != 5) | (runs["scenario"] != "grant"), "0" * 64)
            ),
        )
    found = check(folder)
    assert not found.is_identical
    assert found.parts == ()
    (one,) = found.differences
    assert (one.point, one.scenario, one.seed) == (None, "grant", 5)
    assert not one.has_same_digest
    assert one.gaps == ()


@pytest.mark.parametrize("is_listed", [True, False])
def test_damaged_numbers_are_found_with_their_size(kept_comparison, tmp_path, is_listed):
    folder = kept.copied(kept_comparison, tmp_path / "damaged")

    def change(series):
        hit = (series["measure"] == "adopters") & (series["group"] == "all") & (series["scenario"] == "base")
        return series.assign(value=series["value"].where(~(hit & (series["month"] == 7)), series["value"] + 0.5))

    parts = open_results(folder).parts("series")
    for part in parts:
        kept.rewritten(folder, part, change, is_listed=is_listed)
    found = check(folder)
    assert sorted(found.parts) == ([] if is_listed else sorted(parts))
    assert {(one.scenario, one.seed) for one in found.differences} == {("base", 4), ("base", 5)}
    assert all(one.has_same_digest for one in found.differences)
    ((name, runs, gap),) = found.by_measure()
    assert (name, runs, gap.where) == ("adopters", 2, "all, month 7")
    assert gap.absolute == pytest.approx(0.5)


def test_damaged_outcomes_and_series_of_a_sweep_are_found(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "damaged")
    results = open_results(folder)
    point = int(results.runs()["point"].iloc[-1])
    for part in results.parts("runs"):
        kept.rewritten(
            folder, part, lambda runs: runs.assign(public_cost=runs["public_cost"].where(runs["point"] != point, -1.0))
        )
    keys = set(results.runs().loc[results.runs()["point"] == 0, "key"])
    for part in results.parts("series"):
        kept.rewritten(
            folder, part, lambda series: series.assign(value=series["value"].where(~series["key"].isin(keys), math.nan))
        )
    found = check(folder)
    assert {(one.point, tuple(gap.name for gap in one.gaps)) for one in found.differences} == {
        (0, ("adopters",)),
        (point, ("public_cost",)),
    }
    assert all(one.has_same_digest for one in found.differences)
    assert {gap.absolute for _, _, gap in found.by_measure() if gap.name == "adopters"} == {math.inf}


def test_of_two_results_for_one_run_the_wrong_one_is_found(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "twice")
    kept.made_twice(folder)
    assert check(folder).is_identical
    (longer,) = [part for part in open_results(folder).parts("runs") if _seconds(folder, part) == 99.0]
    kept.rewritten(folder, longer, lambda runs: runs.assign(digest="f" * 64), is_listed=False)
    found = check(folder)
    again = open_results(folder).written()
    assert len(found.differences) == (again["part"] == longer).sum()
    assert found.again == 12 + len(found.differences)


def _seconds(folder, part):
    return pq.read_table(folder / "parts" / part)["seconds"][0].as_py()


def test_runs_that_failed_are_left_out_and_said(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "failed")
    first = open_results(folder).parts("runs")[0]
    kept.rewritten(folder, first, lambda runs: runs.assign(status="failed", error="no memory", digest=None, key=None))
    failed = (open_results(folder).written()["status"] == "failed").sum()
    found = check(folder)
    assert (found.runs, found.failed, found.again) == (12, failed, 12 - failed)
    assert found.is_identical


def test_another_model_other_packages_and_machine_are_named(kept_run, tmp_path):
    folder = kept.copied(kept_run, tmp_path / "old")

    def change(told):
        told["environment"] |= {"source": "0123456789abcdef", "platform": "Windows-95", "processor": "i486"}
        told["environment"]["versions"] |= {"numpy": "1.0", "abacus": "3.2"}

    kept.edited(folder, change)
    found = check(folder)
    assert found.is_identical  # the numbers are what counts
    then = {change.name: change.then for change in found.changes}
    assert then == {
        "source of the model": "0123456789abcdef",
        "platform": "Windows-95",
        "processor": "i486",
        "numpy": "1.0",
        "abacus": "3.2",
    }
    assert {change.name: change.now for change in found.changes}["abacus"] == "not installed"


def test_every_session_of_a_sweep_counts(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "sessions")
    kept.edited(folder, lambda told: told["sessions"][0]["environment"]["versions"].update({"numba": "0.1"}))
    (change,) = check(folder).changes
    assert change.name == "numba"
    assert change.then.endswith(", 0.1")


@pytest.fixture
def own(tmp_path):
    """A run on own tables, which can be changed."""
    small = {"name": "own", "population.firms": 40, "time.months": 8, "time.survey_month": 4, "time.start_rounds": 8}
    save_world(kept.BASE.with_(small), 1, tmp_path / "world")
    scenario = load(tmp_path / "world" / "scenario.yaml")
    return kept.keep_run(tmp_path / "own", scenario), tmp_path / "world" / "firms.csv"


def test_own_tables_that_changed_are_named_and_their_runs_not_made(own):
    folder, firms = own
    assert check(folder).is_identical
    data = json.loads((folder / "manifest.json").read_text())["scenarios"]["own"]["data"]
    assert set(data) == {"population.data.firms", "population.data.links"}
    firms.write_text(firms.read_text() + "\n")
    for _ in range(2):
        found = check(folder)
        (one,) = found.differences
        assert one.error == "its own data are not what they were"
        (change,) = found.changes
        assert change.name.startswith("own data of own")
        kept.edited(folder, lambda told: told["scenarios"]["own"].pop("data", None))  # as manifests were before


def test_own_tables_that_are_gone_are_named(own):
    folder, firms = own
    firms.unlink()
    found = check(folder)
    assert "cannot be read" in found.changes[0].now
    assert not found.is_identical


def test_what_cannot_be_made_again_is_refused(kept_run, tmp_path):
    folder = kept.copied(kept_run, tmp_path / "other")
    kept.edited(folder, lambda told: told.update(kind="claims"))
    with pytest.raises(InputError, match="kind 'claims'; only those of run, comparison, sweep"):
        check(folder)
    kept.edited(folder, lambda told: told.update(kind="run"))
    kept.edited(folder, lambda told: told["scenarios"]["base"]["resolved"].update(witchcraft={}))
    with pytest.raises(InputError, match="does not say what was run in a way that this version"):
        check(folder)
