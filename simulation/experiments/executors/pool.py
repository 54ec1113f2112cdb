"""What a pool of workers can do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

__all__ = ["Pool"]


class Pool(Protocol):
    """Workers that call functions.

    Attributes
    ----------
    name : str
        For manifests and messages.
    killed : tuple of exception types
        What a future raises whose worker was killed: its work may be given out again.
    lost : tuple of exception types
        What a future raises when there are no workers any more, nor anybody to start some.
    die_together : bool
        Whether a worker that is killed takes the others with it, so that `renew` has to be called.
    """

    name: str
    killed: tuple[type[BaseException], ...]
    lost: tuple[type[BaseException], ...]
    die_together: bool

    @property
    def workers(self) -> int:
        """Return how many calls are worked on at once, at least 1."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:  # noqa: ANN401
        """Hand over a call; function and arguments can be pickled."""

    def renew(self) -> None:
        """Replace workers that were killed, where that does not happen by itself."""
