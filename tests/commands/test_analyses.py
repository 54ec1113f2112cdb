"""``tierwise sensitivity``, ``discover`` and ``robust``: on a real sweep, and on samples whose answers are known."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from known import THREE, linear

from simulation.experiments import sweeps
from simulation.experiments.sweeps import run_sweep, sweep_of
from simulation.experiments.synthetic import Sampling, synthetic_sample
from simulation.scenario.scenario import Scenario

SMALL = {
    "population.firms": 60,
    "time.months": 10,
    "time.survey_month": 4,
    "time.origin_months": 0,
    "time.start_rounds": 8,
}


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Forty points of two factors and two scenarios, on two seeds."""
    base = Scenario().with_(SMALL | {"name": "baseline"})
    grant = base.with_(
        {"name": "grant", "policy.subsidy": {"first": 4, "last": 8, "strength": 1.0}, "budget.strength": "fixed"}
    )
    values = {
        "design": "latin_hypercube",
        "size": 40,
        "replications": 2,
        "strength": "fixed",
        "factors": {"lateness.lean": {"low": 0.0, "high": 0.4}, "defects.mismatch": {}},
        "outcomes": ["sme_late_days", "adopter_gap"],
    }
    folder = tmp_path_factory.mktemp("sweep")
    run_sweep(sweep_of(values, [base, grant]), folder, on="serial")
    return folder


def test_a_real_sweep_is_analysed_and_the_files_stand_beside_it(cli, swept):
    result = cli("sensitivity", str(swept), "--outcome", "sme_late_days")
    assert (result.exit_code, result.exception) == (0, None)
    assert result.stdout.splitlines()[0].split()[:2] == ["factor", "distance"]
    assert "of the variance of a single run is luck" in result.stdout
    files = sorted(path.name for path in (swept / "sensitivity").iterdir())
    assert files == ["sme_late_days_baseline.csv", "sme_late_days_baseline.svg", "sme_late_days_baseline.txt"]
    table = pd.read_csv(swept / "sensitivity" / files[0])
    assert set(table["factor"]) == {"lateness.lean", "defects.mismatch"}
    assert sweeps.open_sweep(swept).status().left == 0  # still a sweep


