"""The results of a folder as arrays with named dimensions, for xarray, netCDF and EMA Workbench.

Dimensions are ``scenario``, ``replication`` and, of a sweep, ``point``; series also have ``month`` and, where there is
more than the total, ``group``; what is split by origin or depth has ``origin`` or ``depth``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.errors import InputError
from simulation.experiments.sweeps.results import SweepResults
from simulation.measures import all_measures
from simulation.store.experiment import Experiment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MONTHLY", "Array", "Arrays", "arrays_of"]

MONTHLY = "_by_month"
"""End of the names of series of a sweep, which may be called like an outcome."""

_SPLIT = ("group", "origin", "depth")
_UNITS = {
    "defects_from": "ppm",
    "late_days_from": "days per delivery",
    "late_deliveries_from": "share of deliveries",
    "defects_at_depth": "share",
    "late_deliveries_at_depth": "share",
    "structural_defects": "defects per defect",
    "structural_late": "deliveries per late event",
}
"""Units of the lines of a series that are no measures of groups."""


class Array(NamedTuple):
    """Values along named dimensions, with their unit and label."""

    dims: tuple[str, ...]
    values: np.ndarray[Any, Any]
    attrs: dict[str, str]


@dataclass
class Arrays:
    """Coordinates, variables and what is said of the whole."""

    coords: dict[str, Array] = field(default_factory=dict)
    variables: dict[str, Array] = field(default_factory=dict)
    attrs: dict[str, Any] = field(default_factory=dict)


def arrays_of(results: Experiment, measures: Sequence[str] | None = None) -> Arrays:
    """Return outcomes and series of a folder, NaN where a number is not defined, not recorded, or its run is missing.

    Parameters
    ----------
    results : Experiment
    measures : sequence of str, optional
        Measures of the series to read, by default all.
    """
    found = Arrays()
    runs = results.runs()
    if runs.empty:
        message = f"{results.folder} holds no runs yet"
        raise InputError(message)
    done = runs[runs["status"] == "done"]
    if isinstance(results, SweepResults):
        places = _add_points(found, results, done)
        _add_outcomes(found, results, done, places)
    else:
        places = _add_seeds(found, results, done)
    series = results.series(measures)
    if measures is not None and (unknown := set(measures) - set(series["measure"] if len(series) else ())):
        message = f"{results.folder} holds no series of {', '.join(sorted(unknown))}"
        raise InputError(message)
    if len(series):
        _add_series(found, series, places, MONTHLY if isinstance(results, SweepResults) else "")
    whole = int(np.prod([found.coords[name].values.size for name in places.columns if name in found.coords]))
    found.attrs |= {
        "title": f"{results.manifest.get('kind')} of Tierwise",
        "source": str(results.manifest.get("environment", {}).get("source")),
        "runs": whole,
        "missing_runs": whole - len(done),
    }
    return found


def _add_seeds(found: Arrays, results: Experiment, done: pd.DataFrame) -> pd.DataFrame:
    """Add the coordinates of a run or a comparison; return by key and scenario where in the arrays a run stands."""
    scenarios, seeds = list(results.manifest["scenarios"]), [int(seed) for seed in results.manifest["seeds"]]
    found.coords |= {
        "scenario": Array(("scenario",), _texts(scenarios), {}),
        "replication": Array(("replication",), np.arange(len(seeds)), {}),
        "seed": Array(("replication",), np.array(seeds, np.int64), {}),
    }
    places = done[["key", "scenario"]].drop_duplicates()
    number = done["seed"].map({seed: place for place, seed in enumerate(seeds)})
    return places.assign(replication=number.loc[places.index])


def _add_points(found: Arrays, results: SweepResults, done: pd.DataFrame) -> pd.DataFrame:
    """Add the coordinates of a sweep, with its factors along the points."""
    study = results.study
    seeds = np.array([study.seeds(row) for row in range(len(study.numbers))], np.int64)
    found.coords |= {
        "scenario": Array(("scenario",), _texts([scenario.name for scenario in study.scenarios]), {}),
        "point": Array(("point",), study.numbers.astype(np.int64), {}),
        "replication": Array(("replication",), np.arange(study.sweep.replications), {}),
        "seed": Array(("point", "replication"), seeds, {}),
        "block": Array(("point",), study.blocks.astype(np.int64), {}),
    }
    points = results.points()
    for factor in study.factors:
        values = points[factor.name]
        is_number = values.dtype.kind in "iuf"
        attrs = {"units": factor.unit, "long_name": factor.label}
        found.coords[factor.name] = Array(
            ("point",), values.to_numpy() if is_number else _texts(values.astype(str).tolist()), attrs
        )
    first = seeds[:, 0][[study.row_of[number] for number in done["point"]]]
    step = np.diff(seeds[0])[0] if study.sweep.replications > 1 else 1
    number = (done["seed"].to_numpy() - first) // step
    return done[["key", "scenario", "point"]].assign(replication=number)


def _add_outcomes(found: Arrays, results: SweepResults, done: pd.DataFrame, places: pd.DataFrame) -> None:
    dims = ("scenario", "point", "replication")
    where = tuple(_positions(found, name, places[name]) for name in dims)
    for outcome in results.study.outcomes:
        values = np.full([found.coords[name].values.size for name in dims], np.nan)
        values[where] = done[outcome.name].to_numpy()
        attrs = {"units": outcome.unit, "long_name": outcome.label}
        found.variables[outcome.name.replace("/", ".")] = Array(dims, values, attrs)


def _add_series(found: Arrays, series: pd.DataFrame, places: pd.DataFrame, ending: str) -> None:
    """Add the series, each along the dimensions that it has."""
    months = np.arange(int(series["month"].max()) + 1)
    found.coords["month"] = Array(("month",), months, {"long_name": "months since January of the start year"})
    has = {
        str(name): [title for title in _SPLIT if not _is_total(part[title])]
        for name, part in series.groupby("measure", observed=True)
    }
    for title in _SPLIT:
        known = [series.loc[series["measure"] == name, title] for name, titles in has.items() if title in titles]
        if known:
            labels = list(dict.fromkeys(label for column in known for label in column.dropna().unique().tolist()))
            values = np.array(sorted(map(int, labels))) if title == "depth" else _texts(labels)
            found.coords[title] = Array((title,), values, {"units": "links"} if title == "depth" else {})
    outer = [name for name in ("scenario", "point", "replication") if name in places.columns]
    for name, part in series.groupby("measure", observed=True):
        placed = part[["key", "scenario", "month", "value", *_SPLIT]].merge(
            places.astype({"key": str, "scenario": str}), on=["key", "scenario"]
        )
        dims = (*outer, "month", *has[str(name)])
        values = np.full([found.coords[title].values.size for title in dims], np.nan)
        values[tuple(_positions(found, title, placed[title]) for title in dims)] = placed["value"].to_numpy()
        found.variables[f"{name}{ending}"] = Array(dims, values, _described(str(name)))


def _is_total(column: pd.Series[Any]) -> bool:
    """Say whether a column tells nothing apart: all lines are of all firms, or of no origin or depth."""
    known = column.dropna().unique()
    return len(known) == 0 or list(known) == ["all"]


def _positions(found: Arrays, name: str, column: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.intp]]:
    import pandas as pd

    values = found.coords[name].values
    if values.dtype.kind == "O":
        return np.asarray(pd.Index(values).get_indexer(column.astype(object)))
    return np.asarray(pd.Index(values).get_indexer(column.to_numpy(np.int64)))


def _described(name: str) -> dict[str, str]:
    measure = all_measures().get(name)
    if measure is not None:
        return {"units": measure.unit, "long_name": measure.label}
    return {"units": _UNITS.get(name, ""), "long_name": name.replace("_", " ")}


def _texts(values: Sequence[str] | Mapping[str, Any]) -> np.ndarray[Any, Any]:
    return np.array(list(values), dtype=object)
