"""``tierwise systemic``."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from simulation.store.experiment import open_experiment

TINY = (
    "--firms", "60", "--set", "time.months=10", "--set", "time.survey_month=4", "--set", "time.start_rounds=8",
    "--set", "time.origin_months=0",
)  # fmt: skip


def test_firms_are_ranked_shown_and_written_with_the_risk_of_the_first_taken_away(cli, tmp_path):
    result = cli("systemic", "baseline", *TINY, "--top", "2", "--reps", "3", "-o", "found")
    assert (result.exit_code, result.exception) == (0, None)
    header, *lines = result.stdout.splitlines()
    assert header.split()[:6] == ["firm", "size", "sales", "closes", "unreplaced", "defects"]
    assert "defect cost" in header
    assert "late cost" in header
    assert "removed: % less for all others without its own risk, 3 paired runs" in result.stdout
    assert lines[-1] == "Written to found: firms.csv, removal.csv, closure.svg"
    folder = tmp_path / "found"
    assert sorted(path.name for path in folder.iterdir()) == [
        "closure.svg",
        "firms.csv",
        "manifest.json",
        "removal.csv",
    ]
    firms, removal = pd.read_csv(folder / "firms.csv"), pd.read_csv(folder / "removal.csv")
    assert len(firms) == 60
    assert (firms["cost"] - firms["quality_cost"] - firms["handling_cost"] - firms["late_cost"]).abs().max() < 1e-6
    assert firms["late_cost"].sum() > 0.0
    assert firms["closure"].is_monotonic_decreasing
    assert firms["late_days_effect"].notna().tolist() == [True, True, *[False] * 58]
    assert set(removal["firm"]) == set(firms["firm"][:2])
    assert removal["n"].eq(3).all()
    assert [line.split()[0] for line in lines[:10]] == firms["firm"].astype(str)[:10].tolist()
    manifest = open_experiment(folder).manifest
    assert (manifest["kind"], manifest["ranked_by"], manifest["seeds"]) == ("systemic", "closure", [1, 2, 3])
    assert manifest["scenarios"]["baseline"]["resolved"]["network"]["seed"] == 1


def test_json_is_all_that_stands_on_standard_output(cli):
    result = cli("systemic", "baseline", *TINY, "--top", "2", "--reps", "1", "--by", "late", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert [row["late_passed"] for row in printed["firms"]] == sorted(
        (row["late_passed"] for row in printed["firms"]), reverse=True
    )
    assert 0.0 < printed["radius_defects"] < 1.0
    assert printed["firms"][0]["late_days_low"] is None  # one run has no interval


def test_without_removal_nothing_is_run_for_it(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.experiments.removal.burden", None)
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "removal.csv").write_text("of an earlier call")
    result = cli("systemic", "baseline", *TINY, "--top", "0", "-o", "found")
    assert result.exit_code == 0
    assert "removed" not in result.stdout
    assert not (tmp_path / "found" / "removal.csv").exists()


def test_risk_that_does_not_fade_is_said_and_its_sum_left_empty(cli, tmp_path):
    more = ("--set", "defects.critical_inputs=4", "--set", "defects.inspection=0.5", "--top", "0", "-o", "found")
    result = cli("systemic", "baseline", *TINY, *more)
    assert result.exit_code == 0
    assert "risk does not fade along the chain, and its sum is not defined" in result.stdout
    assert pd.read_csv(tmp_path / "found" / "firms.csv")["defects_passed"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nobody"], "nobody"), (["baseline", "--by", "size"], "--by"), (["baseline", "--reps", "0"], "--reps")],
)
def test_bad_input_is_refused_with_a_sentence(cli, tmp_path, arguments, message):
    result = cli("systemic", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()
