"""Files and names of other languages and systems, and terminals that know none of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from simulation.commands.validate import checked
from simulation.errors import InputError

TEXT = """title: 공급망 é
population:
  firms: 300
  regions:
    capital: {}
"""
FIRMS = """id,size,workers,sector,region
삼성,large,900,manufacturing,capital
현대,large,800,services,capital
나,sme,9,services,capital
"""
LINKS = "supplier,buyer\n나,삼성\n현대,삼성\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["시나리오.yaml", "a b.yaml", "é.yaml", "e\u0301.yaml"])
def test_marks_line_ends_and_names_of_files_change_nothing(folder, ends, mark, name):
    (folder / name).write_bytes((mark + TEXT).replace("\n", ends).encode())
    found = checked(name)
    assert found.title == "공급망 é"
    assert found.population.firms == 300
    (folder / name).write_bytes((mark + TEXT + "use: {growht: 1}\n").replace("\n", ends).encode())
    with pytest.raises(InputError) as caught:
        checked(name)
    assert str(caught.value).startswith(f"{name}:6:7: use.growht: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "latin-1", "shift_jis"])
def test_other_encodings_are_named_and_not_guessed(folder, encoding):
    text = (
        TEXT.replace("공급망", "x")
        if encoding == "latin-1"
        else TEXT.replace("é", "가" if encoding == "cp949" else "x")
    )
    text = text.replace("공급망", "漢字") if encoding == "shift_jis" else text
    (folder / "x.yaml").write_bytes(text.encode(encoding))
    with pytest.raises(InputError, match=r"^x\.yaml:1:\d+: .*(UTF-8|U\+0000)"):
        checked("x.yaml")
    (folder / "firms.csv").write_bytes(
        FIRMS.encode("utf-16") if encoding.startswith("utf") else "id\nñé\xff\n".encode("latin-1")
    )
    (folder / "y.yaml").write_text("population: {data: {firms: firms.csv}}\n")
    with pytest.raises(InputError, match=r"^firms\.csv(:\d+)?: the file is not UTF-8|^firms\.csv: the file is UTF-16"):
        checked("y.yaml")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_tables_of_korean_firms_are_read_with_any_line_ends(folder, ends, mark):
    from simulation.world.build import build

    (folder / "기업.csv").write_bytes((mark + FIRMS).replace("\n", ends).encode())
    (folder / "거래.csv").write_bytes((mark + LINKS).replace("\n", ends).encode())
    (folder / "x.yaml").write_text("population: {data: {firms: 기업.csv, links: 거래.csv}}\n", encoding="utf-8")
    assert build(checked("x.yaml"), 1).names == ("삼성", "현대", "나")


@pytest.fixture
def process(folder):
    """Return a function that runs the command line in a process of its own with other variables."""

    def run(*arguments: str, **changes: str):
        usual = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
        return subprocess.run(
            [sys.executable, "-m", "simulation", *arguments],
            env=usual | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | changes,
            cwd=folder,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


LOCALES = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII output": {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    "Latin-1 output": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
}


@pytest.mark.parametrize("locale", ["C", *(pytest.param(name, marks=pytest.mark.slow) for name in list(LOCALES)[1:])])
def test_a_terminal_without_unicode_shows_codes_and_reads_the_same(folder, process, locale):
    (folder / "x.yaml").write_text(TEXT, encoding="utf-8")
    shown = process("show", "x.yaml", "--json", **LOCALES[locale])
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["values"]["title"] == "공급망 é"
    (folder / "x.yaml").write_text(TEXT + "정책: 1\n", encoding="utf-8")
    told = process("validate", "x.yaml", **LOCALES[locale])
    assert told.returncode == 2
    assert told.stderr.startswith(b"x.yaml:6:1: ")
    assert b"Traceback" not in told.stderr


def test_no_locale_has_a_say_in_how_numbers_are_written(monkeypatch):
    """The package never calls setlocale, and what writes and reads numbers does not look at the locale."""
    import locale
    from pathlib import Path

    import simulation

    sources = Path(simulation.__file__).parent.rglob("*.py")
    assert not any(
        "setlocale" in path.read_text(encoding="utf-8") or "import locale" in path.read_text(encoding="utf-8")
        for path in sources
    )
    monkeypatch.setitem(locale._override_localeconv, "decimal_point", ",")
    monkeypatch.setitem(locale._override_localeconv, "thousands_sep", ".")
    assert f"{1234.5:,}" == "1,234.5"
