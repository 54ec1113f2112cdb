"""The page about own data names every column, rule and ending."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.scenario.own_data import ENDINGS, FIRM_COLUMNS, LINK_COLUMNS, Fill

PAGE = (Path(__file__).parents[2] / "docs" / "own_data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("table", "columns"), [("firms", FIRM_COLUMNS), ("links", LINK_COLUMNS)])
def test_every_column_is_in_the_table(table, columns):
    rows = [row.split("|") for row in PAGE.splitlines() if row.startswith(f"| {table} |")]
    named = [name.strip(" `") for row in rows for name in row[2].split(",")]
    assert sorted(named) == sorted(columns)
    assert all(len(row) == 6 for row in rows)


def test_every_ending_and_rule_is_named():
    for ending in ENDINGS:
        assert f"`{ending}`" in PAGE
    for name in Fill.model_fields:
        assert f"`fill.{name}`" in PAGE
