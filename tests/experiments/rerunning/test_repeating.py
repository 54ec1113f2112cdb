"""Whole experiments made again."""

from __future__ import annotations

import kept
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.experiments.rerunning import check, repeat

PLACES = ["scenario", "seed"]


@pytest.mark.parametrize(("folder", "runs"), [("kept_run", 1), ("kept_comparison", 4), ("kept_sweep", 12)])
def test_the_new_folder_holds_the_same(folder, runs, request, tmp_path):
    first = request.getfixturevalue(folder)
    found = repeat(first, tmp_path / "new", workers=1)
    assert (found.runs, found.different, found.left_out) == (runs, (), ())
    old, new = open_results(first), open_results(tmp_path / "new")
    without = ["seconds"] if folder == "kept_sweep" else []
    pd.testing.assert_frame_equal(old.runs().drop(columns=without), new.runs().drop(columns=without))
    for name in ("series", "firms", "links", "overlaps"):
        one, other = (getattr(results, name)() for results in (old, new))
        keys = [title for title in one if title != "value"]
        pd.testing.assert_frame_equal(
            *(f.astype(str).sort_values(keys, ignore_index=True) if len(f) else f for f in (one, other))
        )
    assert _asked(old.manifest) == _asked(new.manifest)
    assert check(tmp_path / "new", sample=3).is_identical


def _asked(manifest):
    """Return what a manifest says of what was asked for; a sweep that goes on no longer knows where values were set."""
    own = {"environment", "parts", "sessions", "source", "scenarios"}
    scenarios = {
        name: {key: value for key, value in entry.items() if key != "origins"}
        for name, entry in manifest["scenarios"].items()
    }
    return {key: value for key, value in manifest.items() if key not in own} | {"scenarios": scenarios}


def test_runs_that_differ_are_named(kept_comparison, tmp_path):
    folder = kept.copied(kept_comparison, tmp_path / "damaged")
    for part in open_results(folder).parts("runs"):
        kept.rewritten(folder, part, lambda runs: runs.assign(digest=runs["digest"].where(runs["seed"] != 4, "0")))
    assert repeat(folder, tmp_path / "new").different == ((None, "base", 4), (None, "grant", 4))


def test_a_folder_with_results_is_left_alone(kept_run, tmp_path):
    folder = kept.copied(kept_run, tmp_path / "there")
    with pytest.raises(InputError, match="holds results already"):
        repeat(kept_run, folder)
