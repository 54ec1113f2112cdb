"""What is read from a folder is what was written, and what is damaged is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.runs import run
from simulation.store.experiment import FORMAT, open_experiment
from simulation.store.parts import save_runs

PLACE = ["seed", "measure", "group", "origin", "depth", "month"]


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a series in one order, with plain types."""
    words = dict.fromkeys(("key", "scenario", "group", "origin", "measure"), object)
    plain = frame.astype(words | {"depth": "Int16", "month": "int64"})
    plain["origin"] = plain["origin"].where(plain["origin"].notna(), None)
    return plain.sort_values(PLACE, ignore_index=True)


def _bits(values: pd.Series) -> np.ndarray:
    return values.to_numpy(np.float64).view(np.uint64)


def test_the_series_comes_back_to_the_bit(saved, runs):
    stored = _sorted(open_experiment(saved).series())
    kept = _sorted(pd.concat([one.series for one in runs], ignore_index=True))
    assert list(stored) == list(kept)
    for name in stored:
        if name == "value":
            np.testing.assert_array_equal(_bits(stored[name]), _bits(kept[name]))
        else:
            pd.testing.assert_series_equal(stored[name], kept[name])


def test_some_measures_can_be_read_alone(saved, runs):
    part = open_experiment(saved).series(["adopter_gap", "defects_from"])
    whole = pd.concat([one.series for one in runs])
    assert set(part["measure"]) == {"adopter_gap", "defects_from"}
    assert len(part) == whole["measure"].isin(["adopter_gap", "defects_from"]).sum()


def test_firms_and_links_come_back(saved, runs):
    experiment = open_experiment(saved)
    firms, links = experiment.firms(), experiment.links()
    for one in runs:
        pd.testing.assert_frame_equal(
            firms[firms["seed"] == one.seed].reset_index(drop=True).astype({"firm": object, "key": object}),
            one.firms.astype({"firm": object, "key": object}),
            check_dtype=False,
            check_categorical=False,
            check_exact=True,
        )
        mine = links[links["seed"] == one.seed].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine[list(one.links)], one.links, check_exact=True)


def test_runs_have_a_row_each_with_their_digest(saved, runs):
    table = open_experiment(saved).runs()
    assert table["seed"].tolist() == [1, 2]
    assert table["digest"].tolist() == [one.digest for one in runs]
    assert table["key"].tolist() == [one.key for one in runs]
    assert (table["status"] == "done").all()


def test_parts_of_an_interrupted_run_are_not_read(saved, runs):
    before = len(open_experiment(saved).series())
    save_runs(saved, [run(runs[0].scenario, 9)])
    assert len(open_experiment(saved).series()) == before


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(InputError, match=r"holds no results: there is no manifest\.json"):
            open_experiment(place)


@pytest.mark.parametrize(
    "text",
    ["", "{", "\ufeff{}", '{"format": 1}', '{"format": 1, "parts": ["a"]}', "[" * 100_000],
)
def test_a_damaged_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json is damaged"):
        open_experiment(tmp_path)


def test_a_manifest_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"manifest\.json is damaged"):
        open_experiment(tmp_path)


def test_a_manifest_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(InputError, match=r"manifest\.json cannot be read: "):
        open_experiment(tmp_path)


@pytest.mark.parametrize(("text", "found"), [('{"format": 99}', "99"), ("{}", "None"), ("[]", "None")])
def test_another_format_is_refused(tmp_path, text, found):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"was written in format {found}; this version reads format {FORMAT}"):
        open_experiment(tmp_path)


def test_a_manifest_cannot_lead_out_of_its_folder(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 1, "parts": {"../../series-0.parquet": ""}}')
    with pytest.raises(InputError, match="does not list its parts"):
        open_experiment(tmp_path)


def test_a_missing_part_is_named(saved):
    (part,) = (saved / "parts").glob("series-*")
    part.unlink()
    with pytest.raises(InputError, match=f"{part.name} is listed in manifest.json and is not there; run again"):
        open_experiment(saved).series()


@pytest.mark.parametrize("keep", [0, 100, -200])
def test_a_part_that_was_cut_off_is_named(saved, keep):
    (part,) = (saved / "parts").glob("series-*")
    part.write_bytes(part.read_bytes()[:keep])
    with pytest.raises(InputError, match=f"{part.name} is damaged: .*; run again"):
        open_experiment(saved).series()


def test_a_part_with_a_changed_byte_is_named(saved):
    (part,) = (saved / "parts").glob("series-*")
    changed = bytearray(part.read_bytes())
    changed[len(changed) // 2] ^= 0xFF
    part.write_bytes(changed)
    with pytest.raises(InputError, match=f"{part.name} is damaged: "):
        open_experiment(saved).series()
