"""Python processes that this program starts for work: they import what it imports, and end when it ends.

They are no children of `multiprocessing`, because those run the user's own program again to find its functions: in a
script without ``if __name__ == "__main__"``, and where the program was typed in, that fails. What is worked on here is
in this package alone.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import runpy
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import IO, Any, cast

__all__ = ["Child", "main", "requests", "send"]

requests: SimpleQueue[bytes] = SimpleQueue()
"""What was sent to this process, pickled."""

_LENGTH = struct.Struct("<Q")

_PATIENCE = 5.0
"""Seconds that a process is given to end by itself."""


class Child:
    """A process that runs a module and ends when its standard input does, hence with this program.

    Ctrl-C and other signals for all processes of a terminal do not reach it: this program decides what becomes of it.

    Parameters
    ----------
    module, *arguments : str
    environment : mapping, optional
        Variables that it has beside those of this program.
    """

    def __init__(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        code = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        self._to = cast("IO[bytes]", self._process.stdin)
        self._from = cast("IO[bytes]", self._process.stdout)

    @property
    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self._process.poll() is None

    def send(self, value: object) -> None:
        """Send a value; `OSError` where it has ended."""
        send(self._to, value)

    def receive(self) -> Any:  # noqa: ANN401
        """Wait for a value; `EOFError` where it has ended."""
        return pickle.loads(_message(self._from))

    def close(self) -> None:
        """Tell it to end at once, whatever it is at."""
        with contextlib.suppress(OSError, ValueError):
            self._to.close()

    def end(self) -> str:
        """End it, and return how it has ended: a signal or an exit code."""
        self.close()
        with self._process as process:
            try:
                code = process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def send(stream: IO[bytes], value: object) -> None:
    """Write a value with its length before it."""
    text = pickle.dumps(value)
    stream.write(_LENGTH.pack(len(text)) + text)
    stream.flush()


def _message(stream: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found


def main() -> None:
    """Be a `Child`: run the module that is named first, until the standard input ends."""
    stream = os.fdopen(os.dup(0), "rb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - its descriptor is what is wanted
        os.dup2(nothing.fileno(), 0)

    def listen() -> None:
        try:
            while True:
                requests.put(_message(stream))
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
