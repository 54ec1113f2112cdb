"""Running a sweep: what is there stays, what is missing is made, and what came out is what single runs give."""

from __future__ import annotations

import json

import numpy as np
import pytest

import simulation as tw
from simulation.courses import Course
from simulation.engines.strength import solve_strength
from simulation.errors import InputError, RunError
from simulation.experiments.comparison import compare
from simulation.experiments.sweeps import extend, open_sweep, resume, run_sweep, sweep_of
from simulation.experiments.sweeps.ledger import locked

FACTORS = {"lateness.lean": {"low": 0.0, "high": 0.4}, "defects.mismatch": {}}


def study(*scenarios, **values):
    return sweep_of({"design": "latin_hypercube", "size": 4, "replications": 2, "factors": FACTORS} | values, scenarios)


def run(asked, folder, **options):
    return run_sweep(asked, folder, on="serial", **options)


@pytest.fixture(scope="module")
def done(base, grant, tmp_path_factory):
    return run(study(base, grant, series=["late_days"]), tmp_path_factory.mktemp("sweep"))


def test_every_run_is_that_of_its_scenario_and_seed(done, base, grant):
    runs = done.runs()
    assert len(runs) == 4 * 2 * 2
    assert (runs["status"] == "done").all()
    for row in runs.to_dict("records"):
        scenario = done.study.at(row["point"], base if row["scenario"] == "base" else grant)
        alone = tw.run(scenario, seed=row["seed"], has_origins=False)
        assert alone.key == row["key"]
        assert alone.digest == row["digest"]


def test_outcomes_are_those_of_a_comparison(base, grant, tmp_path):
    comparison = compare([base, grant], [1, 2], folder=tmp_path / "comparison")
    values = {"design": "grid", "factors": {"lateness.lean": [base.lateness.lean]}, "first_seed": 2}
    asked = sweep_of(values, [base, grant])
    found = run(asked, tmp_path / "sweep").runs().set_index("scenario")
    expected = comparison.outcomes()
    expected = expected[expected["seed"] == 2].pivot(index="scenario", columns="outcome", values="value")
    assert len(asked.outcomes) > 10
    for outcome in asked.outcomes:
        assert found[outcome.name].to_dict() == pytest.approx(expected[outcome.name].to_dict(), nan_ok=True)


def test_series_are_kept_of_what_was_asked_for(done, base):
    series = done.series()
    assert set(series["measure"]) == {"late_days"}
    row = done.runs().iloc[0]
    alone = tw.run(done.study.at(row["point"], base), seed=row["seed"], has_origins=False).series
    alone = alone[(alone["measure"] == "late_days") & alone["origin"].isna() & alone["depth"].isna()]
    own = series[series["key"] == row["key"]]
    assert len(own) == len(alone)
    keys = ["group", "month"]
    merged = own.astype({"group": str}).merge(alone.astype({"group": str}), on=keys, suffixes=("", "_alone"))
    assert np.array_equal(merged["value"], merged["value_alone"], equal_nan=True)


def test_a_sample_has_every_run_in_its_place(done):
    sample = done.sample("sme_late_days")
    assert sample.values.shape == (2, 4, 2)
    assert sample.missing == 0.0
    for row in done.runs().to_dict("records"):
        place = done.study.row_of[row["point"]]
        replication = done.study.seeds(place).index(row["seed"])
        assert sample.of(row["scenario"])[place, replication] == row["sme_late_days"]
    assert np.allclose(sample.points["lateness.lean"], 0.4 * sample.drawn[:, 0])
    with pytest.raises(InputError, match="did you mean 'sme_late_days'"):
        done.sample("sme_lat_days")


def test_running_again_makes_nothing_again(done, base, grant):
    before = {path.name for path in (done.folder / "parts").iterdir()}
    again = run(study(base, grant, series=["late_days"]), done.folder)
    assert {path.name for path in (done.folder / "parts").iterdir()} == before
    assert again.manifest["sessions"][-1]["before"] == 16


def test_more_points_and_seeds_keep_what_is_there(base, tmp_path):
    first = run(study(base), tmp_path).runs().set_index("request")
    longer = extend(tmp_path, replications=3, on="serial").runs().set_index("request")
    larger = extend(tmp_path, size=6, on="serial").runs().set_index("request")
    assert (len(first), len(longer), len(larger)) == (8, 12, 18)
    for later in (longer, larger):
        assert (later.loc[first.index, "seconds"] == first["seconds"]).all()
    whole = run(study(base, size=6, replications=3), tmp_path / "whole").runs().set_index("request")
    assert set(whole.index) == set(larger.index)
    assert (whole["digest"] == larger.loc[whole.index, "digest"]).all()


def test_a_file_that_asks_for_more_extends_its_folder_and_one_that_asks_for_other_things_is_refused(base, tmp_path):
    run(study(base), tmp_path)
    assert len(run(study(base, replications=3), tmp_path).runs()) == 12
    for other, part in [
        (study(base, replications=2), "holds more: its replications is 3"),
        (study(base, replications=3, seed=2), "another sweep: seed differ"),
        (study(base.with_({"use.speed": 0.3}), replications=3), "another sweep: scenarios differ"),
        (study(base, replications=3, factors={"lateness.lean": {}}), "another sweep: factors differ"),
    ]:
        with pytest.raises(InputError, match=part):
            run(other, tmp_path)
    with pytest.raises(InputError, match="extended to more than it has"):
        extend(tmp_path, replications=1)


