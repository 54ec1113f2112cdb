"""What is kept of a run: its key, its tidy series, its firms and links."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from simulation.measures import all_measures, labels
from simulation.records import run_key
from simulation.runs import run
from simulation.scenario.reading import load
from simulation.scenario.scenario import Scenario
from simulation.scenario.shipped import shipped_folder

MONTHS, ORIGIN_MONTHS = 16, 4
SMALL = {
    "name": "small",
    "population.firms": 90,
    "time.months": MONTHS,
    "time.survey_month": 6,
    "time.origin_months": ORIGIN_MONTHS,
    "time.start_rounds": 8,
    "adoption.hazard.level": -2.5,
}
FOLLOWED = {"late_deliveries_from", "late_days_from", "defects_from"}
DEPTHS = {"late_deliveries_at_depth", "defects_at_depth"}


@pytest.fixture(scope="module")
def scenario():
    return Scenario().with_(SMALL)


@pytest.fixture(scope="module")
def done(scenario):
    return run(scenario, 3)


@pytest.fixture(scope="module")
def last(done):
    series = done.series
    return series[series["month"] == MONTHS - 1].set_index(["measure", "group"])["value"]


def test_the_key_depends_on_values_and_seed_and_not_on_names(scenario):
    key = run_key(scenario, 1)
    assert len(key) == 64
    assert run_key(scenario.with_({"name": "x", "title": "y"}), 1) == key
    assert run_key(scenario, 2) != key
    assert run_key(scenario.with_({"use.growth": 0.01}), 1) != key


def test_the_key_depends_on_the_content_of_data_and_not_on_its_place(tmp_path):
    for folder in ("one", "two"):
        shutil.copytree(shipped_folder() / "data" / "small", tmp_path / folder)
    tables = ("firms", "links")
    one, two = (
        load("tierwise:own_data", [f"population.data.{table}={tmp_path / folder / table}.csv" for table in tables])
        for folder in ("one", "two")
    )
    assert run_key(one, 1) == run_key(two, 1)
    with (tmp_path / "two" / "links.csv").open("a") as file:
        file.write("\n")
    assert run_key(one, 1) != run_key(two, 1)


def test_the_key_depends_on_the_source_of_the_model(scenario, monkeypatch):
    before = run_key(scenario, 1)
    monkeypatch.setattr("simulation.records.source_digest", lambda: "another")
    assert run_key(scenario, 1) != before


def test_the_series_is_tidy(done):
    series = done.series
    assert list(series.columns) == [
        "key", "scenario", "seed", "month", "group", "origin", "depth", "measure", "value",
    ]  # fmt: skip
    assert set(series["key"]) == {done.key}
    assert set(series["scenario"]) == {"small"}
    assert set(series["seed"]) == {3}
    assert series["value"].dtype == np.float64
    assert not series[["month", "group", "measure"]].isna().any(axis=None)


def test_every_line_stands_once(done):
    assert not done.series.duplicated(["measure", "group", "month", "origin", "depth"]).any()


def test_every_measure_has_every_group_of_its_scope_in_every_month(done):
    series = done.series
    plain = series[series["origin"].isna() & series["depth"].isna()]
    count = plain.groupby(["measure", "group"])["month"].agg(["size", "nunique", "min", "max"])
    for measure in all_measures().values():
        for group in labels(done.world.groups, measure.scope):
            assert tuple(count.loc[measure.name, group]) == (MONTHS, MONTHS, 0, MONTHS - 1)
    structural = {"structural_defects", "structural_late"}
    assert set(plain["measure"]) == set(all_measures()) | structural
    for name in structural:
        assert list(plain[plain["measure"] == name]["month"]) == [0, 6, MONTHS - 1]


def test_values_are_those_of_the_measures(done):
    series = done.series
    mask = labels(done.world.groups, "every")["sme manufacturing"]
    for name in ("user_share", "adopter_share", "late_days"):
        rows = series[(series["measure"] == name) & (series["group"] == "sme manufacturing") & series["origin"].isna()]
        np.testing.assert_array_equal(rows["value"], all_measures()[name].of(done.record, mask))


def test_origins_and_depths_are_followed_in_the_last_months_only(done):
    series = done.series
    followed = series[series["origin"].notna() | series["depth"].notna()]
    assert set(followed["measure"]) == FOLLOWED | DEPTHS
    assert sorted(followed["month"].unique()) == list(range(MONTHS - ORIGIN_MONTHS, MONTHS))
    cells = {" ".join(member) for member in done.world.groups.members()}
    for name in FOLLOWED:
        part = followed[followed["measure"] == name]
        assert set(part["origin"]) == set(part["group"]) == cells
        assert len(part) == ORIGIN_MONTHS * len(cells) ** 2
    for name in DEPTHS:
        assert sorted(followed[followed["measure"] == name]["depth"].unique()) == list(range(11))


def test_parts_by_origin_sum_to_the_whole(done):
    """Late days of the firms of one size, sector and region, and of all: sum over origins, weighted by deliveries."""
    series = done.series
    month = series[series["month"] == MONTHS - 1]
    parts = month[month["measure"] == "late_days_from"].groupby("group")["value"].sum()
    cells = [" ".join(member) for member in done.world.groups.members()]
    deliveries = np.bincount(done.world.firms.group, done.world.firms.weight, len(cells))
    mean = month[(month["measure"] == "late_days") & (month["group"] == "all")]["value"].item()
    assert mean > 0.0
    assert np.average(parts[cells], weights=deliveries) == pytest.approx(mean)


def test_without_months_of_origin_there_are_no_such_lines(scenario):
    series = run(scenario.with_({"time.origin_months": 0}), 3).series
    assert series["origin"].isna().all()
    assert series["depth"].isna().all()


def test_firms_stand_for_the_shares_of_the_series(done, last):
    """Adopters are counted by weight, users by workers and weight."""
    firms = done.firms
    assert len(firms) == len(done.world.firms.key)
    assert firms["adopted"].sum() > 0
    assert np.average(firms["adopted"], weights=firms["weight"]) == pytest.approx(last["adopter_share", "all"])
    workers = firms["weight"] * firms["workers"]
    assert np.average(firms["user_share"], weights=workers) == pytest.approx(last["user_share", "all"])
    large = firms["size"] == "large"
    assert np.average(firms["adopted"][large], weights=firms["weight"][large]) == pytest.approx(
        last["adopter_share", "large"]
    )


def test_firms_have_their_classes_and_keys(done):
    firms, world = done.firms, done.world
    assert list(firms.columns[:7]) == ["key", "scenario", "seed", "firm", "size", "sector", "region"]
    members = world.groups.members()
    assert [tuple(row) for row in firms[["size", "sector", "region"]].to_numpy()] == [
        members[group] for group in world.firms.group
    ]
    assert list(firms["firm"]) == [str(key) for key in world.firms.key]
    assert (firms["root"].between(0, len(firms) - 1)).all()
    assert (done.adopted == firms["adopted"]).all()


def test_firms_of_own_tables_keep_their_names():
    done = run(load("tierwise:own_data", ["time.months=4", "time.survey_month=2", "time.start_rounds=4"]), 1)
    table = pd.read_csv(shipped_folder() / "data" / "small" / "firms.csv", dtype=str)
    assert sorted(done.firms["firm"]) == sorted(table[table.columns[0]])


def test_links_name_rows_of_the_firms(done):
    links = done.links
    assert list(links.columns) == ["supplier", "buyer", "weight", "value", "critical"]
    assert len(links) == done.world.links.supplier.size
    assert links[["supplier", "buyer"]].isin(range(len(done.firms))).all(axis=None)
    assert (links["supplier"] != links["buyer"]).all()
    assert np.allclose(links.groupby("buyer")["weight"].sum(), 1.0)


@pytest.mark.parametrize("field", ["adopted", "user_share", "capacity", "defects", "late", "sales"])
def test_the_digest_sees_every_array_of_the_state(done, field):
    array = getattr(done.state, field).copy()
    array[-1] += 1
    changed = dataclasses.replace(done, state=done.state._replace(**{field: array}))
    assert changed.digest != done.digest


def test_the_digest_sees_the_tallies_and_the_books(done):
    groups = done.record.tallies.groups.copy()
    groups[3, 0, 0] = np.nextafter(groups[3, 0, 0], np.inf)
    tallies = done.record.tallies._replace(groups=groups)
    assert dataclasses.replace(done, record=done.record._replace(tallies=tallies)).digest != done.digest
    paid = done.awards.private_cost.copy()
    paid[0] += 1.0
    awards = done.awards._replace(private_cost=paid)
    assert dataclasses.replace(done, record=done.record._replace(awards=awards)).digest != done.digest
