"""Elementary effects: what a step of each factor does, wherever the others stand (screening)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

__all__ = ["ElementaryEffects", "elementary_effects"]

_FEW = 10
"""Fewer trajectories than this are remarked."""


@dataclass(frozen=True)
class ElementaryEffects:
    """Statistics of the elementary effects of D factors or groups, in units of the outcome per full range of a factor.

    Attributes
    ----------
    label, unit : str
    names, labels : tuple of str, D of them
    mu_star : (D,) mean of the absolute effects: how much it matters
    mu_star_half : (D,) half of its interval
    mu : (D,) mean effect with its sign; NaN of a group, whose factors may move against each other
    sigma : (D,) standard deviation: bends and interactions; NaN of a group
    mu_star_by_replication : (R, D)
    noise : Noise
    trajectories : int
    left_out : float
        Share of trajectories left out for missing values.
    confidence : float
    """

    label: str
    unit: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    mu_star: Float
    mu_star_half: Float
    mu: Float
    sigma: Float
    mu_star_by_replication: Float
    noise: Noise
    trajectories: int
    left_out: float
    confidence: float

    def table(self) -> pd.DataFrame:
        """Return a row per factor, the largest mu* first."""
        import pandas as pd

        single = self.mu_star_by_replication
        frame = pd.DataFrame(
            {
                "factor": self.names,
                "label": self.labels,
                "mu_star": self.mu_star,
                "mu_star_low": np.maximum(0.0, self.mu_star - self.mu_star_half),
                "mu_star_high": self.mu_star + self.mu_star_half,
                "mu": self.mu,
                "sigma": self.sigma,
                "mu_star_single": single.mean(axis=0),
                "mu_star_spread": single.std(axis=0, ddof=1) if len(single) > 1 else np.nan,
                "noise": self.noise.share,
                "noise_low": self.noise.low,
                "noise_high": self.noise.high,
                "noise_of_mean": self.noise.of_mean,
            }
        )
        return frame.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)

    def sentences(self) -> tuple[str, ...]:
        """Return the reading: the largest, those that bend or interact, what is negligible, luck, and warnings."""
        order = np.argsort(-self.mu_star, kind="stable")
        top = order[0]
        found = [
            f"{self.labels[top]} moves {self.label} most: {self.mu_star[top]:.3g} {self.unit} over its range on "
            f"average (± {self.mu_star_half[top] if self.mu_star_half[top] > 1e-9 * self.mu_star[top] else 0.0:.2g})."
        ]
        bent = [self.labels[j] for j in order if self.sigma[j] > self.mu_star[j] > 0.05 * self.mu_star[top]]
        if bent:
            found.append(f"Effects that depend on where one stands (sigma above mu*): {listed(bent)}.")
        small = [self.labels[j] for j in order if self.mu_star[j] + self.mu_star_half[j] < 0.05 * self.mu_star[top]]
        if small:
            found.append(f"Below a twentieth of the largest, interval included: {listed(small)}. They could be fixed.")
        found.append(self.noise.sentence())
        if self.left_out > 0.0:
            found.append(f"{percent(self.left_out)} of the trajectories miss a run and are left out as a whole.")
        return (*found, *self.warnings())

    def warnings(self) -> tuple[str, ...]:
        """Return what speaks against trusting the ranking."""
        found = []
        if self.trajectories < _FEW:
            found.append(
                f"{self.trajectories} trajectories are few: {_FEW} to 50 are usual, more where ranks are close."
            )
        wide = [
            label
            for label, half in zip(self.labels, self.mu_star_half, strict=True)
            if half > 0.25 * float(self.mu_star.max())
        ]
        if wide:
            found.append(
                f"{self.trajectories} trajectories are too few for {listed(wide)}: intervals are wider than ± a "
                "quarter of the largest mu*."
            )
        return tuple(found)


def elementary_effects(
    response: Response,
    *,
    on_missing: Missing = "refuse",
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 1,
) -> ElementaryEffects:
    """Return Morris's (1991) statistics by SALib, mu* by Campolongo, Cariboni and Saltelli (2007).

    The effect of factor j in a trajectory is (y(x + d e_j) - y(x)) / d with x from 0 to 1. Points of a trajectory share
    their seeds, so that a factor without effect gets exactly 0.

    Raises
    ------
    InputError
        Where the sweep does not hold whole trajectories on common seeds, values are missing, or nothing ever changes.
    """
    check_design(response.sample, "morris")
    levels = _levels(response)
    whole, left_out = drop_missing(response, on_missing, response.sample.blocks, "trajectory")
    mean = check_variance(whole)
    sample = whole.sample
    names = group_names(sample.factors)
    with needed("analysis"):
        from SALib.analyze.morris import analyze as analyse

    problem = problem_of(sample.factors)

    def effects(values: Float, count: int) -> dict[str, Float]:
        found = analyse(
            problem, sample.drawn, values, num_levels=levels, num_resamples=count, conf_level=confidence, seed=seed
        )
        return {key: np.ma.filled(np.ma.asarray(found[key], float), np.nan) for key in _KEYS}

    found = effects(mean, resamples)
    is_group = np.isnan(found["sigma"])
    n_replications = whole.n_replications
    single = [effects(whole.values[:, r], 2) for r in range(n_replications)] if n_replications > 1 else [found]
    return ElementaryEffects(
        label=whole.label,
        unit=sample.unit,
        names=names,
        labels=group_labels(sample.factors),
        mu_star=found["mu_star"],
        mu_star_half=found["mu_star_conf"],
        mu=np.where(is_group, np.nan, found["mu"]),
        sigma=found["sigma"],
        mu_star_by_replication=np.array([part["mu_star"] for part in single]),
        noise=noise_share(whole.values, sample.luck, confidence),
        trajectories=mean.size // (len(names) + 1),
        left_out=left_out,
        confidence=confidence,
    )


_KEYS = ("mu_star", "mu_star_conf", "mu", "sigma")


def _levels(response: Response) -> int:
    """Return the number of levels of the design, from the length of its steps d = levels / (2 (levels - 1))."""
    sample = response.sample
    count = len(group_names(sample.factors))
    sizes = np.unique(sample.blocks, return_counts=True)[1]
    is_in_order = np.count_nonzero(np.diff(sample.blocks)) == sizes.size - 1
    if not is_in_order or sizes.size < 2 or not (sizes == count + 1).all():
        message = (
            f"elementary effects of {count} factors or groups need two or more whole trajectories of {count + 1} "
            "points, one after the other, on the same seeds within each; the sweep does not hold such trajectories"
        )
        raise InputError(message)
    steps = np.abs(np.diff(sample.drawn.reshape(-1, count + 1, len(sample.factors)), axis=1))
    moved = steps[steps > 1e-9]
    step = float(np.median(moved)) if moved.size else 0.0
    if not step > 0.5 or np.ptp(moved) > 1e-6 or not (np.count_nonzero(steps > 1e-9, axis=1) == 1).all():
        message = "the steps of the trajectories are not those of a Morris design; was a point of it left out?"
        raise InputError(message)
    return round(2.0 * step / (2.0 * step - 1.0))
