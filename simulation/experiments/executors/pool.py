"""What a pool of workers can do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

__all__ = ["Pool", "WorkerKilledError"]


class WorkerKilledError(Exception):
    """A worker has died while it was at a call; the message says how."""


class Pool(Protocol):
    """Workers that call functions.

    Attributes
    ----------
    name : str
        For manifests and messages.
    killed : tuple of exception types
        What a future raises whose worker was killed: its work may be given out again.
    lost : tuple of exception types
        What a future raises when there is nobody any more who would do it.
    """

    name: str
    killed: tuple[type[BaseException], ...]
    lost: tuple[type[BaseException], ...]

    @property
    def workers(self) -> int:
        """Return how many calls are worked on at once now; 0 while workers are waited for."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Hand over a call; function and arguments can be pickled."""

    def look_after(self) -> None:
        """See to workers that have gone, now and then; `RunError` where nobody is left and nobody will come."""
