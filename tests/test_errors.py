from __future__ import annotations

import pytest

from simulation.errors import LONGEST, InputError, Problem, RunError, TierwiseError


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("use fewer firms"), "use fewer firms"),
        (Problem("use fewer firms", path="population.firms"), "population.firms: use fewer firms"),
        (Problem("use fewer firms", "a.yaml:3:8", "population.firms"), "a.yaml:3:8: population.firms: use fewer firms"),
        (Problem("not YAML", "--set"), "--set: not YAML"),
        (Problem("no \x1b[2J\ud800 기업\n", "a\n.csv:1", "\u200b"), "a\\n.csv:1: \\u200b: no \\x1b[2J\\ud800 기업\\n"),
    ],
)
def test_a_problem_says_where_then_what(problem, text):
    assert str(problem) == text


def test_bad_input_shows_every_problem_on_its_own_line():
    error = InputError([Problem("one", "a.yaml:1:1"), Problem("two", path="time.months")])
    assert str(error) == "a.yaml:1:1: one\ntime.months: two"
    assert [problem.message for problem in error.problems] == ["one", "two"]


@pytest.mark.parametrize("given", ["too many", Problem("too many"), [Problem("too many")], iter([Problem("too many")])])
def test_bad_input_takes_a_sentence_a_problem_or_several(given):
    error = InputError(given)
    assert error.problems == (Problem("too many"),)
    assert str(error) == "too many"


def test_bad_input_ends_with_2_and_failed_runs_with_1():
    assert InputError("x").exit_code == 2
    assert RunError("x").exit_code == 1
    assert issubclass(InputError, TierwiseError)
    assert issubclass(RunError, TierwiseError)


def test_a_message_does_not_flood_a_terminal():
    assert str(Problem("x" * 10**6)) == "x" * LONGEST + "..."
    assert str(Problem("말" * LONGEST)) == "말" * LONGEST
