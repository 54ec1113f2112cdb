"""A pool of processes on this machine; one that is killed is replaced, and costs nothing but the call it was at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from simulation.errors import RunError
from simulation.experiments.executors.child import Child
from simulation.experiments.executors.pool import WorkerKilledError
from simulation.experiments.executors.worker import READY

__all__ = ["ProcessesPool", "open_pool"]

_STARTS = 3
"""Times that a process may die before it has begun to work."""


class ProcessesPool:
    """Processes, each with a thread of this program that waits for its answers."""

    name = "processes"
    killed: tuple[type[BaseException], ...] = (WorkerKilledError,)
    lost: tuple[type[BaseException], ...] = ()

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._is_closed = False

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Hand a call to the next process that is free."""
        return self._threads.submit(self._ask, call, arguments)

    def look_after(self) -> None:
        """Do nothing: a process that was killed is replaced when there is something to do."""

    def close(self) -> None:
        """End all processes, in the middle of a call too: nobody waits for it any more."""
        with self._lock:
            self._is_closed = True
            left = list(self._children)
        for child in left:
            child.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in left:
            child.end()

    def _ask(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        child = getattr(self._own, "child", None) or self._started()
        self._own.child = child
        try:
            child.send((call, arguments))
            is_good, answer = child.receive()
        except (EOFError, OSError) as error:
            self._own.child = None
            raise WorkerKilledError(self._ended(child)) from error
        if not is_good:
            raise answer
        return answer

    def _started(self) -> Child:
        """Return a process that is ready to work."""
        how = "never"
        for _ in range(_STARTS):
            with self._lock:
                if self._is_closed:
                    break
                child = Child("simulation.experiments.executors.worker")
                self._children.add(child)
            try:
                if child.receive() == READY:
                    return child
            except (EOFError, OSError):
                how = self._ended(child)
        message = f"no worker process can be started on this machine ({how})"
        raise RunError(message)

    def _ended(self, child: Child) -> str:
        with self._lock:
            self._children.discard(child)
        return child.end()


@contextmanager
def open_pool(workers: int) -> Iterator[ProcessesPool]:
    """Give a pool of processes."""
    pool = ProcessesPool(workers)
    try:
        yield pool
    finally:
        pool.close()
