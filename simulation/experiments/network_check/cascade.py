"""Whether single adopters can set off a cascade under the threshold rule.

Under `rules.adoption.Threshold` a firm adopts when the share of adopters among its partners reaches its phi. At the
beginning of a cascade a firm has at most one adopter among its partners, so that it follows partner j only if what j
counts, a_ij, is enough alone (Watts 2002, "A simple model of global cascades on random networks"). With c = Pr(phi <=
a_ij) over the firms' thresholds and o_i the number of others that look at firm i, the adopters that one adopter makes
are on average

    z = sum over looks (i at j) of Pr(phi <= a_ij) o_i / number of looks,

and a single adopter may reach a finite share of the network if z > 1. Who looks at whom is what the scenario declares:
buyers at suppliers, suppliers at buyers, or both; in the last case o_i leaves out the partner that i follows. With
equal weights and firms that look both ways this is Watts' condition sum_k k (k - 1) rho_k p_k > <k>; with firms that
look at their suppliers alone, K of them, and have S buyers it is <K S rho_K> > <K>. Correlations beyond the two ends of
a link and short loops are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.rules.adoption import Reference, Threshold
from simulation.state import Float, Index, World

__all__ = ["Cascade", "cascade_of", "chance_of_following", "looks_of"]

_TIE = 1e-12
_HALVINGS = 40


class Cascade(NamedTuple):
    """The threshold rule on a network.

    Attributes
    ----------
    branching : z, adopters that one adopter makes at the beginning of a cascade; NaN where nobody looks at anybody
    without_thresholds : z if everybody followed a single partner: 1 or less means too few partners for a cascade
    highest_level : largest mean threshold at which z exceeds 1, between 0 and 1; NaN where there is none
    spontaneous : share of firms whose threshold is 0 or less, which adopt alone
    """

    branching: float
    without_thresholds: float
    highest_level: float
    spontaneous: float


def looks_of(world: World, reference: Reference) -> tuple[Float, Float]:
    """Return for every look what the partner counts among all partners, and how many others look at the one who looks.

    Firms that look at everyone are taken as one look each.
    """
    n, links = world.firms.key.size, world.links
    if reference.partners == "everyone":
        return np.full(n, 1.0 / max(n - 1, 1)), np.full(n, max(n - 2.0, 0.0))
    counted = {"equal": np.ones(links.weight.size), "inputs": links.weight, "sales": links.sales_share}
    one = counted[reference.weights]
    is_both = reference.partners == "both"
    looker: Index = {
        "suppliers": links.buyer,
        "customers": links.supplier,
        "both": np.concatenate([links.buyer, links.supplier]),
    }[reference.partners].astype(np.int64)
    partner: Index = {
        "suppliers": links.supplier,
        "customers": links.buyer,
        "both": np.concatenate([links.supplier, links.buyer]),
    }[reference.partners].astype(np.int64)
    counts: Float = np.concatenate([one, one]) if is_both else one
    whole = np.bincount(looker, counts, n)[looker]
    share: Float = np.divide(counts, whole, out=np.zeros(counts.size), where=whole > 0.0)
    onward: Float = np.bincount(partner, minlength=n)[looker].astype(np.float64) - (1.0 if is_both else 0.0)
    return share, onward


def chance_of_following(share: Float, threshold: Threshold) -> Float:
    """Return Pr(phi <= share + 1e-12) with phi uniform of width ``spread`` around ``level``, as the rule draws it."""
    if threshold.spread == 0.0:
        certain: Float = (share >= threshold.level - _TIE).astype(np.float64)
        return certain
    low = threshold.level - 0.5 * threshold.spread
    chance: Float = np.clip((share + _TIE - low) / threshold.spread, 0.0, 1.0)
    return chance


def cascade_of(world: World, reference: Reference, threshold: Threshold) -> Cascade:
    """Return what the threshold rule would do on the network of a world."""
    share, onward = looks_of(world, reference)

    def branching(level: float) -> float:
        chance = chance_of_following(share, threshold._replace(level=level))
        return float(chance @ onward) / share.size if share.size else float("nan")

    highest, above = 0.0, 1.0
    if not branching(0.0) > 1.0:
        highest = float("nan")
    elif branching(1.0) > 1.0:
        highest = 1.0
    else:
        for _ in range(_HALVINGS):
            middle = 0.5 * (highest + above)
            highest, above = (middle, above) if branching(middle) > 1.0 else (highest, middle)
    return Cascade(
        branching=branching(threshold.level),
        without_thresholds=float(onward.mean()) if onward.size else float("nan"),
        highest_level=highest,
        spontaneous=float(chance_of_following(np.zeros(1), threshold)[0]),
    )
