"""Tables of a sweep: what was varied, the levels that came out, and what scenarios change at its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.experiments.sample import Sample
from simulation.experiments.sweeps.results import SweepResults
from simulation.experiments.sweeps.study import ENSEMBLE, Study
from simulation.figures.points import at_points
from simulation.report.tables import label_of
from simulation.scenario.register import register
from simulation.texts import word
from simulation.texts.numbers import difference_unit, fixed, level, places, signed

if TYPE_CHECKING:
    from simulation.experiments.sample import Factor

__all__ = ["Change", "Spread", "changes_of", "factor_label", "levels_of", "varied_of"]

_INNER = (5.0, 95.0)
"""Percentiles between which 90 % of the points lie."""


@dataclass(frozen=True)
class Spread:
    """An outcome of the baseline over the points."""

    outcome: str
    label: str
    unit: str
    mean: str
    low: str
    high: str
    points: int


class Change(NamedTuple):
    """What a scenario changes in an outcome over the points, and of those at which it differs how many are better."""

    outcome: str
    label: str
    unit: str
    scenario: str
    mean: str
    low: str
    high: str
    share: float
    share_low: float
    share_high: float
    differing: int
    gain: float

    @property
    def is_clear(self) -> bool:
        """Whether the share of points at which it is better can be told from a half."""
        return self.share_low > 0.5 or self.share_high < 0.5


def factor_label(factor: Factor) -> str:
    """Return what a factor is called, in the language that is spoken now."""
    if factor.name == ENSEMBLE:
        return word("calibrated parameter set")
    return word(factor.label) if factor.label else factor.name


def varied_of(study: Study) -> list[dict[str, str]]:
    """Return a row per factor: label, name, range, unit and group."""
    labels = {entry.path: (entry.label, entry.unit) for entry in register()}
    rows = []
    for factor in study.factors:
        label, unit = labels.get(factor.name, ("", ""))
        levels = factor.levels
        is_many = levels is not None and len(levels) > 6
        low, high = f"{factor.low:,.4g}", f"{factor.high:,.4g}"
        if levels is not None:
            low = f"{len(levels)}" if is_many else ", ".join(map(str, levels))
            high = ""
        rows.append(
            {
                "label": word(factor.label or label) if factor.name != ENSEMBLE else word("calibrated parameter set"),
                "name": factor.name,
                "low": low,
                "high": high,
                "unit": word(factor.unit or unit),
                "group": word(factor.group) if factor.group not in ("", factor.name) else "",
            }
        )
    return rows


def levels_of(results: SweepResults) -> list[Spread]:
    """Return the outcomes of the baseline over the points."""
    rows = []
    for outcome in results.study.outcomes:
        means = at_points(results.sample(outcome.name).of())
        low, high = np.percentile(means, _INNER) if means.size else (np.nan, np.nan)
        middle = float(means.mean()) if means.size else float("nan")
        numbers = (level(middle), level(float(low)), level(float(high)))
        rows.append(Spread(outcome.name, word(outcome.label), word(outcome.unit), *numbers, int(means.size)))
    return rows


def changes_of(results: SweepResults) -> list[Change]:
    """Return what every scenario but the baseline changes; of outcomes with a direction."""
    labels = {scenario.name: label_of(scenario) for scenario in results.study.scenarios}
    rows = []
    for outcome in results.study.outcomes:
        if outcome.is_lower_better is None:
            continue
        sample = results.sample(outcome.name)
        rows += [_change(sample, name, labels[name]) for name in sample.scenarios[1:]]
    return rows


def _change(sample: Sample, name: str, label: str) -> Change:
    from scipy.stats import binomtest

    change = at_points(sample.difference(name))
    differs = change[change != 0.0]
    if differs.size == 0:
        nan = float("nan")
        return Change(
            sample.outcome,
            word(sample.label),
            difference_unit(sample.unit),
            label,
            "–",
            "–",
            "–",
            nan,
            nan,
            nan,
            0,
            0.0,
        )
    better = int((differs < 0.0).sum() if sample.is_lower_better else (differs > 0.0).sum())
    between = binomtest(better, differs.size).proportion_ci(0.95, method="wilson")
    low, high = (float(value) for value in np.percentile(change, _INNER))
    decimals = places([0.5 * (high - low)], [float(change.mean())], most=6)
    return Change(
        sample.outcome,
        word(sample.label),
        difference_unit(sample.unit),
        label,
        signed(float(change.mean()), decimals),
        fixed(low, decimals),
        fixed(high, decimals),
        better / differs.size,
        float(between.low),
        float(between.high),
        int(differs.size),
        float(-change.mean() if sample.is_lower_better else change.mean()),
    )
