"""Workers of Dask: a cluster of this machine, one that is running already, or one that a batch system gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from typing import Any

from simulation.errors import InputError, RunError
from simulation.experiments.extras import needed

__all__ = ["open_pool"]

_PATIENCE = "20s"
"""How long a scheduler may take to answer, and a batch system to give the first worker, before something is said."""


class DaskPool:
    """Workers of a Dask cluster."""

    name = "dask"
    die_together = False

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - distributed has no types
        from distributed import CancelledError as DaskCancelledError
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError

        self.killed: tuple[type[BaseException], ...] = (KilledWorker,)
        self.lost: tuple[type[BaseException], ...] = (DaskCancelledError, FutureCancelledError, CommClosedError)
        self._client = client
        self._executor = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """Return the threads of all workers that are there now."""
        return max(1, sum(int(count) for count in self._client.nthreads().values()))

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Hand a call to the scheduler."""
        future: Future[Any] = self._executor.submit(call, *arguments)
        return future

    def renew(self) -> None:
        """Do nothing: the scheduler, or the nanny of each worker, replaces those that die."""


@contextmanager
def open_pool(workers: int | None, scheduler: str | None, cluster: str | None) -> Iterator[DaskPool]:
    """Give a pool of Dask workers: of the scheduler's address, of the cluster's file, or of this machine."""
    with needed("cluster"):
        from distributed import Client, LocalCluster

    if scheduler and cluster:
        message = "give the address of a scheduler or the file of a cluster, not both"
        raise InputError(message)
    with ExitStack() as stack:
        if cluster:
            from simulation.experiments.executors.batch_system import open_cluster

            at: Any = stack.enter_context(open_cluster(cluster, workers))
        elif scheduler:
            at = scheduler
        else:
            at = stack.enter_context(
                LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40)
            )
        try:
            client = stack.enter_context(Client(at, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            message = f"no Dask scheduler answers at {scheduler}: {error}"
            raise RunError(message) from error
        yield DaskPool(client)
