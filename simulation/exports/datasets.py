"""The results of a folder as an xarray dataset, and as a netCDF file.

The file is netCDF 3 with offsets of 64 bits, which SciPy writes: it needs no further package, and R, MATLAB, Julia and
every tool for netCDF read it. Zarr would need one more package here and there, for stores larger than results are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import InputError
from simulation.experiments.extras import needed
from simulation.experiments.opening import open_results
from simulation.exports.arrays import Array, arrays_of
from simulation.store.experiment import Experiment
from simulation.store.files import replace_file

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["save_netcdf", "to_xarray"]

_LARGEST = 2**31 - 1
"""Largest whole number of netCDF 3; larger seeds become text, which loses no digit."""

_MOST_BYTES = 2**32 - 4
"""Size of the largest variable of netCDF 3 with offsets of 64 bits."""


def to_xarray(results: Experiment | str | Path, measures: Sequence[str] | None = None) -> xr.Dataset:
    """Return the results of a folder as a dataset, with units and labels in ``attrs``.

    Of a sweep: every outcome along scenario, point and replication, with the factors as coordinates of the points, and
    the series that were kept as ``NAME_by_month``. Of a run or a comparison: every measure along scenario, replication,
    month, and group, origin or depth where it has them. NaN: not defined, not recorded in that month or for that group,
    or of a run that is missing; ``attrs["missing_runs"]`` counts those.

    Parameters
    ----------
    results : Experiment or path
        A folder of a run, a comparison or a sweep.
    measures : sequence of str, optional
        Measures of the series to read, by default all; they are held in memory.

    Raises
    ------
    InputError
        A missing extra, a folder without runs, or a measure that was not kept.
    """
    with needed("query"):
        import xarray as xr
    found = arrays_of(results if isinstance(results, Experiment) else open_results(results), measures)

    def laid_out(arrays: dict[str, Array]) -> dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]]:
        return {name: (array.dims, array.values, array.attrs) for name, array in arrays.items()}

    return xr.Dataset(laid_out(found.variables), laid_out(found.coords), found.attrs)


def save_netcdf(results: Experiment | str | Path, path: Path) -> xr.Dataset:
    """Write the dataset of a folder as netCDF and return it.

    Raises
    ------
    InputError
        A variable of 4 GB or more, which the format does not hold.
    """
    dataset = to_xarray(results)
    for name, variable in dataset.variables.items():
        if variable.nbytes > _MOST_BYTES:
            message = f"{name} has {variable.nbytes / 2**30:.1f} GB, and netCDF 3 holds 4; export Parquet instead"
            raise InputError(message)
    wide = [
        name
        for name, variable in dataset.variables.items()
        if variable.dtype.kind in "iu" and variable.size and np.abs(variable.values).max() > _LARGEST
    ]
    safe = dataset.assign_coords({name: dataset[name].astype(str) for name in wide})
    with replace_file(path) as temporary:
        safe.to_netcdf(str(temporary), format="NETCDF3_64BIT", engine="scipy")
    return dataset
