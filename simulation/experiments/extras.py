"""Packages that only some analyses need: a missing one is one sentence that says how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulation.errors import InputError

__all__ = ["needed"]


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Turn a failed import inside the block into an `InputError` that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("simulation"):
            raise
        message = f'this needs the package {error.name}: pip install "tierwise[{extra}]"'
        raise InputError(message) from error
