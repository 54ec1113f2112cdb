"""Where work is done: here, in other processes, or on the workers of a cluster, one file each.

All give the same results, because what is done depends on nothing but what is handed over.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from simulation.experiments.executors.pool import Pool

__all__ = ["Kind", "Pool", "open_pool"]

Kind = Literal["serial", "processes", "dask"]
"""Names of the files of this folder that declare ``open_pool``."""


@contextmanager
def open_pool(
    kind: Kind = "processes", workers: int | None = None, *, scheduler: str | None = None, cluster: str | None = None
) -> Iterator[Pool]:
    """Open a pool of workers and close it again.

    Parameters
    ----------
    kind : {"serial", "processes", "dask"}
    workers : int, optional
        By default one per processor; on a cluster that is asked for, what its file says.
    scheduler : str, optional
        Address of a running Dask scheduler, such as ``tcp://10.0.0.1:8786``.
    cluster : str, optional
        File that says how dask-jobqueue asks a batch system for workers.

    Raises
    ------
    InputError
        A missing extra, or a cluster file that is wrong.
    RunError
        No scheduler answers.
    """
    count = workers or os.cpu_count() or 1
    chosen = "serial" if kind == "processes" and count == 1 else kind
    module = importlib.import_module(f"{__name__}.{chosen}")
    if chosen == "dask":
        with module.open_pool(workers, scheduler, cluster) as pool:
            yield pool
    else:
        with module.open_pool(count) as pool:
            yield pool
