"""``tierwise query``."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest


def test_the_first_rows_are_shown_and_the_rest_is_told(cli, kept_comparison):
    told = cli("query", str(kept_comparison), "select measure, month, value from series", "--rows", "3")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].split() == ["measure", "month", "value"]
    assert len(lines) == 4
    assert told.stderr == "These are the first 3 rows; --rows N shows more, -o FILE.csv writes all.\n"


def test_few_rows_are_shown_without_more_words(cli, kept_comparison):
    told = cli("query", str(kept_comparison), "select scenario, seed, null as nothing from runs order by all")
    assert [line.split() for line in told.stdout.splitlines()[1:]] == [
        ["base", "4"], ["base", "5"], ["grant", "4"], ["grant", "5"],
    ]  # fmt: skip
    assert told.stderr == ""


def test_json_has_all_rows(cli, kept_comparison):
    sql = "select count(*) as n, 1.5 as x, 'nan'::double as undefined, [1, 2] as l, date '2024-01-01' as d from runs"
    told = json.loads(cli("query", str(kept_comparison), sql, "--json").stdout)
    assert told == {"columns": ["n", "x", "undefined", "l", "d"], "rows": [[4, 1.5, None, [1, 2], "2024-01-01"]]}


def test_tables_are_listed_with_their_columns(cli, kept_sweep):
    told = cli("query", str(kept_sweep), "--tables")
    firsts = [line.split()[:2] for line in told.stdout.splitlines() if not line.startswith(" ")]
    assert firsts == [["table", "rows"], ["runs", "12"], ["points", "3"], ["results", "12"], ["series", "2,160"]]
    assert json.loads(cli("query", str(kept_sweep), "--tables", "--json").stdout)["points"] == {
        "rows": 3,
        "columns": {"point": "BIGINT", "block": "BIGINT", "lateness.lean": "DOUBLE"},
    }


def test_files_are_written_and_not_overwritten(cli, kept_comparison):
    sql = "select '@sum' as formula, seed from runs"
    told = cli("query", str(kept_comparison), sql, "-o", "found.csv")
    assert told.stdout == "Written to found.csv: 4 rows\n"
    assert set(pd.read_csv("found.csv")["formula"]) == {"'@sum"}
    assert cli("query", str(kept_comparison), sql, "-o", "found.csv").exit_code == 2
    assert cli("query", str(kept_comparison), sql, "-o", "found.csv", "--replace").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("select * from rums",), "this query does not work: there is no table rums; did you mean 'runs'?\n"),
        ((), "write a query"),
        (("select 1", "-o", "found.txt"), "ends in .csv or .parquet"),
        (("select cast(scenario as int) from runs", "-o", "found.csv"), "Could not convert string 'base'"),
    ],
)
def test_what_does_not_work_is_said_and_leaves_no_file(cli, kept_comparison, arguments, told):
    result = cli("query", str(kept_comparison), *arguments)
    assert result.exit_code == 2
    assert told in result.stderr.replace("\n│", "").replace("│\n", "") or told in result.stderr
    assert not list(Path().iterdir())
