"""Sobol indices of a Saltelli design: what part of the variance each factor is behind, alone and with others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import InputError
from simulation.experiments.extras import needed
from simulation.experiments.response import Missing, Response, drop_missing
from simulation.experiments.sensitivity.fitting import check_design, check_variance
from simulation.experiments.sensitivity.groups import group_labels, group_names
from simulation.experiments.sensitivity.noise import Noise, noise_share
from simulation.experiments.sweeps.designs.problem import problem_of
from simulation.experiments.words import listed, percent
from simulation.state import Float

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SobolIndices", "sobol_indices"]

_SLACK = 0.02
"""How far an index may lie outside of 0 to 1 before it is remarked: estimates of 0 scatter on both sides."""


@dataclass(frozen=True)
class SobolIndices:
    """First-order and total indices of D factors or groups.

    Attributes
    ----------
    label : str
        What is explained.
    names, labels : tuple of str, D of them
    first, total : (D,) indices of the mean over replications
    first_half, total_half : (D,) halves of their intervals
    first_by_replication, total_by_replication : (R, D) indices of each replication
    second, second_half : (D, D) above the diagonal, or None where not asked for
    noise : Noise
    blocks : int
        Saltelli blocks used.
    left_out : float
        Share of blocks left out for missing values.
    confidence : float
    widest : float
        Half an interval wider than this is remarked.
    """

    label: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    first: Float
    first_half: Float
    total: Float
    total_half: Float
    first_by_replication: Float
    total_by_replication: Float
    second: Float | None
    second_half: Float | None
    noise: Noise
    blocks: int
    left_out: float
    confidence: float
    widest: float

    def table(self) -> pd.DataFrame:
        """Return a row per factor: both indices with intervals and spread over replications, and the noise share."""
        import pandas as pd

        columns: dict[str, Any] = {"factor": self.names, "label": self.labels}
        for name, index, half, single in (
            ("first", self.first, self.first_half, self.first_by_replication),
            ("total", self.total, self.total_half, self.total_by_replication),
        ):
            columns |= {name: index, f"{name}_low": index - half, f"{name}_high": index + half}
            columns[f"{name}_single"] = single.mean(axis=0)
            columns[f"{name}_spread"] = single.std(axis=0, ddof=1) if len(single) > 1 else np.full(len(index), np.nan)
        columns |= {"noise": self.noise.share, "noise_low": self.noise.low, "noise_high": self.noise.high}
        columns |= {"noise_of_mean": self.noise.of_mean}
        return pd.DataFrame(columns).sort_values("total", ascending=False, kind="stable", ignore_index=True)

    def pairs(self) -> pd.DataFrame:
        """Return a row per pair: the second-order index with its interval; without rows where it was not asked for."""
        import pandas as pd

        rows = []
        if self.second is not None and self.second_half is not None:
            for one, other in zip(*np.triu_indices(len(self.names), 1), strict=True):
                index, half = float(self.second[one, other]), float(self.second_half[one, other])
                rows.append((self.names[one], self.names[other], index, index - half, index + half))
        frame = pd.DataFrame(rows, columns=["factor", "other", "second", "second_low", "second_high"])
        return frame.sort_values("second", ascending=False, kind="stable", ignore_index=True)

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: the largest, what is negligible, how much is luck, and warnings."""
        order = np.argsort(-self.total, kind="stable")
        found = [
            f"{self.labels[top]} moves {self.label} most: with all its interactions it is behind "
            f"{percent(self.total[top])} of the variance (± {percent(self.total_half[top])}), alone behind "
            f"{percent(self.first[top])}."
            for top in order[:1]
        ]
        small = [self.labels[j] for j in order if self.total[j] + self.total_half[j] < 0.05]
        if small:
            found.append(f"Less than 5 % each, interval included: {listed(small)}. They could be fixed.")
        apart = 1.0 - float(self.first.sum()) - (0.0 if math.isnan(self.noise.of_mean) else self.noise.of_mean)
        found.append(f"Interactions of factors are behind about {percent(max(0.0, apart))} of the variance.")
        found.append(self.noise.sentence())
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the blocks miss a run and are left out, each as a whole.")
        return (*found, *self.warnings())

    def warnings(self) -> tuple[str, ...]:
        """Return what speaks against trusting the indices; empty where nothing does."""
        found = []
        for kind, index in (("First-order", self.first), ("Total", self.total)):
            outside = [
                f"{label} ({value:.2f})"
                for label, value in zip(self.labels, index, strict=True)
                if value < -_SLACK or value > 1.0 + _SLACK
            ]
            if outside:
                found.append(
                    f"{kind} indices outside of 0 to 1: {listed(outside)}; {self.blocks:,} blocks are too few for them."
                )
        half = np.maximum(self.first_half, self.total_half)
        wide = [label for label, value in zip(self.labels, half, strict=True) if value > self.widest]
        if wide:
            needed = 2 ** math.ceil(math.log2(self.blocks * (float(half.max()) / self.widest) ** 2))
            found.append(
                f"{self.blocks:,} blocks are too few for {listed(wide)}: intervals are wider than "
                f"± {self.widest:g}; about {needed:,} would do."
            )
        return tuple(found)


