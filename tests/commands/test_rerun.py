"""``tierwise rerun``."""

from __future__ import annotations

import json
from pathlib import Path

import kept
import pytest

from simulation.experiments.opening import open_results


def test_an_identical_folder_is_said_to_be_so(cli, kept_comparison):
    told = cli("rerun", str(kept_comparison), "--check")
    assert told.exit_code == 0
    assert told.stdout == (f"{kept_comparison}: all 4 runs came out the same, bit for bit, with every stored number.\n")
    sampled = cli("rerun", str(kept_comparison), "--check", "--sample", "2")
    assert "2 of 4 runs, drawn at random, came out the same" in sampled.stdout
    found = json.loads(cli("rerun", str(kept_comparison), "--check", "--json").stdout)
    assert found["is_identical"] is True
    assert (found["runs"], found["again"], found["differences"]) == (4, 4, [])


def test_what_differs_is_named_with_its_reason(cli, kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "damaged")
    for part in open_results(folder).parts("runs"):
        kept.rewritten(
            folder, part, lambda runs: runs.assign(digest="0", additional_adopters=runs["additional_adopters"] + 2.0)
        )
    told = cli("rerun", str(folder), "--check")
    assert told.exit_code == 1
    assert "12 of 12 runs made again differ." in told.stdout
    line = next(line for line in told.stdout.splitlines() if line.startswith("additional_adopters"))
    assert line.split()[1:3] == ["12", "2"]
    assert "point 0, base, seed 1: another digest, and 1 measure differ" in told.stdout
    assert "and 2 more; --json names them all" in told.stdout
    assert "Model, versions, platform and data are as they were" in told.stdout
    kept.edited(folder, lambda told: told["environment"].update(source="0123456789abcdef"))
    assert "source of the model  0123456789abcdef" in cli("rerun", str(folder), "--check").stdout
    found = json.loads(cli("rerun", str(folder), "--check", "--json").stdout)
    assert len(found["differences"]) == 12
    assert found["differences"][0]["gaps"][0]["absolute"] == pytest.approx(2.0)


def test_a_part_that_was_changed_is_named(cli, kept_run, tmp_path):
    folder = kept.copied(kept_run, tmp_path / "changed")
    (part,) = open_results(folder).parts("firms")
    kept.rewritten(folder, part, lambda firms: firms.assign(workers=1.0), is_listed=False)
    told = cli("rerun", str(folder), "--check")
    assert told.exit_code == 1
    assert f"parts/{part} does not hold what was written: it was changed or damaged." in told.stdout


def test_the_whole_is_made_again_in_a_new_folder(cli, kept_run):
    told = cli("rerun", str(kept_run), "-o", "new")
    assert told.exit_code == 0
    assert told.stdout == f"Saved to new\n1 of 1 runs are bit for bit those of {kept_run}.\n"
    assert (Path("new") / "manifest.json").exists()
    assert cli("rerun", str(kept_run), "-o", "new").exit_code == 2


@pytest.mark.parametrize("arguments", [(), ("--check", "-o", "new"), ("-o", "new", "--sample", "2")])
def test_one_thing_is_asked_for(cli, kept_run, arguments):
    assert cli("rerun", str(kept_run), *arguments).exit_code == 2
    assert not Path("new").exists()
