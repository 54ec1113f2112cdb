"""No table of text that is written for people has a cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from kept import BASE, keep_comparison
from typer.testing import CliRunner

import simulation.commands
from simulation.commands.app import application
from simulation.exports.tables import as_csv, looks_like_formula, write_table

FORMULAS = (
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "-x",
)
PACKAGE = Path(simulation.commands.__file__).parents[1]


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", ["object", "str", "category", "mixed"])
def test_cells_and_titles_that_are_formulas_become_text(tmp_path, formula, kind):
    values = [formula, 5, None] if kind == "mixed" else [formula, "plain", "'kept"]
    column = pd.Series(values) if kind == "mixed" else pd.Series(values).astype(kind)
    frame = pd.DataFrame({"name": column, formula: [1.0, -2.5, float("nan")], "number": [-1, 2, -3]})
    write_table(tmp_path / "t.csv", frame)
    found = cells((tmp_path / "t.csv").read_bytes())
    escaped = "'" + formula.replace("\r", "\n")
    assert found[0] == ["name", escaped, "number"]
    assert [row[0] for row in found[1:]] == [escaped, *("" if v is None else str(v) for v in values[1:])]
    assert [row[1] for row in found[1:]] == ["1.0", "-2.5", ""]  # numbers stay numbers, below zero too
    assert [row[2] for row in found[1:]] == ["-1", "2", "-3"]


def test_digits_are_those_that_were_asked_for():
    frame = pd.DataFrame({"x": [1 / 3, -1e-9, 1e20], "n": [1, 2, 3]})
    assert cells(as_csv(frame, digits=6)) == [["x", "n"], ["0.333333", "1"], ["-1e-09", "2"], ["1e+20", "3"]]
    assert float(cells(as_csv(frame))[1][0]) == 1 / 3


def test_every_table_of_the_package_is_written_by_the_function_that_escapes():
    """A table written past it would be the one that nobody looked at; the archive for another program is told apart."""
    past = {
        f"{path.relative_to(PACKAGE).as_posix()}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.to_csv\(|csv\.writer\(|DictWriter\(|CSVWriter\(", line)
        and path.relative_to(PACKAGE).as_posix() not in {"exports/tables.py", "exports/ema.py"}
    }
    assert past == set()


def test_a_scenario_called_like_a_formula_is_escaped_in_every_flat_file(tmp_path):
    name = "=1+1"
    folder = keep_comparison(tmp_path / "results", BASE.with_({"name": name}))
    app = CliRunner()
    for command in (
        ["export", str(folder), "-o", str(tmp_path / "flat"), "--events", "--months", "0"],
        ["query", str(folder), 'select scenario as "=x", * from runs', "-o", str(tmp_path / "flat" / "asked.csv")],
    ):
        done = app.invoke(application(), command)
        assert done.exit_code == 0, done.output + done.stderr
    files = sorted((tmp_path / "flat").glob("*.csv"))
    assert len(files) >= 3
    seen = 0
    for file in files:
        for row in cells(file.read_bytes()):
            texts = [cell for cell in row if not re.fullmatch(r"-?(\d+\.?\d*(e[-+]\d+)?|inf)", cell)]
            assert not any(map(looks_like_formula, texts)), (file.name, row)
            seen += f"'{name}" in row
    assert seen > 0
