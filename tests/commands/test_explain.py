"""``tierwise explain``."""

from __future__ import annotations

import json

import pytest

from simulation.experiments.comparison import compare
from simulation.scenario.scenario import Scenario

TINY = {"name": "base", "population.firms": 60, "time.months": 40, "time.start_rounds": 8}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    base = Scenario().with_(TINY)
    compare([base, base.with_({"name": "alone", "influence.peers": 0.0})], [4, 5], folder=folder)
    return str(folder)


def test_a_firm_of_the_first_run_is_explained_in_the_last_month(cli, kept):
    told = cli("explain", kept, "--firm", "7")
    assert told.exit_code == 0
    assert told.stdout.startswith("base, seed 4\nFirm 7 (")
    assert "in month 39 (2026-04)" in told.stdout


def test_scenario_seed_and_month_can_be_chosen(cli, kept):
    told = cli("explain", kept, "--firm", "7", "--scenario", "alone", "--seed", "5", "--month", "3", "--json")
    said = json.loads(told.stdout)
    assert (said["scenario"], said["seed"], said["month"], said["firm"]) == ("alone", 5, 3, "7")
    assert len(said["deliveries"]) == 4
    peers = next(term for term in said["decision"]["terms"] if term["label"].startswith("peers"))
    assert peers["value"] == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--firm", "nobody"], "there is no firm 'nobody'; ids run from 0 to 59"),
        (["--firm", "599"], "there is no firm '599'; did you mean 59?"),
        (["--firm", "7", "--scenario", "x"], "holds no scenario 'x', but base, alone"),
        (["--firm", "7", "--seed", "1"], "seed 1 was not run here; seeds are 4, 5"),
        (["--firm", "7", "--month", "40"], "month 40 is not one of the months 0 to 39 of this run"),
    ],
)
def test_what_is_not_there_is_named(cli, kept, arguments, message):
    told = cli("explain", kept, *arguments)
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr


def test_results_of_another_version_are_said_to_be_so(cli, kept, monkeypatch):
    monkeypatch.setattr("simulation.replays.source_digest", lambda: "another")
    told = cli("explain", kept, "--firm", "7")
    assert told.exit_code == 0
    assert "made by another version of the model" in told.stderr