def test_a_grid_cannot_be_extended_by_points(base, tmp_path):
    run(study(base, design="grid", factors={"lateness.lean": [0.1, 0.2]}), tmp_path)
    with pytest.raises(InputError, match="can only be given seeds"):
        extend(tmp_path, size=10)


def test_results_of_another_version_are_not_mixed(base, tmp_path):
    run(study(base), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"source": "0" * 64}), encoding="utf-8")
    with pytest.raises(InputError, match="another version of the model"):
        resume(tmp_path, on="serial")


def test_a_run_that_fails_is_a_row_and_can_be_tried_again(base, tmp_path, monkeypatch):
    proper = Course.end

    def broken(course, *arguments):
        if course.scenario.lateness.lean > 0.2:
            raise ValueError("broken on purpose")
        return proper(course, *arguments)

    monkeypatch.setattr(Course, "end", broken)
    found = run(study(base), tmp_path)
    status = found.status()
    assert (status.done, status.failed, status.left) == (4, 4, 0)
    assert status.errors == {"ValueError: broken on purpose": 4}
    assert found.sample("adopter_gap").missing == 0.5
    assert run(study(base), tmp_path).status().failed == 4  # not tried again unless asked for
    monkeypatch.setattr(Course, "end", proper)
    again = resume(tmp_path, on="serial", has_failed_again=True)
    assert (again.status().done, again.status().failed) == (8, 0)
    assert again.sample("adopter_gap").missing == 0.0


def test_values_that_do_not_fit_together_are_told_in_the_rows_of_their_points(base, tmp_path):
    short = base.with_({"time.survey_month": 3})
    factors = {"time.months": [6, 12], "time.survey_month": [3, 11]}
    asked = sweep_of({"design": "grid", "factors": factors, "outcomes": ["adopter_gap"]}, [short])
    status = run(asked, tmp_path).status()
    assert (status.done, status.failed) == (3, 1)
    assert "month 11 is after the last month 5" in next(iter(status.errors))


def test_two_programs_do_not_run_one_folder(base, tmp_path):
    with locked(tmp_path), pytest.raises(RunError, match="another program is running the sweep"):
        run(study(base), tmp_path)


def test_strengths_are_solved_at_every_point_once_or_not_at_all(base, tmp_path):
    solved = base.with_({"name": "grant", "policy.subsidy": {"first": 4, "last": 8}, "budget.seeds": 4})
    factors = {"budget.per_worker": [0.3, 0.6]}
    strengths = {}
    for strength in ("solve", "once", "fixed"):
        asked = study(base, solved, design="grid", factors=factors, strength=strength, replications=1, solve_seeds=4)
        runs = run(asked, tmp_path / strength).runs()
        runs = runs[runs["scenario"] == "grant"]
        strengths[strength] = [json.loads(text)["subsidy"] for text in runs["strengths"]]
        assert runs["can_spend"].notna().all() == (strength == "solve")
    assert strengths["fixed"] == [1.0, 1.0]
    assert strengths["once"] == [solve_strength(solved)[0].policy["subsidy"].strength] * 2
    again = [
        solve_strength(solved.with_({"budget.per_worker": money}))[0].policy["subsidy"].strength
        for money in factors["budget.per_worker"]
    ]
    assert strengths["solve"] == again


def test_a_sweep_that_changed_on_disk_is_told(base, tmp_path):
    run(study(base), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    for change, part in [({"sweep": None}, "changed or damaged"), ({"design": "0"}, "placed by other versions")]:
        (tmp_path / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
        with pytest.raises(InputError, match=part):
            open_sweep(tmp_path).runs()


def test_the_folder_opens_as_what_it_holds(done, base):
    assert type(tw.open(done.folder)) is type(done)
    table = done.table()
    assert {"lateness.lean", "defects.mismatch", "sme_late_days", "point"} <= set(table)
    events = done.run_again("base", point=2).events()
    assert len(events) > 0


def test_members_of_an_ensemble_appear_with_their_values(base, tmp_path):
    asked = study(base, ensemble={"members": 4}, size=8, replications=1, factors={"lateness.lean": {}})
    sample = run(asked, tmp_path).sample("adopter_gap")
    names = [factor.name for factor in sample.factors]
    assert names[0] == "lateness.lean"
    assert "influence.customers" in names
    assert "ensemble" not in names
    assert list(sample.points.columns) == names
    assert sample.drawn.shape == (8, len(names))
    assert ((sample.drawn >= 0.0) & (sample.drawn <= 1.0)).all()


def test_points_and_scenarios_that_agree_in_everything_all_have_their_runs(base, tmp_path):
    same = {"lateness.lean": 0.4}
    twins = [base, base.with_({"name": "twin"})]
    values = {"design": "list", "points": [same, same, {"lateness.lean": 0.5}], "outcomes": ["adopter_gap"]}
    results = run(sweep_of(values, twins), tmp_path)
    status = results.status()
    assert (status.total, status.done, status.left) == (6, 6, 0)
    assert results.runs().groupby("point").size().tolist() == [2, 2, 2]
    assert results.runs().groupby("point")["digest"].nunique().tolist() == [1, 1, 1]
