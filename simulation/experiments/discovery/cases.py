"""Where a condition holds: the points of a sweep that are cases of interest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.experiments.discovery.condition import Where
from simulation.experiments.distinct import distinct_labels
from simulation.experiments.response import Missing, Response, drop_missing
from simulation.experiments.sample import Sample
from simulation.experiments.words import percent
from simulation.state import Float, Index

__all__ = ["Cases", "cases_of"]

_SCATTERED = ("latin_hypercube", "sobol", "list", "grid")


@dataclass(frozen=True)
class Cases:
    """P points, some of which are cases.

    Attributes
    ----------
    where : str
        The condition.
    sample : Sample
        Whose factors and points are to tell cases from others.
    share : (P,) share of replications in which the condition holds
    threshold : float
        From which share on a point is a case.
    replications : int
    left_out : float
        Share of points left out for missing values.
    """

    where: str
    sample: Sample
    share: Float
    threshold: float
    replications: int
    left_out: float

    @property
    def is_case(self) -> NDArray[np.bool_]:
        """(P,) whether a point is a case."""
        return np.asarray(self.share >= self.threshold)

    @property
    def count(self) -> int:
        """Number of cases."""
        return int(np.count_nonzero(self.is_case))

    @property
    def disagreeing(self) -> int:
        """Number of points at which the condition holds in some replications and in others not."""
        return int(np.count_nonzero((self.share > 0.0) & (self.share < 1.0)))

    @property
    def units(self) -> Index:
        """(P,) equal numbers for points that belong together when points are drawn or put aside."""
        return np.asarray(np.unique(self.sample.blocks, return_inverse=True)[1])

    def sentences(self) -> tuple[str, ...]:
        """Return how many cases there are, and what luck makes of them."""
        points = self.share.size
        found = [f"'{self.where}' holds at {self.count:,} of {points:,} points ({percent(self.count / points)})."]
        if self.replications < 2:
            found.append("One replication a point: what is luck cannot be told.")
        else:
            found.append(
                f"A point counts where it holds in at least {percent(self.threshold)} of {self.replications} "
                f"replications; at {self.disagreeing:,} points ({percent(self.disagreeing / points)}) they "
                "disagree."
            )
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the points miss a run and are left out.")
        rare = min(self.count, points - self.count)
        if rare < 20:
            found.append(f"{rare} points of the rarer kind are few: what is found may not be found again.")
        return tuple(found)


def cases_of(
    where: Where, sample_of: Callable[[str], Sample], *, threshold: float = 0.5, on_missing: Missing = "refuse"
) -> Cases:
    """Return the cases of a condition.

    Parameters
    ----------
    where : Where
    sample_of : callable
        From the name of an outcome to its sample; all of the same sweep.
    threshold : float, above 0 and at most 1
        Share of replications from which on a point is a case.
    on_missing : {"refuse", "drop"}

    Raises
    ------
    InputError
        Where the design does not scatter points over all factors, values are missing, or all points are alike.
    """
    if not 0.0 < threshold <= 1.0:
        message = f"the share of replications that makes a case lies above 0 and at most at 1, not at {threshold:g}"
        raise InputError(message)
    sample = sample_of(where.outcomes[0])
    if sample.design not in _SCATTERED:
        message = (
            f"discovery needs points scattered over all factors ({', '.join(_SCATTERED)}); "
            f"this sweep is of the kind {sample.design}"
        )
        raise InputError(message)
    sample = replace(sample, factors=distinct_labels(sample.factors))
    whole, left_out = drop_missing(Response(sample, f"'{where}'", False, where.holds(sample_of)), on_missing)
    share = whole.values.mean(axis=1)
    found = Cases(str(where), whole.sample, share, threshold, whole.n_replications, left_out)
    if found.count in (0, share.size):
        message = (
            f"'{where}' holds at {'all' if found.count else 'none'} of the {share.size:,} points (in "
            f"{percent(share.min())} to {percent(share.max())} of their replications): there is nothing to "
            "tell apart; move its number"
        )
        raise InputError(message)
    return replace(found, share=share)
