"""Workers of Dask: on this machine, those of a scheduler that is running, or those that a batch system gives."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from simulation.errors import InputError, RunError
from simulation.experiments.executors.child import Child
from simulation.experiments.extras import needed

__all__ = ["PATIENCE", "SETTINGS", "DaskPool", "open_pool"]

PATIENCE = 60.0
"""Seconds for which nobody may be there to work before that is an error, unless a batch system is to give workers."""

_ANSWER = 20.0
"""Seconds in which a scheduler must answer."""

_GOODBYE = 5.0
"""Seconds for taking leave of it."""

_LOOK = 2.0
"""Seconds between two looks at who is there."""

SETTINGS = {"distributed.scheduler.allowed-failures": 0}
"""Of schedulers that are started here: what becomes of work whose worker was killed is decided by who gave it out."""

_QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical"}


class _Call:
    """A call that is made where it is unpickled.

    A worker of Dask that gets a message which it cannot unpickle ends. This one it unpickles as its work, so that a
    missing package is told like any other error.
    """

    def __init__(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._parts = call, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._parts


class DaskPool:
    """Workers of a Dask cluster.

    Attributes
    ----------
    patience : float
        Seconds for which nobody may be there.
    """

    name = "dask"

    def __init__(self, client: Any, patience: float | None = None, renew: Callable[[], None] = lambda: None) -> None:  # noqa: ANN401
        from distributed import CancelledError as DaskCancelledError
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        self.killed: tuple[type[BaseException], ...] = (KilledWorker,)
        self.lost: tuple[type[BaseException], ...] = (CancelledError, DaskCancelledError, CommClosedError)
        self.patience = PATIENCE if patience is None else patience
        self._client = client
        self._renew = renew
        self._executor = client.get_executor(pure=False)
        self._threads = 0
        self._looked = -_LOOK
        self._seen = time.monotonic()

    @property
    def workers(self) -> int:
        """Return the threads of all workers that were there a moment ago."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            try:
                there = self._client.nthreads(callback_timeout=_ANSWER)
                self._threads = sum(int(count) for count in there.values())
            except Exception as error:  # whatever it is, the scheduler cannot be asked
                raise RunError(self._gone("the scheduler does not answer", error)) from error
            if self._threads:
                self._seen = now
        return self._threads

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Hand a call to the scheduler, which passes it on without looking into it."""
        try:
            future: Future[Any] = self._executor.submit(pickle.loads, pickle.dumps(_Call(call, arguments)))
        except Exception as error:
            raise RunError(self._gone("the scheduler takes no work", error)) from error
        return future

    def look_after(self) -> None:
        """Replace workers that have gone; `RunError` where there has been none for too long."""
        self._renew()
        if self.workers == 0 and time.monotonic() - self._seen > self.patience:
            raise RunError(self._gone(f"no worker has been there for {self.patience:.0f} seconds"))

    @staticmethod
    def _gone(what: str, error: Exception | None = None) -> str:
        why = f" ({type(error).__name__})" if error else ""
        return f"{what}{why}; what was finished is kept, and the same command goes on from there"


class _WorkersHere:
    """Dask workers on this machine, one thread each, replaced when they end."""

    def __init__(self, address: str, count: int) -> None:
        self._address = address
        self._children = [self._new() for _ in range(count)]

    def _new(self) -> Child:
        options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--no-dashboard")
        return Child("distributed.cli.dask_worker", self._address, *options, environment=_QUIET)

    def renew(self) -> None:
        """Start a worker for each one that has ended."""
        for number, child in enumerate(self._children):
            if not child.is_alive:
                child.end()
                self._children[number] = self._new()

    def close(self) -> None:
        """End all workers."""
        for child in self._children:
            child.close()
        for child in self._children:
            child.end()


@contextmanager
def open_pool(workers: int | None, scheduler: str | None, cluster: str | None) -> Iterator[DaskPool]:
    """Give a pool of Dask workers: of the scheduler's address, of the cluster's file, or of this machine.

    Raises
    ------
    InputError
        A missing extra, an address or a file that is wrong.
    RunError
        No scheduler answers.
    """
    with needed("cluster"):
        import dask
        from distributed import Client, LocalCluster

    if scheduler and cluster:
        message = "give the address of a scheduler or the file of a cluster, not both"
        raise InputError(message)
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if scheduler:
            yield DaskPool(stack.enter_context(_connected(scheduler)))
            return
        stack.enter_context(dask.config.set(SETTINGS))
        if cluster:
            from simulation.experiments.executors.batch_system import open_cluster

            jobs = stack.enter_context(open_cluster(cluster, workers))
            client = stack.enter_context(Client(jobs.cluster, set_as_default=False))
            yield DaskPool(client, float("inf"), jobs.renew)
            return
        here = stack.enter_context(
            LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL)
        )
        client = stack.enter_context(Client(here, set_as_default=False))
        crew = _WorkersHere(here.scheduler_address, workers or 1)
        stack.callback(crew.close)
        yield DaskPool(client, renew=crew.renew)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing about connections that have ended, of which our own messages tell."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Give a client of a scheduler that is running."""
    from distributed import Client

    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
    except ValueError as error:
        message = f"{address!r} is no address of a Dask scheduler, such as tcp://10.0.0.1:8786: {error}"
        raise InputError(message) from error
    except OSError as error:
        message = f"no Dask scheduler answers at {address} ({error}); start one with: dask scheduler"
        raise RunError(message) from error
    try:
        yield client
    finally:
        with suppress(Exception):  # a scheduler that does not answer does not say goodbye
            client.close(timeout=_GOODBYE)
