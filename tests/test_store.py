"""Results on disk: what is read back is what was run, and no file is ever half there."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import simulation.store
from simulation.errors import InputError, RunError
from simulation.runs import run
from simulation.store import (
    FORMAT,
    check_folder,
    environment,
    installed,
    open_experiment,
    replace_file,
    save_frame,
    save_runs,
    write_manifest,
    write_part,
)

TINY = {"time.start_rounds": 8, "time.survey_month": 6, "time.origin_months": 3, "adoption.hazard.level": -2.5}
PLACE = ["seed", "measure", "group", "origin", "depth", "month"]


@pytest.fixture(scope="module")
def runs(scenario_with):
    scenario = scenario_with(TINY | {"name": "tiny"}, firms=60, months=14)
    return [run(scenario, seed) for seed in (1, 2)]


@pytest.fixture
def saved(runs, tmp_path):
    """A folder with two runs, firms and links of both."""
    parts = save_runs(tmp_path / "out", runs, has_firms=True)
    write_manifest(tmp_path / "out", {"kind": "test", "seeds": [1, 2]}, parts)
    return tmp_path / "out"


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a series in one order, with plain types."""
    words = dict.fromkeys(("key", "scenario", "group", "origin", "measure"), object)
    plain = frame.astype(words | {"depth": "Int16", "month": "int64"})
    plain["origin"] = plain["origin"].where(plain["origin"].notna(), None)
    return plain.sort_values(PLACE, ignore_index=True)


def _bits(values: pd.Series) -> np.ndarray:
    return values.to_numpy(np.float64).view(np.uint64)


def test_the_series_comes_back_to_the_bit(saved, runs):
    stored = _sorted(open_experiment(saved).series())
    kept = _sorted(pd.concat([one.series for one in runs], ignore_index=True))
    assert list(stored) == list(kept)
    for name in stored:
        if name == "value":
            np.testing.assert_array_equal(_bits(stored[name]), _bits(kept[name]))
        else:
            pd.testing.assert_series_equal(stored[name], kept[name])


def test_some_measures_can_be_read_alone(saved, runs):
    part = open_experiment(saved).series(["adopter_gap", "defects_from"])
    whole = pd.concat([one.series for one in runs])
    assert set(part["measure"]) == {"adopter_gap", "defects_from"}
    assert len(part) == whole["measure"].isin(["adopter_gap", "defects_from"]).sum()


def test_firms_and_links_come_back(saved, runs):
    experiment = open_experiment(saved)
    firms, links = experiment.firms(), experiment.links()
    for one in runs:
        pd.testing.assert_frame_equal(
            firms[firms["seed"] == one.seed].reset_index(drop=True).astype({"firm": object, "key": object}),
            one.firms.astype({"firm": object, "key": object}),
            check_dtype=False,
            check_categorical=False,
            check_exact=True,
        )
        mine = links[links["seed"] == one.seed].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine[list(one.links)], one.links, check_exact=True)


def test_runs_have_a_row_each_with_their_digest(saved, runs):
    table = open_experiment(saved).runs()
    assert table["seed"].tolist() == [1, 2]
    assert table["digest"].tolist() == [one.digest for one in runs]
    assert table["key"].tolist() == [one.key for one in runs]
    assert (table["status"] == "done").all()


def test_the_manifest_holds_the_sha_256_of_every_part(saved):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (saved / "parts").iterdir()}
    assert manifest["parts"] == found
    assert {name.partition("-")[0] for name in found} == {"series", "runs", "firms", "links"}


def test_the_manifest_says_what_was_run_and_with_what(saved):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["format"], manifest["kind"], manifest["seeds"]) == (FORMAT, "test", [1, 2])
    known = {"versions", "python", "platform", "processor", "processors", "source", "commit", "has_local_changes"}
    assert known <= set(manifest["environment"])
    assert manifest["environment"]["versions"]["numpy"] == np.__version__


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("is_tracked", [True, False])
def test_the_commit_is_that_of_the_sources_and_not_of_a_project_around_them(tmp_path, monkeypatch, is_tracked):
    def git(*arguments):
        who = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    package = tmp_path / "environment"
    package.mkdir()
    (package / "store.py").touch()
    git("init", "--quiet")
    if is_tracked:
        git("add", ".")
    git("commit", "--quiet", "--allow-empty", "--message", "A project")
    monkeypatch.setattr(simulation.store, "__file__", str(package / "store.py"))
    found = environment()
    assert found["commit"] == (git("rev-parse", "HEAD").strip() if is_tracked else None)
    assert found["has_local_changes"] is False


def test_the_same_runs_give_the_same_parts(saved, runs, tmp_path):
    again = save_runs(tmp_path / "again", runs, has_firms=True)
    assert {path.name for path in again} == {path.name for path in (saved / "parts").iterdir()}
    for path in again:
        assert path.read_bytes() == (saved / "parts" / path.name).read_bytes()


def test_parts_that_differ_in_names_alone_are_two(tmp_path):
    one, other = (pa.table({"key": pa.array([key, key]).dictionary_encode(), "value": [1.0, 2.0]}) for key in "ab")
    named = one.replace_schema_metadata({"parts": "series"})
    paths = {write_part(tmp_path, "series", table) for table in (one, other, named, one)}
    assert len(paths) == 3


def test_parts_that_a_newer_manifest_does_not_list_are_removed(saved, runs):
    parts = save_runs(saved, runs[:1])
    write_manifest(saved, {"kind": "test"}, parts)
    assert sorted((saved / "parts").iterdir()) == sorted(parts)
    assert open_experiment(saved).runs()["seed"].tolist() == [1]
    assert open_experiment(saved).firms().empty


