"""A world that was written is the same when it is read, and so are the runs with it."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.errors import InputError, RunError
from simulation.exports import networks
from simulation.exports.networks import SCENARIO_FILE, files_of, save_world
from simulation.runs import run
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder
from simulation.world.build import build
from simulation.world.frames import firm_names, world_frames
from simulation.world.own.objects import own_network

FORMATS = ("csv", "parquet", "graphml", "gexf")


def provinces_with(name, folder):
    """Return the scenario of the provinces, one of which has another name."""
    text = (shipped_folder() / "provinces.yaml").read_text(encoding="utf-8")
    quoted = "'" + name.replace("'", "''") + "'"
    renamed = text.replace("busan:", f"{quoted}:").replace("extends: baseline.yaml", "extends: tierwise:baseline")
    (folder / "odd.yaml").write_text(renamed, encoding="utf-8")
    scenario = load(folder / "odd.yaml", ["population.firms=300"])
    assert name in scenario.population.regions
    return scenario


def assert_same(world, again):
    for ours, theirs in ((world.firms, again.firms), (world.links, again.links)):
        for name, one, other in zip(ours._fields, ours, theirs, strict=True):
            assert one.dtype == other.dtype, name
            assert one.tobytes() == other.tobytes(), name
    assert firm_names(world) == firm_names(again)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_world_comes_back_to_the_last_bit(kind, tmp_path):
    scenario = Scenario().with_({"population.firms": 250})
    world = save_world(scenario, 5, tmp_path / "out", kind)
    assert_same(build(scenario, 5), world)
    assert_same(world, build(load(tmp_path / "out" / SCENARIO_FILE), 77))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        [*files_of(kind).values(), SCENARIO_FILE]
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    firms=st.integers(60, 160),
    seed=st.integers(0, 2**63 - 1),
    mean=st.floats(0.1, 12.0),
    spread=st.floats(0.0, 3.0),
    share=st.floats(0.0, 0.9),
    kind=st.sampled_from(FORMATS),
)
def test_any_small_world_comes_back(tmp_path_factory, firms, seed, mean, spread, share, kind):
    folder = tmp_path_factory.mktemp("any")
    scenario = Scenario().with_(
        {
            "population.firms": firms,
            "network.mean_suppliers": mean,
            "network.weight_spread": spread,
            "firms.input_share": {"manufacturing": share, "services": share / 2.0},
        }
    )
    world = save_world(scenario, seed, folder, kind)
    assert_same(world, build(load(folder / SCENARIO_FILE), 0))


@pytest.mark.parametrize("kind", FORMATS)
def test_own_tables_with_sales_figures_and_gaps_come_back(kind, tmp_path):
    """Firms with names, sales that were given, capacities, weights and critical inputs that were filled by rule."""
    odd = {name: f'{name}, "주식회사"' for name in ("Hanbit Motors", "Daeyang Casting")}
    for name in ("firms", "links"):
        frame = pd.read_csv(shipped_folder() / "data" / "small" / f"{name}.csv", dtype=str, keep_default_na=False)
        frame.replace(odd).to_csv(tmp_path / f"{name}.csv", index=False)
    scenario = load(
        "tierwise:own_data", [f"population.data.{name}={tmp_path / name}.csv" for name in ("firms", "links")]
    )
    world = save_world(scenario, 3, tmp_path / "out", kind)
    assert firm_names(world)[0] == 'Hanbit Motors, "주식회사"'
    assert_same(world, build(load(tmp_path / "out" / SCENARIO_FILE), 4))


@pytest.mark.parametrize("kind", FORMATS)
def test_classes_with_odd_names_come_back(kind, tmp_path):
    scenario = provinces_with('부산, "항구" & <sea>', tmp_path)
    world = save_world(scenario, 3, tmp_path / "out", kind)
    assert_same(world, build(load(tmp_path / "out" / SCENARIO_FILE), 4))


def test_the_two_frames_are_a_network_of_one_s_own(tmp_path):
    scenario = Scenario().with_({"population.firms": 100})
    world = build(scenario, 5)
    firms, links = world_frames(world)
    assert_same(world, build(own_network(links, firms, scenario=scenario, folder=tmp_path), 9))


def test_runs_of_the_written_scenario_are_those_of_the_given_one(tmp_path):
    scenario = Scenario().with_(
        {
            "population.firms": 120,
            "time.months": 20,
            "time.survey_month": 6,
            "time.start_rounds": 8,
            "adoption.hazard.level": -2.5,
            "policy.subsidy": {"first": 4, "last": 15},
            "budget.seeds": 2,
        }
    )
    save_world(scenario, 5, tmp_path)
    written = load(tmp_path / SCENARIO_FILE)
    fixed = scenario.with_({"network.seed": 5})
    for seed in (5, 9):
        assert run(written, seed).digest == run(fixed, seed).digest
    assert run(written, 5).digest != run(written, 9).digest
    unsolved = {"budget.strength": "fixed"}
    assert run(written.with_(unsolved), 5).digest == run(scenario.with_(unsolved), 5).digest


def test_names_that_are_formulas_are_refused_in_text_and_kept_in_parquet(tmp_path):
    scenario = provinces_with("=busan", tmp_path)
    with pytest.raises(
        InputError, match=r"^population\.regions: the region '=busan' begins as a spreadsheet's formula"
    ):
        save_world(scenario, 3, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    save_world(scenario, 3, tmp_path / "out", "parquet")


def test_files_that_would_not_give_the_same_world_are_not_kept(tmp_path, monkeypatch):
    def wrong(folder, firms, links, kind):
        written(folder, firms.assign(capacity=np.clip(firms["capacity"] * 1.01, 0.0, 1.0)), links, kind)

    written = networks._write_data
    monkeypatch.setattr(networks, "_write_data", wrong)
    with pytest.raises(
        RunError, match=r"^what was written is not what was built \(capacity_start\); nothing was saved$"
    ):
        save_world(Scenario().with_({"population.firms": 100}), 1, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_no_scenario_with_tables_of_another(tmp_path, monkeypatch):
    scenario = Scenario().with_({"population.firms": 100})
    save_world(scenario, 1, tmp_path)
    replace = networks.replace_file

    def interrupted(path):
        if path.name == "links.csv":
            raise KeyboardInterrupt
        return replace(path)

    monkeypatch.setattr(networks, "replace_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_world(scenario, 2, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firms.csv", "links.csv"]


def test_the_folder_may_lie_in_a_project_and_be_moved(tmp_path):
    (tmp_path / "project" / "scenarios").mkdir(parents=True)
    scenario = Scenario().with_({"population.firms": 100})
    world = save_world(scenario, 1, tmp_path / "project" / "worlds" / "one")
    shutil.move(tmp_path / "project" / "worlds" / "one", tmp_path / "elsewhere")
    assert_same(world, build(load(tmp_path / "elsewhere" / SCENARIO_FILE), 1))
