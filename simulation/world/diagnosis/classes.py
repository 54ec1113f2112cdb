"""To which size, sector and region the firms of a world belong."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state import Index, World

__all__ = ["Classes", "Mask", "classes_of"]

Mask = NDArray[np.bool_]


class Classes(NamedTuple):
    """The classes of n firms.

    Attributes
    ----------
    size, sector, region : (n,) places in the names of the world's groups
    is_sme : (n,) whether the firm is small or medium
    is_maker : (n,) whether its sector makes goods
    """

    size: Index
    sector: Index
    region: Index
    is_sme: Mask
    is_maker: Mask


def classes_of(world: World) -> Classes:
    """Return the classes of the firms of a world."""
    groups = world.groups
    group = world.firms.group.astype(np.int64)
    cell, region = np.divmod(group, len(groups.regions))
    size, sector = np.divmod(cell, len(groups.sectors))
    return Classes(size, sector, region, np.array(groups.is_sme)[size], np.array(groups.is_manufacturing)[sector])
