"""A file is whole or not there, and reasons are said in a sentence."""

from __future__ import annotations

import pytest

from simulation.errors import RunError
from simulation.store.files import check_folder, replace_file
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs


def _write_half(path, error):
    with replace_file(path) as temporary:
        temporary.write_text("half")
        raise error


def test_an_exception_leaves_no_file_behind(tmp_path):
    with pytest.raises(KeyError):
        _write_half(tmp_path / "sub" / "final.txt", KeyError("stop"))
    assert list((tmp_path / "sub").iterdir()) == []


def test_an_interruption_leaves_the_earlier_file_as_it_was(tmp_path):
    final = tmp_path / "final.txt"
    final.write_text("whole")
    with pytest.raises(KeyboardInterrupt):
        _write_half(final, KeyboardInterrupt())
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]
    assert final.read_text() == "whole"


def test_the_final_name_appears_only_when_all_is_written(tmp_path):
    final = tmp_path / "final.txt"
    with replace_file(final) as temporary:
        temporary.write_text("whole")
        assert not final.exists()
        assert temporary.parent == final.parent
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]
    assert final.read_text() == "whole"
    assert final.stat().st_mode & 0o777 == 0o644


def test_a_file_where_a_folder_should_be_is_said_in_a_sentence(tmp_path, runs):
    (tmp_path / "taken").write_text("")
    for write in (
        lambda: check_folder(tmp_path / "taken"),
        lambda: save_runs(tmp_path / "taken", runs[:1]),
        lambda: write_manifest(tmp_path / "taken" / "below", {}),
        lambda: check_folder(tmp_path / "taken" / "below"),
    ):
        with pytest.raises(RunError, match=r"^cannot write to .*taken.*: (Not a directory|File exists)$"):
            write()


def test_a_folder_where_a_file_should_be_is_said_in_a_sentence(tmp_path):
    (tmp_path / "final.txt" / "full").mkdir(parents=True)
    with pytest.raises(RunError, match=r"^cannot write .*final\.txt: "), replace_file(tmp_path / "final.txt") as path:
        path.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["final.txt"]


def test_a_folder_for_results_is_made_and_holds_no_trace_of_the_trial(tmp_path):
    folder = tmp_path / "a" / "b"
    check_folder(folder)
    assert folder.is_dir()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
