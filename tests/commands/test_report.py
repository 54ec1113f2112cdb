"""``tierwise report``."""

from __future__ import annotations

import json
import shutil

import pytest

from simulation.experiments.comparison import compare
from simulation.scenario.scenario import Scenario
from simulation.store.manifest import write_manifest

TINY = {
    "name": "base",
    "population.firms": 60,
    "time.months": 40,
    "time.start_rounds": 8,
    "adoption.hazard.level": -2.5,
}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    base = Scenario().with_(TINY)
    compare([base, base.with_({"name": "alone", "influence.peers": 0.0})], [1, 2, 3], folder=folder)
    return folder


@pytest.fixture
def results(kept, tmp_path):
    return shutil.copytree(kept, tmp_path / "results")


def test_the_report_is_written_beside_the_results(cli, results):
    first = cli("report", "results")
    assert (first.exit_code, first.stdout) == (0, "Report: results/report.html\n")
    page = (results / "report.html").read_bytes()
    assert page.startswith(b"<!doctype html>")
    assert b"alone" in page


def test_pictures_are_written_as_png_files(cli, results, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.report.write_folder_report", lambda folder, path, language: path)
    result = cli("report", "results", "-o", "page.html", "--pictures", "figures")
    assert result.exit_code == 0
    files = sorted((tmp_path / "figures").iterdir())
    assert len(files) >= 5
    assert all(file.suffix == ".png" and file.read_bytes().startswith(PNG) for file in files)
    named = sorted(line.removeprefix("Figure: ") for line in result.stdout.splitlines()[1:])
    assert named == [f"figures/{file.name}" for file in files]


def test_json_names_what_was_written(cli, results, monkeypatch):
    monkeypatch.setattr("simulation.report.write_folder_report", lambda folder, path, language: path)
    result = cli("report", "results", "-o", "page.html", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {"report": "page.html", "figures": []}


def test_a_folder_without_results_is_refused_with_one_sentence(cli, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "absent"):
        result = cli("report", folder)
        assert result.exit_code == 2
        assert result.stderr == f"{folder} holds no results: there is no manifest.json\n"
        assert result.stdout == ""
    assert not (tmp_path / "absent").exists()


def test_there_are_reports_of_single_runs_and_sweeps(cli, kept_run, kept_sweep, tmp_path, no_pictures):
    for folder, words in ((kept_run, "A single run"), (kept_sweep, "Sweep of assumptions")):
        result = cli("report", str(folder), "-o", "page.html")
        assert (result.exit_code, result.stderr) == (0, "")
        assert words in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_language_has_its_own_file(cli, results, no_pictures):
    result = cli("report", "results", "--language", "ko")
    assert (result.exit_code, result.stdout) == (0, "Report: results/report-ko.html\n")
    assert '<html lang="ko">' in (results / "report-ko.html").read_text(encoding="utf-8")
    assert cli("report", "results", "--language", "fr").exit_code == 2


def test_results_of_another_kind_are_refused_with_one_sentence(cli, tmp_path):
    write_manifest(tmp_path / "other", {"kind": "calibration"})
    result = cli("report", "other")
    assert result.exit_code == 2
    assert (
        result.stderr
        == "other holds results of kind 'calibration'; there are reports of runs, comparisons and sweeps\n"
    )


@pytest.mark.parametrize("change", ["unknown", "missing"])
def test_a_comparison_of_another_version_is_refused_with_one_sentence(cli, results, change):
    path = results / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if change == "unknown":
        manifest["scenarios"]["alone"]["resolved"]["time"]["weeks"] = 4
    else:
        del manifest["scenarios"]["alone"]["resolved"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    result = cli("report", "results")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "manifest.json" in result.stderr
    assert "Traceback" not in result.output


def test_a_missing_part_is_refused_with_one_sentence(cli, results):
    for part in (results / "parts").glob("series-*"):
        part.unlink()
    result = cli("report", "results")
    assert result.exit_code == 2
    assert "is not there; run again to write these results anew" in result.stderr
    assert not (results / "report.html").exists()


def test_a_report_that_cannot_be_written_ends_with_1(cli, results, tmp_path):
    (tmp_path / "taken").write_text("")
    result = cli("report", "results", "-o", "taken/page.html")
    assert result.exit_code == 1
    assert result.stderr.startswith("cannot write to taken: ")
