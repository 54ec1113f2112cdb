"""Functions that test workers are asked to call; workers find them by name."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path


def double(number: int) -> int:
    """Return twice the number, with a word for whoever reads."""
    sys.stdout.write("printed by a worker\n")
    os.write(1, b"written by a worker\n")
    return 2 * number


def process_id() -> int:
    """Return the number of the process."""
    return os.getpid()


def fall(number: int = getattr(signal, "SIGKILL", signal.SIGTERM)) -> None:
    """End this process by a signal."""
    os.kill(os.getpid(), number)
    time.sleep(60.0)


def fail() -> None:
    """Raise what a user would be told."""
    from simulation.errors import RunError

    raise RunError("this went wrong")


def function_inside():
    """Return what cannot be sent back."""
    return lambda: None


def sleep_and_mark(path: str) -> None:
    """Say that the work has begun, and later that it has gone on."""
    Path(path).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(5.0)
    Path(path + ".late").touch()


def parent_of_a_pool(path: str) -> None:
    """Have a worker that works, for ever."""
    from simulation.experiments.executors import open_pool

    with open_pool("processes", 1) as pool:
        pool.submit(sleep_and_mark, path).result()
