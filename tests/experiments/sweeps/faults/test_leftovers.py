"""What dead programs and workers leave behind is cleared away or made again."""

from __future__ import annotations

import pytest
from sweep_processes import contents, leftovers

from simulation.courses import Course
from simulation.experiments.sweeps import ledger, open_sweep, run_sweep, running, sweeping, working


def test_half_files_and_parts_that_do_not_count_are_cleared_away(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    parts = tmp_path / "parts"
    runs, series = min(parts.glob("runs-*")), min(parts.glob("series-*"))
    (parts / ".runs-0123456789abcdef.parquet.x1y2").write_bytes(runs.read_bytes()[:100])
    (parts / "series-0123456789abcdef.parquet").write_bytes(series.read_bytes())
    (parts / "points-0123456789abcdef.parquet").write_bytes(min(parts.glob("points-*")).read_bytes())
    (tmp_path / ".session").write_text("dead", encoding="ascii")
    (tmp_path / ".manifest.json.x1y2").write_text("{", encoding="ascii")
    (tmp_path / "notes.txt").write_text("mine", encoding="ascii")
    assert len(leftovers(tmp_path)) == 6
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected
    assert leftovers(tmp_path) == ["notes.txt"]


def test_runs_whose_series_are_gone_are_made_again(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    max((tmp_path / "parts").glob("series-*"), key=lambda path: path.stat().st_size).unlink()
    left = open_sweep(tmp_path).status().left
    assert left > 0
    again = run_sweep(study, tmp_path, on="serial")
    assert again.manifest["sessions"][-1]["before"] == study.runs - left
    assert contents(again) == expected
    assert leftovers(tmp_path) == []


def test_a_worker_that_outlives_its_program_does_no_harm(study, expected, tmp_path, monkeypatch):
    """It writes its series, then its program is followed by another that clears them away, then it writes its runs."""
    proper, orphan = working.write_part, []

    def write(folder, kind, table):
        if kind == "runs" and not orphan:
            orphan.append((folder, table))
            raise SystemExit  # the program is killed here; its worker goes on below
        return proper(folder, kind, table)

    monkeypatch.setattr(working, "write_part", write)
    with pytest.raises(SystemExit):
        run_sweep(study, tmp_path, on="serial")
    monkeypatch.setattr(ledger, "clean", lambda results: None)
    clean = sweeping.clean

    def clean_before_the_orphan(results):
        clean(results)
        proper(orphan[0][0], "runs", orphan[0][1])

    monkeypatch.setattr(sweeping, "clean", clean_before_the_orphan)
    run_sweep(study, tmp_path, on="serial")
    monkeypatch.setattr(sweeping, "clean", clean)
    assert contents(run_sweep(study, tmp_path, on="serial")) == expected
    assert leftovers(tmp_path) == []


def test_a_worker_of_a_session_that_is_over_ends_after_its_run(study, tmp_path):
    chunks = []
    jobs = tuple(running.missing_jobs(study, set()))
    with working.session_in(tmp_path, "first"):
        chunks.append(working.Chunk(study, jobs, str(tmp_path), "first", working.source_digest()))
        working.stop(tmp_path)
        assert working.work(chunks[0])[:2] == (0, 0)
    assert working.work(chunks[0])[:2] == (0, 0)
    with working.session_in(tmp_path, "second"):
        assert working.work(chunks[0])[:2] == (0, 0)
        assert list(tmp_path.rglob("*.parquet")) == []
        own = working.Chunk(study.cut({0}), jobs[:1], str(tmp_path), "second", working.source_digest())
        assert working.work(own)[:2] == (2, 0)
    assert not (tmp_path / ".session").exists()


def test_a_worker_whose_program_was_followed_by_another_writes_nothing(study, tmp_path, monkeypatch):
    proper = Course.end

    def followed(*arguments, **options):
        (tmp_path / ".session").write_text("second", encoding="ascii")
        return proper(*arguments, **options)

    monkeypatch.setattr(Course, "end", followed)
    jobs = tuple(running.missing_jobs(study, set()))
    with working.session_in(tmp_path, "first"):
        assert working.work(working.Chunk(study, jobs, str(tmp_path), "first", working.source_digest()))[:2] == (0, 0)
    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_run_that_was_made_twice_counts_once(study, expected, tmp_path):
    run_sweep(study, tmp_path, on="serial")
    jobs = tuple(running.missing_jobs(study, set()))[:3]
    part = study.cut({job.point for job in jobs})
    working.work(working.Chunk(part, jobs, str(tmp_path), "", working.source_digest()))
    found = open_sweep(tmp_path)
    assert len(found._frame("runs")) == study.runs + 6
    assert found.status().done == study.runs
    assert len(found.runs()) == study.runs
    assert len(found._frame("series")) > len(found.series())
    assert contents(found) == expected
