"""``tierwise report``."""

from __future__ import annotations

import json
import shutil

import pytest

from simulation.experiments.comparison import compare
from simulation.scenario.scenario import Scenario
from simulation.store import save_runs, write_manifest

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
    monkeypatch.setattr("simulation.report.write_report", lambda comparison, path: path)
    result = cli("report", "results", "-o", "page.html", "--pictures", "figures")
    assert result.exit_code == 0
    files = sorted((tmp_path / "figures").iterdir())
    assert len(files) >= 5
    assert all(file.suffix == ".png" and file.read_bytes().startswith(PNG) for file in files)
    named = sorted(line.removeprefix("Figure: ") for line in result.stdout.splitlines()[1:])
    assert named == [f"figures/{file.name}" for file in files]


def test_json_names_what_was_written(cli, results, monkeypatch):
    monkeypatch.setattr("simulation.report.write_report", lambda comparison, path: path)
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


def test_results_of_one_run_are_no_comparison(cli, tmp_path, scenario_with):
    from simulation.runs import run

    one = run(scenario_with({"time.start_rounds": 1}), 1)
    write_manifest(tmp_path / "one", {"kind": "run"}, save_runs(tmp_path / "one", [one]))
    result = cli("report", "one")
    assert result.exit_code == 2
    assert result.stderr == "one holds results of kind 'run', not a comparison\n"


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
