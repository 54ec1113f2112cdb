"""Files that are whole or not there: written under a temporary name, forced to the disk, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from simulation.errors import RunError

__all__ = ["check_folder", "replace_file"]


def _reason(error: OSError) -> str:
    """Return why a file cannot be written, in the words of the system: pyarrow adds its own."""
    return os.strerror(error.errno) if error.errno else str(error)


@contextlib.contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        message = f"cannot write to {path.parent}: {_reason(error)}"
        raise RunError(message) from error
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {_reason(error)}"
        raise RunError(message) from error
    finally:
        temporary.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Make a folder for results; `RunError` where nothing can be written to it, before hours of work are lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"cannot write to {folder}: {_reason(error)}"
        raise RunError(message) from error
