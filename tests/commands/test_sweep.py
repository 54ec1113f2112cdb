"""``tierwise sweep``: plan, run, status, retry and extend as a user calls them."""

from __future__ import annotations

import json

import pytest

from simulation.courses import Course

SWEEP = """
scenarios: [baseline]
set: {population.firms: 60, time.months: 12, time.survey_month: 6, time.start_rounds: 8, time.origin_months: 2}
design: latin_hypercube
size: 4
factors:
  lateness.lean:
  defects.mismatch: {low: 0.1, high: 0.5}
  network.kind: [production, random]
constraints: [lateness.lean + defects.mismatch <= 1]
outcomes: [sme_late_days]
"""


@pytest.fixture
def sweep(cli, tmp_path):
    """Return the command line in a folder that holds ``small.yaml``."""
    (tmp_path / "small.yaml").write_text(SWEEP, encoding="utf-8")
    return lambda *arguments: cli("sweep", *arguments)


def run(sweep, *more):
    return sweep("run", "small.yaml", "-o", "out", "--on", "serial", *more)


def test_a_plan_counts_times_and_keeps_nothing(sweep, tmp_path):
    before = set(tmp_path.rglob("*"))
    found = sweep("plan", "small.yaml", "--json", "--workers", "2")
    assert found.exit_code == 0, found.stderr
    plan = json.loads(found.output)
    assert (plan["points"], plan["runs"], plan["left"], plan["scenarios"]) == (4, 4, 4, ["baseline"])
    assert plan["seconds"] == pytest.approx(4 * plan["seconds_per_run"] / 2)
    assert plan["seconds_per_run"] > 0.0
    assert set(tmp_path.rglob("*")) == before


def test_a_plan_tells_the_room_on_disk(sweep, tmp_path):
    planned = json.loads(sweep("plan", "small.yaml", "--json", "--workers", "1", "--set", "size=32").output)["bytes"]
    assert run(sweep, "--set", "size=32").exit_code == 0
    used = sum(path.stat().st_size for path in (tmp_path / "out" / "parts").iterdir())
    assert used / 4 < planned < used  # its first and last parts are smaller than counted


def test_a_plan_takes_off_what_a_folder_holds(sweep):
    assert run(sweep).exit_code == 0
    found = sweep("plan", "small.yaml", "-o", "out", "--no-time", "--set", "size=6")
    assert found.exit_code == 0, found.stderr
    assert "6 points x 1 seeds x 1 scenarios (baseline) = 6 runs" in found.output
    assert "out holds 4 of them; 2 are left" in found.output
    assert "part of the buffer that a firm gives up" in found.output


def test_status_says_how_far_it_is_and_extend_goes_on(sweep):
    assert "4 of 4 runs done" in run(sweep).output
    extended = sweep("extend", "out", "--reps", "2", "--size", "5", "--on", "serial")
    assert extended.exit_code == 0, extended.stderr
    status = json.loads(sweep("status", "out", "--json").output)
    assert (status["total"], status["done"], status["failed"], status["left"]) == (10, 10, 0, 0)
    assert not status["is_running"]


def test_runs_that_fail_end_with_exit_code_1_and_are_tried_again(sweep, monkeypatch):
    proper = Course.end

    def broken(course, *arguments):
        if course.scenario.network.kind == "random":
            raise ValueError("broken on purpose")
        return proper(course, *arguments)

    monkeypatch.setattr(Course, "end", broken)
    found = run(sweep)
    assert found.exit_code == 1
    assert "x ValueError: broken on purpose" in found.output
    assert "tierwise sweep retry out" in found.output
    monkeypatch.setattr(Course, "end", proper)
    again = sweep("retry", "out", "--on", "serial")
    assert again.exit_code == 0, again.stderr
    assert "4 of 4 runs done" in again.output


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("status", "nowhere"), "nowhere holds no results"),
        (("extend", "out"), "say by what"),
        (("plan", "nothing.yaml"), "there is no such sweep"),
        (("run", "small.yaml", "-o", "out", "--set", "size=0"), "below the smallest allowed value 1"),
        (("run", "small.yaml", "-o", "out", "--set", "factors.lateness.lean.low=2"), "lateness.lean"),
    ],
)
def test_bad_input_is_a_sentence(sweep, arguments, part):
    found = sweep(*arguments)
    assert found.exit_code == 2
    assert part in found.stderr
    assert "Traceback" not in found.stderr
