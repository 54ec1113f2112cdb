"""Files that analyses have written inside of a sweep's folder."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["drawing", "read_csv", "sentences_of"]

_LARGEST = 3_000_000
"""Bytes of a figure above which it stays a file of its own."""


def read_csv(path: Path) -> pd.DataFrame:
    """Return a table of an analysis; `InputError` where it is none."""
    import pandas as pd

    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        message = f"{path} is no table of an analysis; write it again or remove it"
        raise InputError(message) from error


def drawing(path: Path) -> str:
    """Return the address of a figure with its content inside; empty where it is not there, or no SVG, or too large."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    if len(content) > _LARGEST or not content.lstrip().startswith((b"<?xml", b"<svg")):
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode('ascii')}"


def sentences_of(path: Path) -> list[str]:
    """Return the sentences of an analysis, none where they are not there."""
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        return []
