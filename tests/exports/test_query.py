"""SQL over results: what tables hold, and what a query cannot do."""

from __future__ import annotations

import csv
import sys

import kept
import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.exports.query import query, query_to_file, tables_of


def test_every_table_has_the_rows_of_its_frame(kept_run, kept_comparison, kept_sweep):
    for folder, own in ((kept_run, ()), (kept_comparison, ("overlap",)), (kept_sweep, ("points", "results"))):
        results, tables = open_results(folder), tables_of(folder)
        frames = {"runs": results.runs(), "series": results.series()}
        if folder is kept_sweep:
            frames |= {"points": results.points(), "results": results.table()}
        else:
            frames |= {"firms": results.firms(), "links": results.links()}
        if "overlap" in own:
            frames["overlap"] = results.overlaps()
        assert {name: entry["rows"] for name, entry in tables.items()} == {
            name: len(frame) for name, frame in frames.items()
        }
        for name, frame in frames.items():
            assert [title for title in tables[name]["columns"] if (name, title) != ("firms", "row")] == list(frame)


def test_a_mean_in_sql_is_that_of_pandas(kept_comparison):
    found = query(
        kept_comparison,
        """select scenario, avg(value) as mean from series where measure = 'adopters' and "group" = 'all'
        group by scenario order by scenario""",
    )
    series = open_results(kept_comparison).series(["adopters"])
    expected = series[series["group"] == "all"].groupby("scenario", observed=True)["value"].mean()
    assert found["scenario"].tolist() == ["base", "grant"]
    np.testing.assert_allclose(found["mean"], expected.to_numpy(), rtol=1e-12)
    assert found["mean"][1] > found["mean"][0]


def test_sums_of_whole_numbers_are_numbers(kept_comparison):
    assert query(kept_comparison, "select sum(seed) as s from runs")["s"].tolist() == [18.0]


def test_links_meet_their_firms_by_row(kept_run):
    results = open_results(kept_run)
    firms, links = results.firms(), results.links()
    found = query(
        kept_run,
        """select s.firm as supplier, b.firm as buyer from links l
        join firms s on l.supplier = s.row join firms b on l.buyer = b.row""",
    )
    expected = zip(firms["firm"][links["supplier"]], firms["firm"][links["buyer"]], strict=True)
    assert sorted(zip(found["supplier"], found["buyer"], strict=True)) == sorted(expected)


def test_series_of_a_sweep_join_its_points(kept_sweep):
    found = query(
        kept_sweep,
        """select r.point, "lateness.lean" as lean, r.seed, s.value from results r join series s using (key, scenario)
        where month = 11 and "group" = 'all' and scenario = 'grant' order by all""",
    )
    table = open_results(kept_sweep).table()
    mine = table[table["scenario"] == "grant"].sort_values(["point", "seed"])
    np.testing.assert_array_equal(found["value"], mine["additional_adopters"])
    np.testing.assert_array_equal(found["lean"], mine["lateness.lean"])


def test_a_run_that_was_made_twice_counts_once(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "twice")
    before = {name: entry["rows"] for name, entry in tables_of(folder).items()}
    kept.made_twice(folder)
    assert len(open_results(folder).written()) > before["runs"]
    assert {name: entry["rows"] for name, entry in tables_of(folder).items()} == before
    sql = "select * from series order by all"
    pd.testing.assert_frame_equal(query(folder, sql), query(kept_sweep, sql))
    assert len(open_results(folder).series()) == before["series"]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * from sries", "there is no table sries; did you mean 'series'?"),
        ("select * from xyzzy", "there is no table xyzzy; tables are runs, series, firms, links, overlap"),
        ("select valu from series", 'Referenced column "valu" not found in FROM clause; Candidate bindings: "value"'),
        ("selec 1", 'syntax error at or near "selec"'),
        ("select sum(scenario) from runs", "No function matches the given name"),
        ("select cast(scenario as int) from runs", "Could not convert string 'base' to INT32"),
    ],
)
def test_a_query_that_does_not_work_is_told_in_a_sentence(kept_comparison, sql, told):
    with pytest.raises(InputError, match=r"^this query does not work: ") as caught:
        query(kept_comparison, sql)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "LINE" not in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "", "-- nothing", "select 1; select 2", "copy runs to 'stolen.csv'", "create table x as select 1",
        "attach 'x.db'", "set memory_limit = '1GB'", "install spatial", "pragma database_list",
    ],
)  # fmt: skip
def test_only_one_query_that_reads_is_taken(kept_comparison, sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        query(kept_comparison, sql)
    assert not list(tmp_path.iterdir())


def test_nothing_but_the_folder_can_be_read(kept_comparison, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    mine = pd.DataFrame({"a": [1]})
    for source in (f"'{tmp_path}/secret.csv'", f"read_csv('{tmp_path}/secret.csv')", f"glob('{tmp_path}/*')", "mine"):
        with pytest.raises(InputError):
            query(kept_comparison, f"select * from {source}")
    assert len(mine) == 1


def test_files_hold_all_rows(kept_comparison, tmp_path):
    sql = "select *, '=1' as formula from series order by all"
    for ending in ("csv", "parquet"):
        rows = query_to_file(kept_comparison, sql, tmp_path / f"all.{ending}")
        assert rows == len(open_results(kept_comparison).series())
    whole = query(kept_comparison, sql)
    binary, text = pd.read_parquet(tmp_path / "all.parquet"), pd.read_csv(tmp_path / "all.csv")
    np.testing.assert_array_equal(binary["value"], whole["value"])
    np.testing.assert_array_equal(text["value"], whole["value"])
    assert set(text["formula"]) == {"'=1"}
    assert set(binary["formula"]) == {"=1"}


def test_a_table_of_text_is_safe_and_keeps_every_digit(kept_comparison, tmp_path):
    sql = """select * from (values (1, '=1', 0.1::double, date '2024-01-01', [1, 2]), (2, 'a,"b', 'nan', null, null),
        (3, '-x', 1e-300, null, null)) t(i, "-text", x, d, l)"""
    assert query_to_file(kept_comparison, sql, tmp_path / "all.csv") == 3
    with (tmp_path / "all.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["i", "'-text", "x", "d", "l"],
            ["1", "'=1", "0.1", "2024-01-01", "[1, 2]"],
            ["2", 'a,"b', "", "", ""],
            ["3", "'-x", "1e-300", "", ""],
        ]


def test_a_part_that_is_gone_is_named(kept_comparison, tmp_path):
    folder = kept.copied(kept_comparison, tmp_path / "gone")
    part = open_results(folder).parts("series")[0]
    (folder / "parts" / part).unlink()
    with pytest.raises(InputError, match=f"{part} is listed in manifest.json and is not there"):
        query(folder, "select 1")


def test_without_duckdb_one_sentence_says_how_to_get_it(kept_comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r'duckdb: pip install "tierwise\[query\]"'):
        query(kept_comparison, "select 1")
