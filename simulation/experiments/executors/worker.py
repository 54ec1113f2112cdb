"""The program of a worker process: call what comes in, send back what comes of it."""

from __future__ import annotations

import os
import pickle
import signal
from typing import IO

from simulation.errors import RunError
from simulation.experiments.executors.child import requests, send

__all__ = ["READY", "work_off"]

READY = "ready"
"""Sent once, before anything was asked."""


def work_off(answers: IO[bytes]) -> None:
    """Answer requests, each a function with its arguments, with whether that went well and what came of it."""
    send(answers, READY)
    while True:
        try:
            call, arguments = pickle.loads(requests.get())
            answer: tuple[bool, object] = True, call(*arguments)
        except Exception as error:  # noqa: BLE001 - whoever asked decides what becomes of it
            answer = False, error
        try:
            send(answers, answer)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            send(answers, (False, RunError(f"a worker cannot send back {answer[1]!r}: {error}")))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever gives out the work decides when it ends
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    try:
        work_off(own)
    except OSError:  # nobody listens any more
        os._exit(1)
