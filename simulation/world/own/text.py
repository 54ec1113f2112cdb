"""Bytes of a file as UTF-8 text with plain line ends, and what shows that they are something else."""

from __future__ import annotations

from simulation.world.own.faults import Faults

__all__ = ["decoded"]

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PARQUET = b"PAR1"
_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"


def decoded(content: bytes, file: str, faults: Faults) -> bytes | None:
    """Return UTF-8 text without byte order mark, with plain line ends; None, with the reason among the faults."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if fault := _encoding_fault(content):
        faults.add(file, *fault)
        return None
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content


def _encoding_fault(content: bytes) -> tuple[str, int] | None:
    """Return what shows that a file is not UTF-8 text, and the line where it shows (0: everywhere)."""
    if content.startswith(_PARQUET):
        return "this is a Parquet file; let its name end in .parquet", 0
    if content.startswith(_WORKBOOKS):
        return f"this is a spreadsheet workbook, not a table of text; {_SAVE}", 0
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        return f"the file is UTF-16, not UTF-8; {_SAVE}", 0
    if (at := content.find(b"\0")) >= 0:
        return "the file is not text: there is a zero byte", content.count(b"\n", 0, at) + 1
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return f"the file is not UTF-8 (perhaps CP949); {_SAVE}", content.count(b"\n", 0, error.start) + 1
    return None
