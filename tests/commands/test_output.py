"""What commands print."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from simulation.commands import output
from simulation.commands.output import emit_json, progress, table


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(output.time, "monotonic", made)
    return made


def test_json_is_indented_and_keeps_words_of_any_language(capsys):
    emit_json({"title": "기업", 5: (1, 2.5, True, None)})
    printed = capsys.readouterr().out
    assert '"title": "기업"' in printed
    assert json.loads(printed) == {"title": "기업", "5": [1, 2.5, True, None]}


def test_numbers_that_json_does_not_have_become_null(capsys):
    emit_json([float("nan"), float("inf"), {"a": -float("inf")}, 0.0])
    assert json.loads(capsys.readouterr().out) == [None, None, {"a": None}, 0.0]


def test_json_for_a_terminal_without_unicode_is_escaped(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    emit_json({"title": "기업 😀"})
    stream.flush()
    assert json.loads(stream.buffer.getvalue()) == {"title": "기업 😀"}


def test_half_a_character_is_printed_as_an_escape(capsys):
    emit_json("\udcff")
    assert capsys.readouterr().out == '"\\udcff"\n'


def test_a_table_has_aligned_columns(capsys):
    table(["a", "long name"], [["xx", "1"], ["x", "22"]])
    assert capsys.readouterr().out == "a   long name\nxx  1\nx   22\n"


def test_an_empty_table_is_its_header(capsys):
    table(["a", "b"], [])
    assert capsys.readouterr().out == "a  b\n"


def test_a_table_on_a_terminal_holds_the_same_words(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    table(["a", "b"], [["[bold]x", "1"]])
    assert re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()).split() == ["a", "b", "[bold]x", "1"]


def test_progress_away_from_a_terminal_is_a_line_every_few_seconds(capsys, clock):
    with progress(100, "Runs") as advance:
        for now, steps in ((1.0, 10), (6.0, 20), (8.0, 20), (125.0, 40), (4000.0, 10)):
            clock.now = now
            advance(steps)
    assert capsys.readouterr().err.splitlines() == [
        "Runs: 30 of 100, 6 s, about 18 s left",  # what came first does not count: 20 steps in 5 seconds
        "Runs: 90 of 100, 2 min 5 s, about 16 s left",
        "Runs: 100 of 100, 1 h 6 min",
    ]


def test_quiet_progress_shows_nothing(capsys, clock):
    with progress(2, "Runs", is_quiet=True) as advance:
        clock.now = 100.0
        advance(2)
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal_is_a_bar(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress(4, "Runs") as advance:
        advance(4)
    assert "Runs" in stream.getvalue()
    assert "4/4" in stream.getvalue()
