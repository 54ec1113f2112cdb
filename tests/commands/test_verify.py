"""``tierwise verify``."""

from __future__ import annotations

import json

from simulation.experiments.verification import defects
from simulation.experiments.verification.check import Check, Limit


def test_chosen_limits_are_shown_and_written(cli, tmp_path):
    done = cli("verify", "Q2", "T1", "-o", "out")
    assert done.exit_code == 0
    assert "Q2" in done.stdout
    assert "FAILS" not in done.stdout
    written = (tmp_path / "out" / "verification.md").read_text(encoding="utf-8")
    assert "## T1: " in written
    assert "## B1: " not in written


def test_json_has_a_row_per_comparison(cli):
    rows = json.loads(cli("verify", "Q2", "--json").stdout)
    assert {row["id"] for row in rows} == {"Q2"}
    assert all(row["agrees"] and abs(row["model"] - row["formula"]) <= row["tolerance"] for row in rows)


def test_an_unknown_limit_is_refused_with_those_that_exist(cli):
    done = cli("verify", "X9")
    assert done.exit_code == 2
    assert "there is no limit 'X9'; there are B1, B2" in done.stderr


def test_a_failing_comparison_is_a_failure(cli, monkeypatch):
    wrong = Limit("Z", "Wrong", "0", "nobody", "none", lambda: [Check("a", 1.0, 0.0, 0.1), Check("b", 0.0, 0.0, 0.1)])
    monkeypatch.setattr("simulation.experiments.verification.LIMITS", (wrong, *defects.LIMITS))
    done = cli("verify", "Z")
    assert done.exit_code == 1
    assert "1 of 2 comparisons fail: Z" in done.stderr
    assert "FAILS" in done.stdout


def test_nan_never_agrees():
    assert not Check("a", float("nan"), 0.0, 1.0).agrees
