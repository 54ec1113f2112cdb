"""Ctrl-C, and other requests to end: heard when it suits, instead of between any two statements."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["heard"]

_REQUESTS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C; what batch systems and administrators send first; the terminal was closed."""


@contextmanager
def heard(stop: Callable[[], None]) -> Iterator[list[int]]:
    """Give a list that is empty until somebody asks this program to end; then ``stop`` is called too.

    Who asks twice is impatient: then there is a `KeyboardInterrupt`. A signal that is ignored, or for which somebody
    else has taken over, stays as it is; so do all of them outside the main thread.
    """
    asked: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        stop()

    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in _REQUESTS if hasattr(signal, name)):
            now = signal.getsignal(number)
            if now in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = now
                signal.signal(number, hear)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
