"""One factor at a time: the outcome along each factor while the others keep their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.experiments.response import Missing, Response
from simulation.experiments.sample import Factor
from simulation.experiments.sensitivity.fitting import check_design
from simulation.experiments.statistics import mean_interval
from simulation.experiments.words import listed, percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Curve", "OneAtATime", "one_at_a_time"]


@dataclass(frozen=True)
class Curve:
    """An outcome at the L levels of a factor, the others at their defaults.

    Attributes
    ----------
    factor : Factor
    levels : tuple, in order
    default : int
        Which of the levels is the default.
    values : (L, R) by level and replication
    mean, change : (L, 3) mean, and mean difference from the default on the same seeds, each with its interval
    span : float
        Largest mean less smallest mean.
    span_low, span_high : float
        Interval of the difference between these two levels, on the same seeds, with Bonferroni's correction for having
        picked the pair among all pairs.
    lowest, highest : int
        The levels with the smallest and the largest mean.
    """

    factor: Factor
    levels: tuple[object, ...]
    default: int
    values: Float
    mean: Float
    change: Float
    span: float
    span_low: float
    span_high: float
    lowest: int
    highest: int


@dataclass(frozen=True)
class OneAtATime:
    """Curves of all factors.

    Attributes
    ----------
    label, unit : str
    curves : tuple of Curve
    replications : int
        Replications used.
    left_out : float
        Share of replications left out for missing values.
    confidence : float
    """

    label: str
    unit: str
    curves: tuple[Curve, ...]
    replications: int
    left_out: float
    confidence: float

    def table(self) -> pd.DataFrame:
        """Return a row per factor and level: mean and difference from the default, with intervals."""
        import pandas as pd

        rows = [
            (curve.factor.name, level, place == curve.default, *curve.mean[place], *curve.change[place])
            for curve in self.curves
            for place, level in enumerate(curve.levels)
        ]
        names = ["factor", "level", "is_default", "mean", "low", "high", "change", "change_low", "change_high"]
        return pd.DataFrame(rows, columns=names).assign(n=self.replications)

    def ranges(self) -> pd.DataFrame:
        """Return a row per factor, the widest range of the mean first, with its interval and where its ends are."""
        import pandas as pd

        rows = [
            (
                curve.factor.name, curve.factor.label or curve.factor.name, curve.span, curve.span_low, curve.span_high,
                curve.levels[curve.lowest], curve.levels[curve.highest],
            )
            for curve in self.curves
        ]  # fmt: skip
        names = ["factor", "label", "range", "range_low", "range_high", "lowest_at", "highest_at"]
        frame = pd.DataFrame(rows, columns=names)
        return frame.sort_values("range", ascending=False, kind="stable", ignore_index=True)

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: the widest range, what cannot be told from nothing, and what the method cannot see."""
        rows = self.ranges()
        top = rows.iloc[0]
        found = [
            f"{top['label']} moves {self.label} most: by {top['range']:.3g} {self.unit} between "
            f"{_level(top['lowest_at'])} and {_level(top['highest_at'])}, the other factors at their defaults."
        ]
        if self.replications < 2:
            found.append("One replication: there are no intervals, and any range may be luck.")
        else:
            unclear = [str(row["label"]) for row in rows.to_dict("records") if not row["range_low"] > 0.0]
            if unclear:
                found.append(f"No range that can be told from luck: {listed(unclear)}.")
        found.append("One factor at a time says nothing of interactions, nor of other places than the defaults.")
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the replications miss a run and are left out.")
        return tuple(found)


def one_at_a_time(response: Response, *, on_missing: Missing = "refuse", confidence: float = 0.95) -> OneAtATime:
    """Return the curve of each factor from a design in which every point differs from the default in one factor.

    Means over seeds with t intervals; differences from the default are paired on common seeds, with t intervals too.

    Raises
    ------
    InputError
        Where the design is another, the points do not share their seeds, or values are missing; with
        ``on_missing="drop"`` replications that miss a point are left out.
    """
    sample = response.sample
    check_design(sample, "one_at_a_time")
    if np.unique(sample.luck).size > 1:
        message = "one factor at a time compares points on the same seeds, and these points do not share them"
        raise InputError(message)
    values, left_out = _whole_replications(response, on_missing)
    codes = np.column_stack([sample.points[factor.name].astype(str).factorize()[0] for factor in sample.factors])
    default = _default(codes)
    differs = codes != codes[default]
    curves = tuple(
        _curve(response, factor, values, default, differs[:, number], confidence)
        for number, factor in enumerate(sample.factors)
        if differs[:, number].any()
    )
    return OneAtATime(response.label, sample.unit, curves, values.shape[1], left_out, confidence)


def _whole_replications(response: Response, on_missing: Missing) -> tuple[Float, float]:
    """Return the replications that have all points, and the share of those that have not."""
    is_known = np.isfinite(response.values)
    is_whole = is_known.all(axis=0)
    if not is_whole.all() and (on_missing == "refuse" or not is_whole.any()):
        message = (
            f"{percent(float(np.mean(~is_known)))} of the values of {response.label} are missing, in "
            f"{np.count_nonzero(~is_whole)} of {is_whole.size} replications; make them (tierwise sweep retry), or "
            "leave out replications that miss one (--on-missing drop), of which one at least has to be whole"
        )
        raise InputError(message)
    return response.values[:, is_whole], 1.0 - float(is_whole.mean())


def _default(codes: Float) -> int:
    """Return the point from which every other differs in one factor at most; with a single factor, the first."""
    for place, row in enumerate(codes):
        if (np.count_nonzero(codes != row, axis=1) <= 1).all():
            return place
    message = "there is no point from which all others differ in one factor, so the sweep is not one factor at a time"
    raise InputError(message)


def _curve(
    response: Response, factor: Factor, values: Float, default: int, differs: NDArray[np.bool_], confidence: float
) -> Curve:
    """Return the curve through the default and the points that differ from it in this factor."""
    column = response.sample.points[factor.name]
    found = {column.iloc[place]: place for place in np.flatnonzero(differs)} | {column.iloc[default]: default}
    ordered = list(factor.levels) if factor.levels is not None else list(found)
    rank = {str(level): number for number, level in enumerate(ordered)}
    is_number = all(isinstance(level, int | float | np.number) for level in found)
    levels = sorted(found, key=lambda level: float(level) if is_number else rank.get(str(level), len(rank)))
    own = values[np.array([found[level] for level in levels])]
    here = levels.index(column.iloc[default])
    mean = np.array([mean_interval(row, confidence) for row in own])
    change = np.array([mean_interval(row - own[here], confidence) for row in own])
    lowest, highest = int(np.argmin(mean[:, 0])), int(np.argmax(mean[:, 0]))
    pairs = len(list(combinations(levels, 2)))
    span, low, high = mean_interval(own[highest] - own[lowest], 1.0 - (1.0 - confidence) / pairs)
    plain = tuple(level.item() if isinstance(level, np.generic) else level for level in levels)
    return Curve(factor, plain, here, own, mean, change, span, low, high, lowest, highest)


def _level(level: object) -> str:
    return f"{level:.4g}" if isinstance(level, float) else str(level)
