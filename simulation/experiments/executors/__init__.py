"""Where work is done: here, in other processes, or on the workers of a cluster, one file each.

All give the same results, because what is done depends on nothing but what is handed over.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from simulation.experiments.executors.pool import Pool, WorkerKilledError

__all__ = ["Kind", "Pool", "WorkerKilledError", "open_pool", "processors"]

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
        By default one per processor; on a cluster that is asked for, what its file says. Those of a scheduler that is
        running already are all that it has.
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
    module = importlib.import_module(f"{__name__}.{kind}")
    if kind == "dask":
        with module.open_pool(workers or (None if cluster else processors()), scheduler, cluster) as pool:
            yield pool
    else:
        with module.open_pool(workers or processors()) as pool:
            yield pool


def processors() -> int:
    """Return how many processors this program may use: a batch system may have given it a part of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
