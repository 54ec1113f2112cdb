"""Results in the form of EMA Workbench: a ``.tar.gz`` that its ``load_results`` reads.

The archive holds ``experiments.csv``, a file for every outcome, and ``metadata.json`` that names both. One experiment
is a point of a sweep under one scenario: factors are its uncertainties, the scenario is its ``policy``. Replications
are the second axis of every outcome, as ``process_replications`` of the workbench expects; without any they are left
out. EMA Workbench itself is not needed.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.comparison import open_comparison
from simulation.experiments.opening import open_results
from simulation.experiments.sweeps.results import SweepResults
from simulation.exports.arrays import Array, arrays_of
from simulation.store.experiment import Experiment
from simulation.store.files import replace_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ema_results", "save_ema"]

_VERSION = 0.1
"""Of the layout, as EMA Workbench 2.4 to 3.0 write it."""

_MODEL = "tierwise"
_MOST_AXES = 2
"""Outcomes with more axes are stored in NumPy's own format."""


def save_ema(results: Experiment | str | Path, path: Path) -> dict[str, int]:
    """Write the experiments and outcomes of a folder; return how many there are, and how many runs are missing.

    Raises
    ------
    InputError
        A folder that is neither of a sweep nor of a comparison, or holds no runs.
    """
    found = results if isinstance(results, Experiment) else open_results(results)
    experiments, outcomes = ema_results(found)
    files: dict[str, bytes] = {"experiments.csv": experiments.to_csv(index=False, lineterminator="\n").encode()}
    listed = []
    for name, values in outcomes.items():
        kind = "ScalarOutcome" if values.ndim == 1 else "ArrayOutcome"
        file = f"{name}.cls" if values.ndim == 1 else f"{name}.csv" if values.ndim <= _MOST_AXES else f"{name}.npy"
        files[file] = _stored(values)
        listed.append((kind, name, file))
    kinds = {name: kind.name for name, kind in experiments.dtypes.items()}
    files["metadata.json"] = json.dumps({"version": _VERSION, "outcomes": listed, "experiments": kinds}).encode()
    with replace_file(path) as temporary, tarfile.open(temporary, "w:gz") as archive:
        for file, content in files.items():
            entry = tarfile.TarInfo(file)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    missing = found.status().total - found.status().done if isinstance(found, SweepResults) else 0
    return {"experiments": len(experiments), "outcomes": len(outcomes), "missing_runs": missing}


def ema_results(results: Experiment | str | Path) -> tuple[pd.DataFrame, dict[str, np.ndarray[Any, Any]]]:
    """Return experiments and outcomes as EMA Workbench's ``perform_experiments`` does.

    Returns
    -------
    experiments : frame
        A column per factor, then ``scenario`` (the point), ``policy`` (the scenario) and ``model``. Numbers are
        floating, which its PRIM needs; words are categories.
    outcomes : dict
        (E,) or (E, R) by outcome; (E, T) or (E, R, T) by kept series, as ``measure_group``; NaN where a run is missing.
    """
    found = results if isinstance(results, Experiment) else open_results(results)
    if isinstance(found, SweepResults):
        return _of_sweep(found)
    if found.manifest.get("kind") == "comparison":
        return _of_comparison(found)
    message = f"{found.folder} holds a single run; EMA Workbench takes experiments: those of a sweep or a comparison"
    raise InputError(message)


def _of_sweep(results: SweepResults) -> tuple[pd.DataFrame, dict[str, np.ndarray[Any, Any]]]:
    import pandas as pd

    arrays = arrays_of(results)
    scenarios, points = (arrays.coords[name].values for name in ("scenario", "point"))
    columns: dict[str, Any] = {}
    for factor in results.study.factors:
        values = np.tile(arrays.coords[factor.name].values, len(scenarios))
        is_number = values.dtype.kind in "iuf"
        columns[_free(factor.name, columns)] = values.astype(float) if is_number else pd.Categorical(values)
    columns |= {
        "scenario": np.tile(points, len(scenarios)),
        "policy": pd.Categorical(np.repeat(scenarios, len(points)), list(scenarios)),
        "model": pd.Categorical([_MODEL] * len(scenarios) * len(points)),
    }
    outcomes: dict[str, np.ndarray[Any, Any]] = {}
    groups = arrays.coords["group"].values if "group" in arrays.coords else ()
    for name, array in arrays.variables.items():
        for title, values in _lines(name, array, groups):
            by_experiment = values.reshape(-1, *values.shape[2:])
            is_alone = by_experiment.shape[1] == 1
            outcomes[_free(title, outcomes)] = by_experiment[:, 0] if is_alone else by_experiment
    return pd.DataFrame(columns), outcomes


def _lines(name: str, array: Array, groups: Iterable[Any]) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield an outcome, or each line of a series that holds any number."""
    if "month" not in array.dims:
        yield name, array.values
        return
    measure = name.removesuffix("_by_month")
    if "group" not in array.dims:
        yield f"{measure}_all", array.values
        return
    for place, group in enumerate(groups):
        values = np.take(array.values, place, axis=array.dims.index("group"))
        if np.isfinite(values).any():
            yield f"{measure}_{group}", values


def _of_comparison(results: Experiment) -> tuple[pd.DataFrame, dict[str, np.ndarray[Any, Any]]]:
    import pandas as pd

    comparison = open_comparison(results.folder)
    names, seeds = [scenario.name for scenario in comparison.scenarios], list(comparison.seeds)
    table = comparison.outcomes()
    outcomes: dict[str, np.ndarray[Any, Any]] = {}
    for name, part in table.groupby("outcome", sort=False):
        values = part.pivot(index="scenario", columns="seed", values="value").reindex(index=names, columns=seeds)
        numbers = values.to_numpy(np.float64)
        outcomes[_free(str(name), outcomes)] = numbers[:, 0] if len(seeds) == 1 else numbers
    columns = {
        "scenario": np.zeros(len(names), np.int64),
        "policy": pd.Categorical(names, names),
        "model": pd.Categorical([_MODEL] * len(names)),
    }
    return pd.DataFrame(columns), outcomes


def _free(name: str, taken: Iterable[str]) -> str:
    """Return a name as a Python identifier that is not taken, which EMA Workbench asks for from version 3 on."""
    plain = re.sub(r"\W", "_", name)
    plain = plain if plain.isidentifier() else f"_{plain}"
    known, number, chosen = set(taken), 2, plain
    while chosen in known:
        chosen, number = f"{plain}_{number}", number + 1
    return chosen


def _stored(values: np.ndarray[Any, Any]) -> bytes:
    """Return an outcome as its file: text without titles, in which NaN is a word, as an empty line would be skipped."""
    import pandas as pd

    if values.ndim > _MOST_AXES:
        buffer = io.BytesIO()
        np.save(buffer, values)
        return buffer.getvalue()
    return pd.DataFrame(values).to_csv(header=False, index=False, na_rep="nan", lineterminator="\n").encode()
