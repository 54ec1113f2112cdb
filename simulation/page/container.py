"""Named arrays and a header as one block of bytes, small to send and quick to read in a browser.

A block is compressed (zlib) and holds the length of the header (4 bytes, little-endian), the header (JSON, UTF-8) and
the arrays one after the other. The header's entry "arrays" gives of each its type, shape and first byte, and whether
it is stored as differences: along the first axis each entry then is the difference to the one before (modulo the
range of the type), so that what changes slowly from month to month is mostly zeros. Integers of more than one byte
are stored in planes, all lowest bytes first.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["KINDS", "Array", "packed", "unpacked"]

Array = NDArray[Any]

KINDS = ("uint8", "int8", "uint16", "uint32", "float32")
"""Types of arrays that the page can read."""


def packed(header: Mapping[str, Any], arrays: Mapping[str, Array], slow: Collection[str] = ()) -> bytes:
    """Return a header and arrays as one compressed block; those named in ``slow`` as differences.

    Raises
    ------
    ValueError
        An array of a type that the page cannot read, differences of anything but integers, or a header with NaN.
    """
    entries, parts, first = {}, [], 0
    for name, array in arrays.items():
        if array.dtype.name not in KINDS or (name in slow and array.dtype.kind == "f"):
            message = f"{name}: arrays of {array.dtype.name} cannot be packed{' so' if name in slow else ''}"
            raise ValueError(message)
        stored = _planes(_differences(array) if name in slow else array)
        entries[name] = {
            "kind": array.dtype.name,
            "shape": list(array.shape),
            "first": first,
            "is_slow": name in slow,
        }
        parts.append(stored)
        first += len(stored)
    told = json.dumps({**header, "arrays": entries}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    head = told.encode("utf-8", "surrogatepass")
    return zlib.compress(b"".join([len(head).to_bytes(4, "little"), head, *parts]), 6)


def unpacked(block: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the header and the arrays of a block: what the page does in the browser."""
    raw = zlib.decompress(block)
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length].decode("utf-8", "surrogatepass"))
    start = 4 + length
    arrays = {}
    for name, entry in header.pop("arrays").items():
        kind, shape = np.dtype(entry["kind"]), tuple(entry["shape"])
        size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
        stored = np.frombuffer(raw, np.uint8, size, start + entry["first"])
        array = np.ascontiguousarray(stored.reshape(kind.itemsize, -1).T).view(kind).reshape(shape)
        arrays[name] = np.cumsum(array, axis=0, dtype=kind) if entry["is_slow"] else array
    return header, arrays


def _differences(array: Array) -> Array:
    """Return the differences along the first axis, from 0 on, modulo the range of the type."""
    before = np.zeros_like(array)
    before[1:] = array[:-1]
    with np.errstate(over="ignore"):
        return array - before


def _planes(array: Array) -> bytes:
    """Return the bytes of an array (little-endian), all first bytes first."""
    ordered = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return ordered.reshape(-1).view(np.uint8).reshape(-1, array.dtype.itemsize).T.tobytes()