def sobol_indices(
    response: Response,
    *,
    has_second_order: bool = False,
    on_missing: Missing = "refuse",
    resamples: int = 500,
    confidence: float = 0.95,
    widest: float = 0.1,
    seed: int = 1,
) -> SobolIndices:
    """Return Sobol indices by SALib (Saltelli et al. 2010), with intervals by resampling whole blocks.

    First order S_j = Var(E[y | x_j]) / Var(y); total ST_j = E[Var(y | all but x_j)] / Var(y). Points of a block share
    their seeds, so that luck cancels out of the differences within it: a factor without any effect gets exactly 0.
    Luck stays in Var(y) as far as the mean over replications keeps it: see ``noise``. Indices of single replications
    tell how far the mean hides what differs from run to run.

    Raises
    ------
    InputError
        Where the design is not one of Saltelli blocks on common seeds, values are missing, the outcome never changes,
        or second-order indices are asked of a design without them.
    """
    check_design(response.sample, "sobol")
    blocks = response.sample.blocks
    step = _step(response, has_second_order)
    whole, left_out = drop_missing(response, on_missing, blocks, "Saltelli block")
    mean = check_variance(whole)
    factors = whole.sample.factors
    is_double = step == 2 * len(group_names(factors)) + 2
    with needed("analysis"):
        from SALib.analyze.sobol import analyze as analyse

    problem = problem_of(factors)

    def indices(values: Float, count: int) -> Any:  # noqa: ANN401 - SALib's dictionary
        bases = np.concatenate([values[::step], values[step - 1 :: step]])
        if np.ptp(bases) == 0.0:  # SALib would return zeros
            message = (
                f"{whole.label} is the same at the first and last points of all {values.size // step:,} blocks, in the "
                "mean or in a replication: Sobol indices are shares of their variance; run more blocks"
            )
            raise InputError(message)
        return analyse(
            problem, values, calc_second_order=is_double, num_resamples=count, conf_level=confidence, seed=seed
        )

    found = indices(mean, resamples)
    n_replications = whole.n_replications
    single = [indices(whole.values[:, r], 2) for r in range(n_replications)] if n_replications > 1 else [found]
    return SobolIndices(
        label=whole.label,
        names=group_names(factors),
        labels=group_labels(factors),
        first=np.asarray(found["S1"]),
        first_half=np.asarray(found["S1_conf"]),
        total=np.asarray(found["ST"]),
        total_half=np.asarray(found["ST_conf"]),
        first_by_replication=np.array([part["S1"] for part in single]),
        total_by_replication=np.array([part["ST"] for part in single]),
        second=np.asarray(found["S2"]) if has_second_order else None,
        second_half=np.asarray(found["S2_conf"]) if has_second_order else None,
        noise=noise_share(whole.values, whole.sample.luck, confidence),
        blocks=mean.size // step,
        left_out=left_out,
        confidence=confidence,
        widest=widest,
    )


def _step(response: Response, has_second_order: bool) -> int:
    """Return the number of points of a block, checked."""
    blocks = response.sample.blocks
    count = len(group_names(response.sample.factors))
    size = np.unique(np.unique(blocks, return_counts=True)[1])
    is_in_order = np.count_nonzero(np.diff(blocks)) == np.unique(blocks).size - 1
    is_whole = size.size == 1 and size[0] in (count + 2, 2 * count + 2) and blocks.size > size[0]
    if not (is_whole and is_in_order):
        message = (
            f"Sobol indices of {count} factors or groups need whole Saltelli blocks of {count + 2} or {2 * count + 2} "
            "points, one after the other, on the same seeds within a block; the sweep does not hold such blocks"
        )
        raise InputError(message)
    if has_second_order and size[0] != 2 * count + 2:
        message = "the sweep holds no points for second-order indices; plan it anew with has_second_order: true"
        raise InputError(message)
    return int(size[0])
