"""SQL over a folder of results: DuckDB reads the parts where they lie, larger than memory if need be.

A query reads and does nothing else: it sees the tables of its folder, no other file, no network and no variable of the
program.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError, RunError
from simulation.experiments.extras import needed
from simulation.experiments.opening import open_results
from simulation.experiments.sweeps.results import SweepResults
from simulation.exports.tables import write_batches
from simulation.scenario.merging import did_you_mean
from simulation.store.experiment import Experiment

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["asked", "query", "query_to_file", "rows_of", "tables_of"]

_KINDS = {kind: kind for kind in ("runs", "series", "firms", "links", "ensemble")} | {"overlaps": "overlap"}
"""Kinds of parts with their tables; SQL keeps the word overlaps, and the word table, for itself."""

_ORDER = ("runs", "points", "results", *list(_KINDS.values())[1:])
_PLAIN = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT",
    "DOUBLE", "VARCHAR",
)  # fmt: skip
_HINTS = ("Did you mean", "Candidate bindings")
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
}


def query(results: Experiment | str | Path, sql: str) -> pd.DataFrame:
    """Return what a query finds in a folder of results.

    Tables are ``runs``, ``series``, ``firms``, ``links``, ``ensemble`` and ``overlap`` as far as the folder holds
    them (``docs/results_on_disk.md``), of a sweep also ``points`` and ``results``: the runs with the factors of their
    point. A run that was made twice counts once.

    Parameters
    ----------
    results : Experiment or path
        A folder of a run, a comparison or a sweep.
    sql : str
        One query in the SQL of DuckDB.

    Raises
    ------
    InputError
        A missing extra, a folder without results, or a query that does not work.
    """
    with asked(results, sql) as found:
        return _arrow(found).read_all().to_pandas()  # type: ignore[no-any-return]


def rows_of(found: duckdb.DuckDBPyRelation, most: int | None = None) -> list[tuple[Any, ...]]:
    """Return all or the first rows of what a query finds."""
    return (found if most is None else found.limit(most)).fetchall()


def query_to_file(results: Experiment | str | Path, sql: str, path: Path) -> int:
    """Write what a query finds as ``.csv`` or ``.parquet``, row group by row group, and return the number of rows."""
    with asked(results, sql) as found:
        return write_batches(path, _arrow(found, is_text=path.suffix == ".csv"))


def tables_of(results: Experiment | str | Path) -> dict[str, dict[str, Any]]:
    """Return by table its number of ``rows`` and its ``columns`` with their types."""
    with _database(_opened(results)) as (connection, names):
        return {
            name: {
                "rows": connection.sql(f"select count(*) from {name}").fetchall()[0][0],
                "columns": {row[0]: row[1] for row in connection.sql(f"describe {name}").fetchall()},
            }
            for name in names
        }


@contextmanager
def asked(results: Experiment | str | Path, sql: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """Give what a query finds, which is computed when it is read; errors of the query become an `InputError`."""
    with _database(_opened(results)) as (connection, names), _sentences(names):
        yield connection.sql(_one_select(sql))


def _opened(results: Experiment | str | Path) -> Experiment:
    return results if isinstance(results, Experiment) else open_results(results)


def _arrow(found: duckdb.DuckDBPyRelation, *, is_text: bool = False) -> Any:  # noqa: ANN401 - Arrow has no types
    """Return the rows as a stream, with numbers that pandas has: sums of whole numbers are wider than it knows.

    For a table of text, dates and lists become text.
    """
    import pyarrow as pa

    def chosen(name: str, kind: str) -> str:
        if kind == "HUGEINT" or kind.startswith("DECIMAL"):
            return f"cast({name} as double) as {name}"
        return f"cast({name} as varchar) as {name}" if is_text and kind not in _PLAIN else name

    columns = [chosen(_quoted(name), str(kind)) for name, kind in zip(found.columns, found.types, strict=True)]
    return pa.RecordBatchReader.from_stream(found.project(", ".join(columns)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _one_select(sql: str) -> Any:  # noqa: ANN401 - a statement of DuckDB
    import duckdb

    kinds = duckdb.StatementType
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise InputError(_told(error, ())) from error
    if len(statements) != 1 or statements[0].type not in (kinds.SELECT, kinds.EXPLAIN):
        message = "one query is asked at a time, and it only reads: write one that begins with select, from or with"
        raise InputError(message)
    return statements[0].query


@contextmanager
def _database(results: Experiment) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """Give a connection in which the tables of a folder stand, and their names."""
    with needed("query"):
        import duckdb
    with tempfile.TemporaryDirectory(prefix="tierwise-", ignore_cleanup_errors=True) as spill:
        connection = duckdb.connect(config=_SETTINGS)
        try:
            names = _make_views(results, connection)
            parts = [str(path) for kind in _KINDS for path in _paths(results, kind)]
            connection.execute(f"set temp_directory={_text(spill)}; set allowed_paths={_list(parts)}")
            connection.execute("set enable_external_access=false; set lock_configuration=true")
            yield connection, names
        finally:
            connection.close()


def _make_views(results: Experiment, connection: duckdb.DuckDBPyConnection) -> list[str]:
    made: list[str] = []
    if isinstance(results, SweepResults):
        frames = {"runs": results.runs(), "points": results.points(), "results": results.table()}
        for name, frame in frames.items():
            if len(frame.columns):
                connection.register(name, _as_arrow(frame))
                made.append(name)
    for kind, name in _KINDS.items():
        paths = _paths(results, kind)
        if not paths or name in made:
            continue
        number = "*, file_row_number as row" if kind == "firms" else "*"  # a part holds the firms of one run
        options = "file_row_number=true" if kind == "firms" else "union_by_name=true"
        source = f"select {number} from read_parquet({_list(map(str, paths))}, {options})"
        if kind == "firms":
            source = f"select * exclude (file_row_number) from ({source})"
        if kind == "series" and isinstance(results, SweepResults):
            source = _each_once(results, connection, source)
        with _sentences(()):
            connection.execute(f"create view {name} as {source}")
        made.append(name)
    return sorted(made, key=_ORDER.index)


def _each_once(results: SweepResults, connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """Return the series of the runs of a sweep; lines of a run that stands there twice are told apart from each other.

    Points that agree in all that is simulated share a key and have the same series.
    """
    written = results.written()
    times = written[written["status"] == "done"].groupby(["key", "scenario"]).size().rename("times").reset_index()
    times = times[times["key"].isin(results.runs()["key"])]
    for name, chosen in (("_once", times["times"] == 1), ("_often", times["times"] > 1)):
        connection.register(name, _as_arrow(times.loc[chosen, ["key", "scenario"]]))
    once, often = (f"from ({source}) semi join {name} using (key, scenario)" for name in ("_once", "_often"))
    return f"select * {once} union all select distinct * {often}" if (times["times"] > 1).any() else f"select * {once}"


def _as_arrow(frame: pd.DataFrame) -> Any:  # noqa: ANN401
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    kinds = [pa.string() if pa.types.is_null(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema(zip(table.column_names, kinds, strict=True)))


def _paths(results: Experiment, kind: str) -> list[Path]:
    paths = [results.folder / "parts" / name for name in results.parts(kind)]
    for path in paths:
        if not path.is_file():
            message = f"{path} is listed in manifest.json and is not there; run again to write these results anew"
            raise InputError(message)
    return paths


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: Any) -> str:  # noqa: ANN401 - any texts
    return "[" + ", ".join(map(_text, values)) + "]"


@contextmanager
def _sentences(names: Any) -> Iterator[None]:  # noqa: ANN401 - any texts
    """Turn errors of DuckDB into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except (duckdb.OutOfMemoryException, duckdb.InternalException, duckdb.FatalException) as error:
        raise RunError(_told(error, names)) from error
    except duckdb.Error as error:
        raise InputError(_told(error, names)) from error


def _told(error: Exception, names: Any) -> str:  # noqa: ANN401
    """Return an error of DuckDB as a sentence, with its hint but without its drawing of the line."""
    first, *more = [line.strip() for line in str(error).partition("\n\nLINE ")[0].splitlines() if line.strip()]
    told = "; ".join([first.rstrip("!."), *(line for line in more if line.startswith(_HINTS))])
    if found := re.search(r"Table with name (.+) does not exist", first):
        close = did_you_mean(found[1], names)
        told = f"there is no table {found[1]}" + (close or f"; tables are {', '.join(names)}")
    return f"this query does not work: {re.sub(r'^[A-Z][A-Za-z ]* Error: ', '', told)}"
