"""The published reference results are what this model gives: their first seed is run again."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pandas as pd
import pytest
from golden import update

from simulation.compiled import is_compilation_on
from simulation.runs import run
from simulation.scenario.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "results" / "reference"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
PUBLISHED = pd.read_csv(FOLDER / "runs.csv")
SEED = MANIFEST["seeds"][0]
CHANGED = "the published results are not those of this model; if that is meant, run make results and say what changed"


@functools.cache
def again(name):
    resolved = Scenario.model_validate(MANIFEST["scenarios"][name]["resolved"])
    return run(resolved.with_({"budget.strength": "fixed"}), SEED)


def published(name):
    return PUBLISHED[(PUBLISHED["scenario"] == name) & (PUBLISHED["seed"] == SEED)]


def test_every_run_of_the_reference_is_published():
    runs = {(name, seed) for name in MANIFEST["scenarios"] for seed in MANIFEST["seeds"]}
    assert set(zip(PUBLISHED["scenario"], PUBLISHED["seed"], strict=True)) == runs


@pytest.mark.parametrize("name", MANIFEST["scenarios"])
def test_its_first_seed_gives_the_published_numbers(name):
    """On every machine: the last bits of exp, log and power differ between C libraries."""
    series = again(name).series
    plain = series[series["origin"].isna() & series["depth"].isna() & (series["month"] == series["month"].max())]
    found = plain.set_index(["measure", "group"])["value"]
    expected = published(name).set_index(["measure", "group"])["value"]
    assert len(expected) == 8
    assert found[expected.index].to_dict() == pytest.approx(expected.to_dict(), rel=1e-7), CHANGED


@pytest.mark.skipif(not is_compilation_on(), reason="published digests are those of machine code")
@pytest.mark.skipif(
    update.elementary() != update.golden()["machine"]["elementary"],
    reason="exp, log or power of this machine differ in their last bits from those of the published results",
)
@pytest.mark.parametrize("name", MANIFEST["scenarios"])
def test_its_first_seed_is_the_published_run_bit_for_bit(name):
    assert set(published(name)["digest"]) == {again(name).digest}, CHANGED
