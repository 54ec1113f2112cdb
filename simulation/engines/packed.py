"""The pack of arrays that machine code knows; apart from `simulation.engines.packing`, because it loads Numba."""

from __future__ import annotations

from numba import types
from numba.experimental import structref

from simulation.compiled import compiled
from simulation.engines.packing import Arrays

__all__ = ["Packed", "PackedType", "packed"]


@structref.register
class PackedType(types.StructRef):  # type: ignore[misc] # Numba's types are untyped
    """Numba's type of a pack, one for each precision."""


class Packed(structref.StructRefProxy):  # type: ignore[misc] # as above
    """A pack of arrays: what a `PackedType` is called in Python."""


structref.define_proxy(Packed, PackedType, ["arrays"])


@compiled
def packed(arrays: Arrays) -> Packed:
    """Return a pack of arrays."""
    return Packed(arrays)
