"""No workers: every call is made at once, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

__all__ = ["open_pool"]


class SerialPool:
    """Calls one after the other; whatever ends this process ends the call too."""

    name = "serial"
    killed: tuple[type[BaseException], ...] = ()
    lost: tuple[type[BaseException], ...] = ()
    workers = 1

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Make the call."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments))
        except Exception as error:  # noqa: BLE001 - as a worker would hand it back
            future.set_exception(error)
        return future

    def look_after(self) -> None:
        """Do nothing: there is nobody who could be gone."""


@contextmanager
def open_pool(workers: int) -> Iterator[SerialPool]:
    """Give a pool without workers."""
    yield SerialPool()
