"""Archives for EMA Workbench, read as its documentation says they are laid out."""

from __future__ import annotations

import io
import json
import keyword
import tarfile

import kept
import numpy as np
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.experiments.comparison import open_comparison
from simulation.experiments.opening import open_results
from simulation.exports.ema import save_ema


def loaded(path):
    """Return experiments and outcomes of an archive, as a reader of EMA Workbench's files would find them."""
    with tarfile.open(path, "r:gz") as archive:
        content = {member.name: archive.extractfile(member).read() for member in archive}
    told = json.loads(content["metadata.json"])
    assert set(told) == {"version", "outcomes", "experiments"}
    experiments = pd.read_csv(io.BytesIO(content["experiments.csv"]))
    assert list(told["experiments"]) == list(experiments)
    assert set(told["experiments"].values()) <= {"float64", "int64", "category"}
    experiments = experiments.astype(told["experiments"])
    outcomes = {}
    for kind, name, file in told["outcomes"]:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        if kind == "ScalarOutcome":
            assert file == f"{name}.cls"
            outcomes[name] = pd.read_csv(io.BytesIO(content[file]), header=None, index_col=False).to_numpy()[:, 0]
        else:
            assert kind == "ArrayOutcome"
            outcomes[name] = (
                np.load(io.BytesIO(content[file]))
                if file == f"{name}.npy"
                else pd.read_csv(io.BytesIO(content[file]), header=None, index_col=False).to_numpy()
            )
    assert len(content) == 2 + len(outcomes)
    return experiments, outcomes


def test_a_point_under_a_scenario_is_an_experiment(kept_sweep, tmp_path):
    told = save_ema(kept_sweep, tmp_path / "sweep.tar.gz")
    experiments, outcomes = loaded(tmp_path / "sweep.tar.gz")
    assert told == {"experiments": 6, "outcomes": len(outcomes), "missing_runs": 0}
    assert list(experiments) == ["lateness_lean", "scenario", "policy", "model"]
    assert experiments["lateness_lean"].dtype == np.float64
    assert set(experiments["model"]) == {"tierwise"}
    table = open_results(kept_sweep).table().sort_values("seed", kind="stable")
    for row, experiment in experiments.iterrows():
        runs = table[(table["point"] == experiment["scenario"]) & (table["scenario"] == experiment["policy"])]
        assert set(runs["lateness.lean"]) == {experiment["lateness_lean"]}
        np.testing.assert_array_equal(outcomes["additional_adopters"][row], runs["additional_adopters"])
        np.testing.assert_array_equal(outcomes["user_share_sme_last"][row], runs["user_share/sme/last"])
        np.testing.assert_array_equal(outcomes["adopters_all"][row, :, 11], runs["additional_adopters"])
    assert outcomes["adopters_sme_manufacturing"].shape == (6, 2, 12)


def test_without_replications_outcomes_are_scalars_and_nan_stays_in_its_place(tmp_path):
    folder = kept.keep_sweep(tmp_path / "one", replications=1)
    first = open_results(folder).parts("runs")[0]
    kept.rewritten(folder, first, lambda runs: runs.assign(status="failed", error="no memory", key=None))
    told = save_ema(folder, tmp_path / "one.tar.gz")
    experiments, outcomes = loaded(tmp_path / "one.tar.gz")
    assert outcomes["public_cost"].shape == (6,)
    assert outcomes["adopters_all"].shape == (6, 12)
    runs = open_results(folder).runs().set_index(["point", "scenario"])
    done = [runs.loc[(row["scenario"], row["policy"]), "status"] == "done" for _, row in experiments.iterrows()]
    assert told["missing_runs"] == done.count(False) > 0
    np.testing.assert_array_equal(np.isfinite(outcomes["public_cost"]), done)
    np.testing.assert_array_equal(np.isfinite(outcomes["adopters_all"]).all(axis=1), done)


def test_words_are_categories(tmp_path):
    factors = {"adoption.rule": ["logit", "threshold"], "lateness.lean": [0.2, 0.4]}
    folder = kept.keep_sweep(tmp_path / "words", design="grid", factors=factors, replications=1)
    save_ema(folder, tmp_path / "words.tar.gz")
    experiments, _ = loaded(tmp_path / "words.tar.gz")
    assert experiments["adoption_rule"].dtype == "category"
    assert sorted(experiments["adoption_rule"].unique()) == ["logit", "threshold"]


def test_scenarios_of_a_comparison_are_policies(kept_comparison, tmp_path):
    save_ema(kept_comparison, tmp_path / "comparison.tar.gz")
    experiments, outcomes = loaded(tmp_path / "comparison.tar.gz")
    assert experiments["policy"].tolist() == ["base", "grant"]
    table = open_comparison(kept_comparison).outcomes().set_index(["outcome", "scenario", "seed"])["value"]
    for name, values in outcomes.items():
        expected = [[table[name, scenario, seed] for seed in (4, 5)] for scenario in ("base", "grant")]
        np.testing.assert_array_equal(values, expected)


def test_a_single_run_is_no_experiment(kept_run, tmp_path):
    with pytest.raises(InputError, match="holds a single run"):
        save_ema(kept_run, tmp_path / "run.tar.gz")
    assert not list(tmp_path.iterdir())