def test_a_real_sweep_is_judged(cli, swept, tmp_path):
    result = cli("robust", str(swept), "--outcome", "sme_late_days", "--threshold", "1", "-o", "out", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert printed["points"] == 40
    assert {row["metric"] for row in printed["metrics"]} > {"maximin", "satisficing"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(printed["files"])


def test_a_real_sweep_is_searched(cli, swept):
    values = sweeps.open_sweep(swept).sample("sme_late_days").of()
    number = round(float(np.quantile(values, 0.7)), 4)
    where = f"sme_late_days > {number:g}"
    cases = np.count_nonzero((values > number).any(axis=1))  # in one of two replications, which is half of them
    result = cli("discover", str(swept), "--where", where, "--method", "tree")
    assert result.exit_code == 0
    assert f"'{where}' holds at {cases} of 40 points" in result.stdout
    assert (swept / "discovery").is_dir()


@pytest.mark.parametrize(
    ("design", "word"),
    [
        ({"design": "one_at_a_time", "levels": 3}, "range"),
        ({"design": "morris", "size": 4, "levels": 4}, "mu*"),
        ({"design": "sobol", "size": 8}, "total"),
        ({"design": "grid", "levels": 4}, "distance"),
    ],
)
def test_every_design_of_sweeps_is_analysed(cli, tmp_path, design, word):
    base = Scenario().with_(SMALL | {"name": "baseline"})
    second = {"network.kind": {"values": ["production", "random"]}} if word == "range" else {"defects.mismatch": {}}
    values = {
        "replications": 2,
        "factors": {"network.mean_suppliers": {"low": 2.0, "high": 6.0}} | second,
        "outcomes": ["sme_late_days"],
    }
    run_sweep(sweep_of(values | design, [base]), tmp_path / "sweep", on="serial")
    result = cli("sensitivity", "sweep", "--outcome", "sme_late_days")
    assert (result.exit_code, result.exception) == (0, None)
    assert word in result.stdout.splitlines()[0]
    assert "luck" in result.stdout


@pytest.fixture
def sampled(monkeypatch, tmp_path):
    """Return a function that makes the commands read a sample instead of a sweep."""

    def use(sample):
        class Results:
            def sample(self, outcome):
                assert outcome == "y"
                return sample

        monkeypatch.setattr(sweeps, "open_sweep", lambda folder: Results())
        return tmp_path

    return use


@pytest.mark.parametrize(
    ("design", "size", "word", "extra"),
    [
        ("sobol", 64, "total", ["--second-order"]),
        ("morris", 6, "mu*", []),
        ("latin_hypercube", 120, "distance", []),
    ],
)
def test_each_design_is_read_by_the_method_that_fits(cli, sampled, design, size, word, extra):
    sampling = Sampling(design, size, 2, has_second_order=True)
    folder = sampled(synthetic_sample(linear, THREE, sampling))
    result = cli("sensitivity", str(folder), "--outcome", "y", *extra)
    assert (result.exit_code, result.exception) == (0, None)
    lines = result.stdout.splitlines()
    assert word in lines[0]
    assert lines[1].startswith("Factor A")
    assert "Factor A moves Outcome, baseline most" in result.stdout
    assert (folder / "sensitivity" / "y_baseline.svg").exists()
    assert (folder / "sensitivity" / "y_baseline_pairs.csv").exists() == bool(extra)
    again = json.loads(cli("sensitivity", str(folder), "--outcome", "y", *extra, "--json").stdout)
    assert [row["factor"] for row in again["factors"]] == ["a", "b", "c"]


def test_boxes_are_written_with_their_trajectory(cli, sampled):
    functions = {
        "baseline": lambda x, luck: x[:, 0] + luck,
        "cash": lambda x, luck: x[:, 0] + luck + np.where((x[:, 0] > 0.5) & (x[:, 1] < 0.5), 1.0, -1.0),
    }
    folder = sampled(synthetic_sample(functions, THREE, Sampling(size=200, replications=2)))
    result = cli("discover", str(folder), "--where", "y: cash - baseline >= 0")
    assert (result.exit_code, result.exception) == (0, None)
    assert "Box 1: Factor A at least 0." in result.stdout
    name = "prim_y_cash_minus_baseline_at_least_0"
    assert sorted(path.name for path in (folder / "discovery").iterdir()) == [
        f"{name}.csv", f"{name}.txt", f"{name}_box_1.svg", f"{name}_trajectory.csv",
    ]  # fmt: skip
    printed = json.loads(cli("discover", str(folder), "--where", "y: cash - baseline >= 0", "--json").stdout)
    assert printed["disagreeing"] == 0
    assert {row["factor"] for row in printed["table"]} == {"a", "b"}
    assert printed["trajectory"][0]["coverage"] == 1.0


def test_that_no_box_is_found_is_an_answer(cli, sampled):
    luck = np.random.default_rng(5)
    functions = {"baseline": lambda x, _: luck.random(len(x))}
    folder = sampled(synthetic_sample(functions, THREE, Sampling(size=60)))
    (folder / "discovery").mkdir()
    (folder / "discovery" / "prim_y_below_0.5_box_1.svg").write_text("of an earlier answer", encoding="utf-8")
    result = cli("discover", str(folder), "--where", "y < 0.5")
    assert (result.exit_code, result.exception) == (0, None)
    assert "No box tells the cases from the other points" in result.stdout
    table, trajectory = sorted((folder / "discovery").glob("*.csv"))
    assert table.read_text(encoding="utf-8").startswith("box,coverage,density")
    assert trajectory.read_text(encoding="utf-8").startswith("box,number,coverage")
    assert not list((folder / "discovery").glob("*.svg"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "--outcome", "y", "--method", "sobol"], "use the method pawn"),
        (["sensitivity", "--outcome", "y", "--difference"], "needs another scenario"),
        (["sensitivity", "--outcome", "y", "--scenario", "cash"], "holds no scenario 'cash'"),
        (["discover", "--where", "y >"], "character 4: a number is expected"),
        (["discover", "--where", "y > 99"], "move its number"),
        (["robust", "--outcome", "y"], "holds only one"),
    ],
)
def test_bad_input_is_one_sentence(cli, sampled, arguments, message):
    folder = sampled(synthetic_sample(linear, THREE, Sampling(size=40)))
    result = cli(arguments[0], str(folder), *arguments[1:])
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not list(folder.glob("*/*"))


def test_a_folder_without_a_sweep_and_an_outcome_that_is_not_kept_are_refused(cli, swept, tmp_path):
    assert cli("robust", str(tmp_path), "--outcome", "y").exit_code == 2
    result = cli("robust", str(swept), "--outcome", "adopter_gaps")
    assert result.exit_code == 2
    assert "adopter_gap" in result.stderr
