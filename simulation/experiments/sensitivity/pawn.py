"""Sensitivity from any set of points: how far knowing a factor changes the distribution of the outcome (PAWN).

Of the measures that need no special design this one was chosen because it sees every kind of effect, on the mean, the
spread or a tail, takes factors in words as they are, needs no smoothing, and can be tested without assumptions: under
no effect the outcomes may be exchanged. Standardised rank regression sees monotonic effects alone; Borgonovo's delta
needs densities, which outcomes that are counts or shares at 0 do not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulation.errors import InputError
from simulation.experiments.response import Missing, Response, drop_missing
from simulation.experiments.sample import Factor
from simulation.experiments.sensitivity.fitting import check_design, check_variance
from simulation.experiments.sensitivity.noise import Noise, noise_share
from simulation.experiments.words import listed, percent
from simulation.state import Float, Index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Pawn", "classes_of", "first_order", "mean_distance", "pawn"]

_FEWEST, _MOST = 4, 16
"""Classes of a factor drawn from a range."""

_IN_CLASS = 25
"""Points a class has where there are enough."""


@dataclass(frozen=True)
class Pawn:
    """Sensitivity to F factors from P points.

    Attributes
    ----------
    label : str
    names, labels : tuple of str
    distance, half : (F,) mean Kolmogorov-Smirnov distance between the outcome given the factor's class and the outcome,
        and half of its interval
    floor : (F,) what 95 % of factors without effect stay below at this number of points
    p_value : (F,) of no effect, corrected for the number of factors (Westfall and Young 1993)
    first, first_half : (F,) part of the variance of the points' means that classes of the factor explain alone
    rank_correlation : (F,) Spearman's; NaN of factors in words
    noise : Noise
    points : int
    left_out : float
        Share of points left out for missing values.
    confidence : float
    """

    label: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    distance: Float
    half: Float
    floor: Float
    p_value: Float
    first: Float
    first_half: Float
    rank_correlation: Float
    noise: Noise
    points: int
    left_out: float
    confidence: float

    def table(self) -> pd.DataFrame:
        """Return a row per factor, the largest distance first."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "factor": self.names,
                "label": self.labels,
                "distance": self.distance,
                "distance_low": np.maximum(0.0, self.distance - self.half),
                "distance_high": np.minimum(1.0, self.distance + self.half),
                "floor": self.floor,
                "p_adjusted": self.p_value,
                "first": self.first,
                "first_low": self.first - self.first_half,
                "first_high": self.first + self.first_half,
                "rank_correlation": self.rank_correlation,
                "noise": self.noise.share,
                "noise_low": self.noise.low,
                "noise_high": self.noise.high,
                "noise_of_mean": self.noise.of_mean,
            }
        )
        return frame.sort_values("distance", ascending=False, kind="stable", ignore_index=True)

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: the largest, what cannot be told from no effect, luck, and warnings."""
        order = np.argsort(-self.distance, kind="stable")
        top = order[0]
        way = self.rank_correlation[top]
        turn = "" if np.isnan(way) or abs(way) < 0.1 else f"; the outcome {'rises' if way > 0.0 else 'falls'} with it"
        alone = f"alone it explains {percent(max(0.0, self.first[top]))} of the variance of the points' means"
        found = [
            f"{self.labels[top]} moves {self.label} most: distance {self.distance[top]:.2f} (± {self.half[top]:.2f}; "
            f"factors without effect stay below {self.floor[top]:.2f}); {alone}{turn}."
        ]
        unclear = [self.labels[j] for j in order if not self.p_value[j] < 1.0 - self.confidence]
        if unclear:
            found.append(f"Cannot be told from no effect with {self.points:,} points: {listed(unclear)}.")
        found.append(self.noise.sentence())
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the points miss a run and are left out.")
        return (*found, *self.warnings())

    def warnings(self) -> tuple[str, ...]:
        """Return what speaks against trusting the measures."""
        if self.points >= _FEWEST * _IN_CLASS:
            return ()
        least = _FEWEST * _IN_CLASS
        return (f"{self.points} points are too few to tell distributions apart; {least} are the least, 500 better.",)


def pawn(
    response: Response,
    *,
    on_missing: Missing = "refuse",
    resamples: int = 199,
    confidence: float = 0.95,
    seed: int = 1,
) -> Pawn:
    """Return the PAWN index of each factor (Pianosi and Wagener 2015, 2018) from the means over replications.

    For classes c of factor j with n_c points: T_j = mean over c of max over y of |F(y | c) - F(y)|, with a floor and a
    p-value from exchanging outcomes at random: how often the largest distance of all factors, each in units of its
    own scatter, is as far from what is expected without effect. So it is corrected for the number of factors, and as
    fine with many as with few. Beside it the first-order share of variance that classes explain,
    1 - (1 - eta^2) (P - 1) / (P - classes), which estimates what Sobol's S_j is, and Spearman's rank correlation.

    Raises
    ------
    InputError
        Where the design is not one of scattered points, values are missing, or the outcome never changes.
    """
    check_design(response.sample, "pawn")
    whole, left_out = drop_missing(response, on_missing)
    mean = check_variance(whole)
    sample = whole.sample
    if mean.size < 2 * _FEWEST:
        message = f"{mean.size} points are too few for a sensitivity analysis; {2 * _FEWEST} are the least"
        raise InputError(message)
    labels = [classes_of(sample.points[factor.name].tolist(), factor) for factor in sample.factors]
    rng = np.random.default_rng(seed)
    members = [label[:, None] == np.unique(label) for label in labels]
    distance = _mean_distances(mean, members)
    first = np.array([first_order(mean, label) for label in labels])
    picks = rng.integers(mean.size, size=(min(resamples, 99), mean.size))
    again = np.array([_mean_distances(mean[pick], [part[pick] for part in members]) for pick in picks])
    alone = np.array([[first_order(mean[pick], label[pick]) for label in labels] for pick in picks])
    none = np.array([_mean_distances(rng.permutation(mean), members) for _ in range(resamples)])
    wide = float(stats.norm.ppf(0.5 + confidence / 2.0))
    return Pawn(
        label=whole.label,
        names=tuple(factor.name for factor in sample.factors),
        labels=tuple(factor.label or factor.name for factor in sample.factors),
        distance=distance,
        half=wide * again.std(axis=0, ddof=1),
        floor=np.quantile(none, 0.95, axis=0),
        p_value=_adjusted(distance, none),
        first=first,
        first_half=wide * alone.std(axis=0, ddof=1),
        rank_correlation=np.array([_rank_correlation(sample.points, factor, mean) for factor in sample.factors]),
        noise=noise_share(whole.values, sample.luck, confidence),
        points=mean.size,
        left_out=left_out,
        confidence=confidence,
    )


def _adjusted(distance: Float, none: Float) -> Float:
    """Return (F,) p-values from the largest standardised distance of each exchange, (B, F) distances without effect."""
    scatter = np.maximum(none.std(axis=0), 1e-12)
    largest = ((none - none.mean(axis=0)) / scatter).max(axis=1)
    own = (distance - none.mean(axis=0)) / scatter
    return np.asarray((1.0 + np.count_nonzero(largest[:, None] >= own, axis=0)) / (1.0 + len(none)))


def classes_of(values: list[object], factor: Factor) -> Index:
    """Return (P,) the class of each point: its level, or one of up to 16 parts of the range with as many points."""
    if factor.levels is not None:
        return np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = np.array(values, float)
    count = int(np.clip(numbers.size // _IN_CLASS, _FEWEST, _MOST))
    middle = (stats.rankdata(numbers) - 0.5) / numbers.size
    return np.unique(np.floor(count * middle), return_inverse=True)[1]


def mean_distance(outcome: Float, label: Index) -> float:
    """Return the mean over classes of the largest difference between their distribution and that of all."""
    return float(_mean_distances(outcome, [label[:, None] == np.unique(label)])[0])


def _mean_distances(outcome: Float, members: Sequence[NDArray[np.bool_]]) -> Float:
    """Return (F,) `mean_distance` of factors by (P, classes) who is in which class; empty classes do not count."""
    order = np.argsort(outcome, kind="stable")
    ordered = outcome[order]
    is_last = np.append(np.diff(ordered) > 0.0, True)  # of equal outcomes the distribution is that after the last
    every = np.arange(1, outcome.size + 1)[is_last] / outcome.size
    counts = np.cumsum(np.hstack(members)[order], axis=0, dtype=np.float32)  # exact below 2^24
    size = counts[-1].copy()
    counts /= np.maximum(size, 1.0)
    counts = counts if is_last.all() else counts[is_last]
    counts -= every.astype(np.float32)[:, None]
    largest = np.abs(counts, out=counts).max(axis=0).astype(float)
    starts = np.cumsum([0, *[part.shape[1] for part in members[:-1]]])
    has_points = (size > 0).astype(float)
    return np.asarray(np.add.reduceat(largest * has_points, starts) / np.add.reduceat(has_points, starts))


def first_order(outcome: Float, label: Index) -> float:
    """Return the part of the variance between classes, adjusted so that it is 0 on average without effect."""
    number = np.unique(label, return_inverse=True)[1]
    size = np.bincount(number)
    spread = float(np.sum((outcome - outcome.mean()) ** 2))
    if spread == 0.0 or size.size == outcome.size:
        return 0.0
    within = spread - float(np.sum(size * (np.bincount(number, outcome) / size - outcome.mean()) ** 2))
    return 1.0 - within / spread * (outcome.size - 1) / (outcome.size - size.size)


def _rank_correlation(points: pd.DataFrame, factor: Factor, outcome: Float) -> float:
    """Return Spearman's correlation of a numeric factor that changes."""
    if not factor.is_number or points[factor.name].nunique() < 2:
        return np.nan
    return float(stats.spearmanr(points[factor.name].astype(float), outcome).statistic)
