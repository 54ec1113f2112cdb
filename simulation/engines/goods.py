"""What firms deliver in a round."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.state import DEPTH_BINS, Bool, Float, Real, Small

__all__ = ["OF_GOODS", "Goods", "new_goods"]

OF_GOODS = ("defect_parts", "late", "root", "travelled", "late_parts")
"""Fields of the state that are arrays of the goods."""


class Goods(NamedTuple):
    """What firms deliver in a round; there are two, which all read and which all write. Firm n delivers nothing, ever.

    Attributes
    ----------
    shown : (n + 1,) defect share, with a minus sign where the firm is so late that it may exceed somebody's buffer: all
        that most links need to read
    mixed : (1,) 1 where some defect share may be large or 0, so that loops for small positive ones do not do
    late : (n,) days
    root, travelled : (n,) of late deliveries only
    defect_parts : (n, G x H) or (0, G x H) as in `State`, in rows
    late_parts : as in `State`
    """

    shown: Real
    mixed: Bool
    late: Real
    root: Small
    travelled: Small
    defect_parts: Float
    late_parts: Float


def new_goods(n: int, groups: int, has_origins: bool, real: type[np.floating]) -> Goods:
    """Return deliveries without defects, on time."""
    parts = n if has_origins else 0
    return Goods(
        shown=np.zeros(n + 1, real),
        mixed=np.ones(1, np.uint8),
        late=np.zeros(n, real),
        root=np.arange(n, dtype=np.int32),
        travelled=np.zeros(n, np.int32),
        defect_parts=np.zeros((parts, groups * DEPTH_BINS)),
        late_parts=np.zeros((parts, groups)),
    )
