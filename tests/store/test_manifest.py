"""The manifest lists its parts with their digests, and says what was run."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from simulation.store.experiment import FORMAT, open_experiment
from simulation.store.manifest import write_manifest
from simulation.store.parts import save_runs


def test_the_manifest_holds_the_sha_256_of_every_part(saved):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (saved / "parts").iterdir()}
    assert manifest["parts"] == found
    assert {name.partition("-")[0] for name in found} == {"series", "runs", "firms", "links"}


def test_the_manifest_says_what_was_run_and_with_what(saved):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["format"], manifest["kind"], manifest["seeds"]) == (FORMAT, "test", [1, 2])
    known = {"versions", "python", "platform", "processor", "processors", "source", "commit", "has_local_changes"}
    assert known <= set(manifest["environment"])
    assert manifest["environment"]["versions"]["numpy"] == np.__version__


def test_parts_that_a_newer_manifest_does_not_list_are_removed(saved, runs):
    parts = save_runs(saved, runs[:1])
    write_manifest(saved, {"kind": "test"}, parts)
    assert sorted((saved / "parts").iterdir()) == sorted(parts)
    assert open_experiment(saved).runs()["seed"].tolist() == [1]
    assert open_experiment(saved).firms().empty


def test_a_manifest_may_list_no_parts(tmp_path):
    write_manifest(tmp_path, {"kind": "test"})
    experiment = open_experiment(tmp_path)
    assert all(frame.empty for frame in (experiment.runs(), experiment.series(), experiment.firms()))
