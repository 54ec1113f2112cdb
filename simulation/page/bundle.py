"""The built parts of the page: made from ``web/`` by `make page`, stamped with the digest of their sources."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from simulation.errors import RunError

__all__ = ["BUILT", "SOURCES", "Bundle", "read_bundle", "sources_digest"]

BUILT = Path(__file__).parent / "built"
SOURCES = Path(__file__).parent / "web"

_PARTS = ("page.js", "page.css", "licences.txt")
_LEFT_OUT = "node_modules"


class Bundle(NamedTuple):
    """What a page consists of besides its data: program, style, and the licences of what was bundled."""

    script: str
    style: str
    licences: str


def read_bundle(folder: Path = BUILT) -> Bundle:
    """Return the built parts.

    Raises
    ------
    RunError
        Parts that are missing, or that are not those of the build.
    """
    try:
        stamped = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        parts = {name: (folder / name).read_bytes() for name in _PARTS}
    except OSError as error:
        message = f"the page was not built, {error.filename} is missing: run make page"
        raise RunError(message) from error
    for name, content in parts.items():
        if hashlib.sha256(content).hexdigest() != stamped["parts"][name]:
            message = f"{folder / name} is not what was built: run make page"
            raise RunError(message)
    return Bundle(*(parts[name].decode("utf-8") for name in _PARTS))


def sources_digest(folder: Path = SOURCES) -> str:
    """Return the SHA-256 over names and contents of all sources, in the order of their names.

    Every file of the folder counts, except what npm installs; line ends count as one byte, as they are in Git.
    """
    total = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(files):
        if name.split("/")[0] == _LEFT_OUT:
            continue
        content = files[name].read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
