"""Results as datasets: every number where its coordinates say, and the same again from a file."""

from __future__ import annotations

import sys

import kept
import numpy as np
import pytest
import xarray as xr

from simulation.errors import InputError
from simulation.experiments.opening import open_results
from simulation.exports.datasets import save_netcdf, to_xarray


def _cells(series):
    """Yield a hundred lines of a series."""
    chosen = series.sample(100, random_state=1).astype({"measure": str, "group": str, "scenario": str})
    yield from chosen.to_dict("records")


@pytest.mark.parametrize("folder", ["kept_run", "kept_comparison"])
def test_numbers_of_a_series_stand_at_their_coordinates(folder, request):
    results = open_results(request.getfixturevalue(folder))
    dataset, series = to_xarray(results), results.series()
    seeds = dataset["seed"].values.tolist()
    assert set(dataset.data_vars) == set(series["measure"])
    for row in _cells(series):
        array = dataset[row["measure"]].sel(
            scenario=row["scenario"], replication=seeds.index(row["seed"]), month=row["month"]
        )
        places = {name: row[name] for name in ("group", "origin", "depth") if name in array.dims}
        np.testing.assert_array_equal(array.sel(places).item(), row["value"])
    recorded = sum(int(np.isfinite(array).sum()) for array in dataset.data_vars.values())
    assert recorded == np.isfinite(series["value"]).sum()  # each line once, nothing made up


def test_what_is_split_has_its_own_dimension(kept_comparison):
    dataset = to_xarray(kept_comparison)
    outer = ("scenario", "replication", "month")
    assert dataset["adopters"].dims == (*outer, "group")
    assert dataset["structural_late"].dims == outer
    assert dataset["defects_from"].dims == (*outer, "group", "origin")
    assert dataset["late_deliveries_at_depth"].dims[-1] == "depth"
    assert dataset["adopters"].attrs == {"units": "firms", "long_name": "Adopters"}
    assert all(array.attrs["units"] for array in dataset.data_vars.values())


def test_outcomes_of_a_sweep_stand_at_their_points(kept_sweep):
    results = open_results(kept_sweep)
    dataset, table = to_xarray(results), results.table()
    assert dataset["adopter_gap"].sizes == {"scenario": 2, "point": 3, "replication": 2}
    for row in table.to_dict("records"):
        place = {"scenario": row["scenario"], "point": row["point"]}
        seeds = dataset["seed"].sel(point=row["point"]).values.tolist()
        for name in ("adopter_gap", "public_cost", "user_share/sme/last"):
            found = dataset[name.replace("/", ".")].sel(place).values[seeds.index(row["seed"])]
            np.testing.assert_array_equal(found, row[name])
        assert dataset["lateness.lean"].sel(point=row["point"]) == row["lateness.lean"]
    last = dataset["adopters_by_month"].sel(month=11, group="all")
    np.testing.assert_array_equal(last, dataset["additional_adopters"])
    assert dataset.attrs["missing_runs"] == 0


def test_points_that_agree_in_everything_have_the_same_series(tmp_path):
    same = {"lateness.lean": 0.4}
    folder = kept.keep_sweep(tmp_path / "same", design="list", factors={}, points=[same, same], seeds="common")
    dataset = to_xarray(folder)
    series = dataset["adopters_by_month"]
    assert np.isfinite(series.sel(group="all")).all()
    np.testing.assert_array_equal(series.isel(point=0), series.isel(point=1))


def test_a_run_that_is_missing_has_no_number_and_is_counted(kept_sweep, tmp_path):
    folder = kept.copied(kept_sweep, tmp_path / "failed")
    first = open_results(folder).parts("runs")[0]
    kept.rewritten(folder, first, lambda runs: runs.assign(status="failed", error="no memory", key=None))
    dataset = to_xarray(folder)
    failed = int((open_results(folder).runs()["status"] == "failed").sum())
    assert dataset.attrs["missing_runs"] == failed > 0
    assert int(np.isnan(dataset["adopter_gap"]).sum()) == failed


@pytest.mark.parametrize("folder", ["kept_run", "kept_comparison", "kept_sweep"])
def test_a_file_holds_the_same(folder, request, tmp_path):
    dataset = save_netcdf(request.getfixturevalue(folder), tmp_path / "results.nc")
    again = xr.load_dataset(tmp_path / "results.nc", engine="scipy")
    xr.testing.assert_equal(again, dataset)
    for name, array in dataset.variables.items():
        assert {key: again[name].attrs[key] for key in array.attrs} == array.attrs


def test_seeds_that_the_format_cannot_count_become_text(tmp_path):
    folder = kept.keep_run(tmp_path / "run", seed=2**62)
    save_netcdf(folder, tmp_path / "results.nc")
    assert xr.load_dataset(tmp_path / "results.nc", engine="scipy")["seed"].item() == str(2**62)


def test_some_measures_alone(kept_comparison):
    assert set(to_xarray(kept_comparison, ["adopters"]).data_vars) == {"adopters"}
    with pytest.raises(InputError, match="holds no series of witches"):
        to_xarray(kept_comparison, ["witches"])


def test_without_xarray_one_sentence_says_how_to_get_it(kept_comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(InputError, match=r'xarray: pip install "tierwise\[query\]"'):
        to_xarray(kept_comparison)