def test_parts_of_an_interrupted_run_are_not_read(saved, runs):
    before = len(open_experiment(saved).series())
    save_runs(saved, [run(runs[0].scenario, 9)])
    assert len(open_experiment(saved).series()) == before


def test_a_manifest_may_list_no_parts(tmp_path):
    write_manifest(tmp_path, {"kind": "test"})
    experiment = open_experiment(tmp_path)
    assert all(frame.empty for frame in (experiment.runs(), experiment.series(), experiment.firms()))


def test_a_frame_is_written_under_the_digest_of_its_contents(tmp_path):
    frames = [pd.DataFrame({"a": [1.0, value]}) for value in (2.0, 2.0, 3.0)]
    first, same, other = (save_frame(tmp_path, "firms", frame) for frame in frames)
    assert first == same != other
    assert pd.read_parquet(other)["a"].tolist() == [1.0, 3.0]


def _write_half(path, error):
    with replace_file(path) as temporary:
        temporary.write_text("half")
        raise error


def test_an_exception_leaves_no_file_behind(tmp_path):
    with pytest.raises(KeyError):
        _write_half(tmp_path / "sub" / "final.txt", KeyError("stop"))
    assert list((tmp_path / "sub").iterdir()) == []


def test_an_interruption_leaves_the_earlier_file_as_it_was(tmp_path):
    final = tmp_path / "final.txt"
    final.write_text("whole")
    with pytest.raises(KeyboardInterrupt):
        _write_half(final, KeyboardInterrupt())
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]
    assert final.read_text() == "whole"


def test_the_final_name_appears_only_when_all_is_written(tmp_path):
    final = tmp_path / "final.txt"
    with replace_file(final) as temporary:
        temporary.write_text("whole")
        assert not final.exists()
        assert temporary.parent == final.parent
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]
    assert final.read_text() == "whole"
    assert final.stat().st_mode & 0o777 == 0o644


def test_a_file_where_a_folder_should_be_is_said_in_a_sentence(tmp_path, runs):
    (tmp_path / "taken").write_text("")
    for write in (
        lambda: check_folder(tmp_path / "taken"),
        lambda: save_runs(tmp_path / "taken", runs[:1]),
        lambda: write_manifest(tmp_path / "taken" / "below", {}),
        lambda: check_folder(tmp_path / "taken" / "below"),
    ):
        with pytest.raises(RunError, match=r"^cannot write to .*taken.*: (Not a directory|File exists)$"):
            write()


def test_a_folder_where_a_file_should_be_is_said_in_a_sentence(tmp_path):
    (tmp_path / "final.txt" / "full").mkdir(parents=True)
    with pytest.raises(RunError, match=r"^cannot write .*final\.txt: "), replace_file(tmp_path / "final.txt") as path:
        path.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]


def test_a_folder_for_results_is_made_and_holds_no_trace_of_the_trial(tmp_path):
    folder = tmp_path / "a" / "b"
    check_folder(folder)
    assert folder.is_dir()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(InputError, match=r"holds no results: there is no manifest\.json"):
            open_experiment(place)


@pytest.mark.parametrize(
    "text",
    ["", "{", "\ufeff{}", '{"format": 1}', '{"format": 1, "parts": ["a"]}', "[" * 100_000],
)
def test_a_damaged_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json is damaged"):
        open_experiment(tmp_path)


def test_a_manifest_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"manifest\.json is damaged"):
        open_experiment(tmp_path)


def test_a_manifest_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(InputError, match=r"manifest\.json cannot be read: "):
        open_experiment(tmp_path)


def test_packages_of_extras_are_named_where_they_are_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "distributed")
    monkeypatch.setitem(sys.modules, "duckdb", sys)
    versions = environment()["versions"]
    assert versions["duckdb"] == installed("duckdb")
    assert "distributed" not in versions


@pytest.mark.parametrize(("text", "found"), [('{"format": 99}', "99"), ("{}", "None"), ("[]", "None")])
def test_another_format_is_refused(tmp_path, text, found):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"was written in format {found}; this version reads format {FORMAT}"):
        open_experiment(tmp_path)


def test_a_manifest_cannot_lead_out_of_its_folder(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 1, "parts": {"../../series-0.parquet": ""}}')
    with pytest.raises(InputError, match="does not list its parts"):
        open_experiment(tmp_path)


def test_a_missing_part_is_named(saved):
    (part,) = (saved / "parts").glob("series-*")
    part.unlink()
    with pytest.raises(InputError, match=f"{part.name} is listed in manifest.json and is not there; run again"):
        open_experiment(saved).series()


@pytest.mark.parametrize("keep", [0, 100, -200])
def test_a_part_that_was_cut_off_is_named(saved, keep):
    (part,) = (saved / "parts").glob("series-*")
    part.write_bytes(part.read_bytes()[:keep])
    with pytest.raises(InputError, match=f"{part.name} is damaged: .*; run again"):
        open_experiment(saved).series()


def test_a_part_with_a_changed_byte_is_named(saved):
    (part,) = (saved / "parts").glob("series-*")
    changed = bytearray(part.read_bytes())
    changed[len(changed) // 2] ^= 0xFF
    part.write_bytes(changed)
    with pytest.raises(InputError, match=f"{part.name} is damaged: "):
        open_experiment(saved).series()
