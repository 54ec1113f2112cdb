"""Where defects and late days began: what a firm keeps of it while the model follows origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.mesa_model.partners import Purchase, added
from simulation.rules import defects
from simulation.state import DEPTH_BINS, Float

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["FollowsOrigins"]


class FollowsOrigins:
    """The books that a firm keeps of origins.

    Attributes
    ----------
    defect_parts : (groups, depths) array
        Parts of -ln(1 - d) of what the firm delivers, by the group in which they began and the links travelled.
    late_parts : (groups,) array
        Parts of the days by which it is late, by the group in which they began.
    """

    model: SupplyChainModel
    group: int
    suppliers: list[Purchase]
    factors: list[float]
    defects: float
    late: float
    let_through: float
    own_hazard: float
    own_late: float
    next_defects: float
    next_late: float

    def forget_parts(self) -> None:
        """Follow nothing."""
        self.defect_parts: Float = np.zeros((0, DEPTH_BINS))
        self.late_parts: Float = np.zeros(0)

    def begin_parts(self) -> None:
        """Begin to follow origins: all that the firm delivers now counts as its own group's."""
        groups = len(self.model.members)
        self.defect_parts, self.late_parts = np.zeros((groups, DEPTH_BINS)), np.zeros(groups)
        self.defect_parts[self.group, 0] = defects.defect_hazard(self.defects)
        self.late_parts[self.group] = self.late

    def split_defects(self) -> None:
        """Split -ln(1 - d) by origin and depth, given what each supplier passes on; the parts sum to the whole."""
        passed = [
            defects.inherited_hazard(factor, self.let_through, buys.supplier.defects)
            for factor, buys in zip(self.factors, self.suppliers, strict=True)
        ]
        parts, farthest = np.zeros_like(self.defect_parts), np.zeros_like(self.late_parts)
        parts[self.group, 0] = self.own_hazard
        for buys, hazard in zip(self.suppliers, passed, strict=True):
            whole = defects.defect_hazard(buys.supplier.defects)
            if whole > 0.0:
                moved = hazard / whole * buys.supplier.defect_parts
                parts[:, 1:] += moved[:, :-1]
                farthest += moved[:, -1]
        parts[:, -1] += farthest
        total = self.own_hazard + added(passed)
        delivered = defects.defect_hazard(self.next_defects)
        self.next_defect_parts = parts * (delivered / total if total > 0.0 else 0.0)

    def split_late_days(self, slowest: Firm | None) -> None:
        """Split the days of delay between the firm itself and the origins of what it waited for."""
        parts = np.zeros_like(self.late_parts)
        if slowest:
            parts += (self.next_late - self.own_late) / slowest.late * slowest.late_parts
        parts[self.group] += self.own_late
        self.next_late_parts = parts

    def deliver_parts(self) -> None:
        """Hand the books of this round to the next one."""
        self.defect_parts, self.late_parts = self.next_defect_parts, self.next_late_parts
