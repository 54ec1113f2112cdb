"""Parts are named after what they hold."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from simulation.store.parts import save_frame, save_runs, write_part


def test_the_same_runs_give_the_same_parts(saved, runs, tmp_path):
    again = save_runs(tmp_path / "again", runs, has_firms=True)
    assert {path.name for path in again} == {path.name for path in (saved / "parts").iterdir()}
    for path in again:
        assert path.read_bytes() == (saved / "parts" / path.name).read_bytes()


def test_parts_that_differ_in_names_alone_are_two(tmp_path):
    one, other = (pa.table({"key": pa.array([key, key]).dictionary_encode(), "value": [1.0, 2.0]}) for key in "ab")
    named = one.replace_schema_metadata({"parts": "series"})
    paths = {write_part(tmp_path, "series", table) for table in (one, other, named, one)}
    assert len(paths) == 3


def test_a_frame_is_written_under_the_digest_of_its_contents(tmp_path):
    frames = [pd.DataFrame({"a": [1.0, value]}) for value in (2.0, 2.0, 3.0)]
    first, same, other = (save_frame(tmp_path, "firms", frame) for frame in frames)
    assert first == same != other
    assert pd.read_parquet(other)["a"].tolist() == [1.0, 3.0]
