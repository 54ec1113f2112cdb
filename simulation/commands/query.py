"""``tierwise query``: SQL over a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from simulation.commands.network.build import ReplaceOption, refuse_to_overwrite
from simulation.commands.output import JsonOption, emit_json, table

__all__ = ["query", "register"]

_SHOWN = 40
"""Rows on a terminal, where no other number is asked for."""

_LONGEST_CELL = 60


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(query)


def query(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, a comparison or a sweep.")],
    sql: Annotated[str | None, typer.Argument(help='A query, such as "select * from runs".')] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File for all rows: .csv or .parquet.")] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows to show.")] = _SHOWN,
    has_tables: Annotated[bool, typer.Option("--tables", help="List the tables with their columns.")] = False,
    is_to_replace: ReplaceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a folder of results in SQL (DuckDB): what is in its tables, joined and summed as you like.

    Nothing but the tables of the folder can be read, and nothing is changed. Words that SQL keeps for itself, and names
    with dots, stand in double quotes: "group", "lateness.lean".
    """
    from simulation.exports.query import asked, query_to_file, rows_of

    if has_tables:
        _list_tables(folder, as_json)
        return
    if sql is None:
        raise typer.BadParameter('write a query, such as "select * from runs", or --tables')
    if output is not None:
        if output.suffix not in (".csv", ".parquet"):
            raise typer.BadParameter("the name of the file ends in .csv or .parquet", param_hint="--output")
        refuse_to_overwrite([output], is_to_replace)
        count = query_to_file(folder, sql, output)
        if as_json:
            emit_json({"file": str(output), "rows": count})
        else:
            typer.echo(f"Written to {output}: {count:,} rows")
        return
    with asked(folder, sql) as answer:
        columns = list(answer.columns)
        found = rows_of(answer, None if as_json else rows + 1)
    if as_json:
        emit_json({"columns": columns, "rows": [[_plain(cell) for cell in row] for row in found]})
        return
    table(columns, [[_text(cell) for cell in row] for row in found[:rows]])
    if len(found) > rows:
        typer.echo(f"These are the first {rows:,} rows; --rows N shows more, -o FILE.csv writes all.", err=True)


def _list_tables(folder: Path, as_json: bool) -> None:
    from simulation.exports.query import tables_of

    tables = tables_of(folder)
    if as_json:
        emit_json(tables)
        return
    lines = [
        [name if number == 0 else "", f"{entry['rows']:,}" if number == 0 else "", column, kind.lower()]
        for name, entry in tables.items()
        for number, (column, kind) in enumerate(entry["columns"].items())
    ]
    table(["table", "rows", "column", "type"], lines)


def _plain(cell: Any) -> Any:  # noqa: ANN401 - any value of a database
    """Return a value as JSON knows it."""
    from decimal import Decimal

    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, dict):
        return {str(name): _plain(entry) for name, entry in cell.items()}
    return [_plain(entry) for entry in cell] if isinstance(cell, list | tuple) else str(cell)


def _text(cell: Any) -> str:  # noqa: ANN401
    """Return a value as a cell of a table."""
    if cell is None:
        return ""
    text = f"{cell:.6g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 3]}..."
