"""Writing the manifest: what was run, with what, and which parts belong to it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from simulation.errors import InputError, RunError
from simulation.store.experiment import FORMAT, MANIFEST, open_experiment
from simulation.store.files import replace_file
from simulation.store.parts import PARTS
from simulation.store.surroundings import environment

__all__ = ["write_manifest"]


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one program at a time exchange the manifest of a folder; nobody waits where the system cannot lock one.

    The folder itself is locked, not a file in it, so that results hold results alone; Windows cannot do that.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with contextlib.suppress(OSError):  # file systems that know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_manifest(folder: Path, content: Mapping[str, Any], parts: Iterable[Path] = ()) -> Path:
    """Write ``manifest.json``: what was run, with what, and the SHA-256 of each of its parts.

    Parts of an earlier manifest in the folder that are not among them are removed: their results are replaced. Where
    two programs write one folder, the last manifest counts, and all of its parts are there.

    Raises
    ------
    RunError
        Nothing can be written, or another program has just replaced these results.
    """
    around = environment()
    path = folder / MANIFEST
    with _alone_in(folder):
        try:
            listed = {part.name: hashlib.sha256(part.read_bytes()).hexdigest() for part in sorted(set(parts))}
        except FileNotFoundError as error:
            message = f"{error.filename} is gone: another program writes to {folder}; give each its own folder"
            raise RunError(message) from error
        whole = {"format": FORMAT, **content, "environment": around, "parts": listed}
        text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
        replaced = _replaceable(folder, listed)
        with replace_file(path) as temporary:
            # Halves of characters, as in arguments that are not UTF-8, stand as JSON's own escapes.
            temporary.write_bytes(text.encode("utf-8", "backslashreplace"))
        for part in replaced:
            with contextlib.suppress(OSError):
                part.unlink()
    return path


def _replaceable(folder: Path, listed: Collection[str]) -> list[Path]:
    """Return the parts of the present manifest that a new one does not list.

    Parts that are younger than the manifest stay: another program has just written them again and will list them.
    """
    found = []
    try:
        written = (folder / MANIFEST).stat().st_mtime_ns
        for name in set(open_experiment(folder).manifest["parts"]) - set(listed):
            part = folder / PARTS / name
            if part.stat().st_mtime_ns <= written:
                found.append(part)
    except (InputError, OSError):
        return found
    return found
