"""Tables hold every number to the last bit, and nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.exports.tables import looks_like_formula, write_table


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_come_back_to_the_last_bit(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("t") / "x.csv"
    write_table(path, pd.DataFrame({"x": numbers}))
    with path.open(newline="") as file:
        assert [float(row["x"]) for row in csv.DictReader(file)] == numbers


def test_single_precision_is_written_in_the_digits_that_it_has(tmp_path):
    values = np.array([0.1, 1e-7, 1 / 3, 123456.79], np.float32)
    write_table(tmp_path / "x.csv", pd.DataFrame({"x": values}))
    lines = (tmp_path / "x.csv").read_text().split()[1:]
    assert lines == ["0.1", "1e-07", "0.33333334", "123456.79"]
    assert np.array(lines, np.float32).tobytes() == values.tobytes()


TEXTS = ["plain", 'a, "b"', "가온금형", "=1+1", "+82", "-5", "@x", "\tx", "x=1", "two\nlines"]


def test_texts_come_back_and_formulas_have_an_apostrophe(tmp_path):
    frame = pd.DataFrame({"plain": TEXTS, "coded": pd.Categorical(TEXTS), "number": -np.arange(float(len(TEXTS)))})
    write_table(tmp_path / "x.csv", frame)
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for title in ("plain", "coded"):
        assert [row[title] for row in rows] == [f"'{text}" if looks_like_formula(text) else text for text in TEXTS]
    assert [text for text in TEXTS if looks_like_formula(text)] == ["=1+1", "+82", "-5", "@x", "\tx"]
    assert rows[1]["number"] == "-1.0"


def test_parquet_keeps_texts_as_they_are(tmp_path):
    frame = pd.DataFrame({"plain": TEXTS, "x": np.arange(10, dtype=np.float32)})
    write_table(tmp_path / "x.parquet", frame)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "x.parquet"), frame)


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_a_table_that_cannot_be_written_leaves_the_earlier_one(tmp_path, name, monkeypatch):
    write_table(tmp_path / name, pd.DataFrame({"x": [1]}))
    before = (tmp_path / name).read_bytes()

    def fail(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(KeyboardInterrupt):
        write_table(tmp_path / name, pd.DataFrame({"x": [2]}))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before
