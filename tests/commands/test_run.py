"""``tierwise run``."""

from __future__ import annotations

import json

import pytest

from simulation.records import run_key
from simulation.runs import run
from simulation.scenario.reading import load
from simulation.store.experiment import open_experiment

CHANGES = ("time.survey_month=6", "time.start_rounds=8", "time.origin_months=2", "adoption.hazard.level=-2.5")
TINY = ("--firms", "60", "--months", "14", *(part for change in CHANGES for part in ("--set", change)))


@pytest.fixture
def expected():
    return run(load("tierwise:baseline", ["population.firms=60", "time.months=14", *CHANGES]), 1)


def test_a_run_is_saved_and_shown(cli, tmp_path, expected):
    result = cli("run", "baseline", *TINY, "-o", "results")
    assert result.exit_code == 0
    saved = open_experiment(tmp_path / "results")
    assert saved.manifest["kind"] == "run"
    assert saved.runs()["digest"].tolist() == [saved.manifest["digest"]] == [expected.digest]
    assert saved.runs()["key"].tolist() == [run_key(expected.scenario, 1)]
    assert (len(saved.series()), len(saved.firms())) == (len(expected.series), 60)
    assert len(saved.links()) == len(expected.links)
    header, *lines = result.stdout.splitlines()
    assert header.split("  ")[0] == "in the last month"
    users = (
        100.0 * expected.series.query("measure == 'user_share' and group == 'large' and month == 13")["value"].item()
    )
    assert lines[0].split() == ["User", "share", "large", f"{users:.2f}", "%"]
    assert all(len(line) <= 80 for line in lines)
    assert lines[-1] == "Saved to results"


def test_without_a_folder_the_run_goes_to_one_with_its_name_and_seed(cli, tmp_path):
    result = cli("run", "baseline", *TINY, "--seed", "7", "--set", "name=../a b")
    assert result.exit_code == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.endswith("-7")
    assert open_experiment(folder).runs()["seed"].tolist() == [7]
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_json_is_all_that_stands_on_standard_output(cli, expected):
    result = cli("run", "baseline", *TINY, "--json")
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert result.stderr == ""
    assert printed["digest"] == expected.digest
    values = expected.series.set_index(["measure", "group", "month"])["value"]
    assert printed["last_month"]["user_share/sme"] == values["user_share", "sme", 13]
    assert open_experiment(printed["folder"]).manifest["digest"] == expected.digest


def test_agents_give_the_same_measures(cli):
    """Digests differ: sums over firms are added in another order."""
    of_agents, compiled = (
        json.loads(cli("run", "baseline", *TINY, "--engine", engine, "--json").stdout)["last_month"]
        for engine in ("agents", "compiled")
    )
    undefined = {name for name, value in compiled.items() if value is None}
    assert undefined == {name for name, value in of_agents.items() if value is None}
    for name in compiled.keys() - undefined:
        assert of_agents[name] == pytest.approx(compiled[name], rel=1e-9), name


def test_progress_stands_on_standard_error(cli):
    result = cli("run", "baseline", *TINY)
    assert "months: 14 of 14" in result.stderr
    assert "months:" not in result.stdout


def test_own_tables_are_run(cli):
    result = cli("run", "own_data", "--months", "14", *TINY[4:], "-o", "own")
    assert result.exit_code == 0
    assert "Hanbit Motors" in set(open_experiment("own").firms()["firm"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody"], "nobody"),
        (["baseline", "--seed", "-1"], "--seed"),
        (["baseline", "--seed", str(2**63)], f"the seed {2**63} is not between"),
        (["baseline", "--firms", "0"], "--firms"),
        (["baseline", "--engine", "mesa"], "--engine"),
        (["baseline", "--set", "time.months=0"], "--set: time.months"),
        (["baseline", "--set", "nothing"], "--set"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_written(cli, tmp_path, arguments, message):
    result = cli("run", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_said_before_the_run(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.runs.run", None)
    (tmp_path / "taken").write_text("")
    result = cli("run", "baseline", *TINY, "-o", "taken/here")
    assert result.exit_code == 1
    assert result.stderr.startswith("cannot write to taken/here: ")


def test_an_interrupted_run_ends_with_130(cli, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("simulation.runs.run", interrupted)
    result = cli("run", "baseline", *TINY)
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in result.output
