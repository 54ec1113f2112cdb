"""How far firms are from the large manufacturers, counted along their sales."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.state import World
from simulation.world.diagnosis.classes import Mask, classes_of
from simulation.world.diagnosis.degrees import degrees_of

__all__ = ["Tiers", "tiers_of"]


class Tiers(NamedTuple):
    """Numbers of firms by tier.

    Attributes
    ----------
    firms : number of firms
    tier : firms of tier 0 (large manufacturers), 1, 2 and so on up to the deepest tier of the world
    no_way : firms whose goods reach no large manufacturer, whatever way they take
    """

    firms: int
    tier: tuple[int, ...]
    no_way: int

    def share(self, number: int) -> float:
        """Return the share of a tier among the firms that have a way to a large manufacturer; NaN without such."""
        reaching = sum(self.tier)
        return self.tier[number] / reaching if reaching > 0 and number < len(self.tier) else (
            0.0 if reaching > 0 else float("nan")
        )  # fmt: skip


def _counted(world: World, mask: Mask, depth: int) -> Tiers:
    tier = world.firms.tier[mask]
    found = np.bincount(tier[tier >= 0], minlength=depth)
    return Tiers(int(mask.sum()), tuple(map(int, found)), int((tier < 0).sum()))


def tiers_of(world: World) -> tuple[Tiers, Tiers]:
    """Return the tiers of all firms, and of the small and medium manufacturers that supply anybody."""
    classes = classes_of(world)
    _, buyers = degrees_of(world)
    depth = int(world.firms.tier.max(initial=0)) + 1
    everybody = np.ones(buyers.size, np.bool_)
    return (
        _counted(world, everybody, depth),
        _counted(world, classes.is_sme & classes.is_maker & (buyers > 0), depth),
    )
