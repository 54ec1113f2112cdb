"""``tierwise demo``, on tiny scenarios."""

from __future__ import annotations

import json

import pytest

from simulation.commands import demo
from simulation.experiments.comparison import open_comparison
from simulation.scenario import reading
from simulation.scenario.shipped import shipped_names

SHOWN = demo.SCENARIOS
TINY = (
    "population.firms=60",
    "time.months=40",
    "time.start_rounds=8",
    "adoption.hazard.level=-2.5",
    "budget.per_worker=3.0",
)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Let the demo load two of its scenarios, and make them small; return what it asked for."""
    asked = []
    whole = reading.load

    def load(name, changes=()):
        asked.append((name, tuple(changes)))
        window = [] if name.endswith("baseline") else ["policy.subsidy.first=4", "policy.subsidy.last=39"]
        return whole(name, [*changes, *TINY, *window])

    monkeypatch.setattr(reading, "load", load)
    monkeypatch.setattr(demo, "SCENARIOS", ("baseline", "cash_subsidy"))
    return asked


@pytest.fixture(autouse=True)
def short_report(monkeypatch):
    """Write a page without figures; the report itself has its own tests."""

    def write(comparison, path):
        path.write_text(comparison.baseline.name)
        return path

    monkeypatch.setattr("simulation.report.write_report", write)


def test_the_demo_asks_its_question_and_answers_it_with_a_table_and_a_report(cli, tmp_path):
    result = cli("demo", "--reps", "2", "-o", "shown")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].endswith("?")
    assert ["outcome", "baseline", "cash_subsidy"] in [line.split() for line in lines]
    page = tmp_path / "shown" / "report.html"
    assert lines[-1] == f"Report: {page}"
    assert page.read_text() == "baseline"
    assert open_comparison("shown").seeds == (1, 2)
    assert "Running, runs: 4 of 4" in result.stderr


def test_strengths_are_solved_on_the_seeds_that_are_compared(cli, tiny):
    result = cli("demo", "--reps", "3", "-o", "shown")
    assert result.exit_code == 0
    assert tiny == [("tierwise:baseline", ("budget.seeds=3",)), ("tierwise:cash_subsidy", ("budget.seeds=3",))]
    (spent,) = open_comparison("shown").spending.values()
    assert len(spent["seeds"]) == 3


def test_json_is_all_that_stands_on_standard_output(cli):
    result = cli("demo", "--reps", "2", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert {row["scenario"] for row in printed["differences"]} == {"cash_subsidy"}


def test_one_seed_is_too_few(cli, tmp_path):
    result = cli("demo", "--reps", "1")
    assert result.exit_code == 2
    assert "--reps" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_scenarios_of_the_demo_are_shipped_and_start_with_the_baseline():
    assert set(SHOWN) <= set(shipped_names())
    assert SHOWN[0] == "baseline"
