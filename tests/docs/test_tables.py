"""The generated tables of the pages say what the code declares."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from simulation.commands.validation import _cells
from simulation.experiments.validation import read_facts
from simulation.randomness import Stream
from simulation.scenario.register import register
from simulation.state import COLUMNS, State

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def tables():
    """The script that writes the tables."""
    specification = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["parameters.md", "odd.md", "findings.md", "lessons.md"])
def test_a_page_does_not_drift_from_the_declarations(tables, page):
    text = (DOCS / page).read_text(encoding="utf-8")
    assert tables.MARKED.search(text)
    assert tables.filled(text) == text, "run make tables"


def test_every_table_stands_on_a_page(tables):
    found = {name for page in tables.PAGES for _, name, _ in tables.MARKED.findall((DOCS / page).read_text())}
    assert found == set(tables.TABLES)


def test_the_page_of_parameters_has_every_number_in_exactly_one_row(tables):
    families = tables.families(register())
    assert sorted(entry.path for family in families for entry in family) == sorted(entry.path for entry in register())
    rows = [tables.family_row(family) for family in families]
    names = [re.compile(re.escape(row[0].strip("`")).replace(r"\*", r"[^.]+")) for row in rows]
    for family, name in zip(families, names, strict=True):
        assert all(name.fullmatch(entry.path) for entry in family)


def test_classes_with_different_defaults_are_named(tables):
    rows = {row[0]: row for row in map(tables.family_row, tables.families(register()))}
    assert rows["`firms.adoption_cost.*`"][3] == "large: 0, sme: 1.059"
    assert rows["`firms.late_chance.*.*`"][3] == "0.08"


def test_streams_and_sums_are_all_described(tables):
    assert set(tables.STREAMS) == {stream.name for stream in Stream}
    assert tuple(tables.SUMS) == COLUMNS


def test_every_state_variable_is_in_the_table_with_its_phase(tables):
    rows = [row.split(" | ") for row in tables.state().splitlines()[2:]]
    names = [name for row in rows for name in row[0].strip("| `").split(", ")]
    assert tuple(names) == State._fields
    phases = set(tables.schedule.MONTHLY) | set(tables.schedule.PER_ROUND) | {"adopt"}
    assert {row[-1].removesuffix(" |") for row in rows} <= phases


def test_the_page_of_validation_holds_the_shipped_facts():
    """Its numbers come from a run of a minute; what the sources say must not differ from the table of facts."""
    text = (DOCS / "validation.md").read_text(encoding="utf-8")
    for fact in read_facts():
        cells = _cells(vars(fact) | {"model": 0.0, "standard_error": 0.0, "verdict": ""})[:3]
        assert "| " + " | ".join(cells) + " |" in text
        assert fact.comment in text
        assert fact.source in text
