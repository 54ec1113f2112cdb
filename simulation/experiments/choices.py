"""Among what a comparison lets somebody choose, and how sure its seeds make a choice: a joint bootstrap over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from simulation.errors import InputError
from simulation.experiments.comparison import Comparison
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import NAMES, Scenario
from simulation.state import Float

__all__ = ["RESAMPLES", "choices", "resampled_means"]

RESAMPLES = 10_000
"""Resamples of the seeds: a probability is then right to 0.01 (twice its standard error at 0.5)."""

_SEED = 2
"""Of the resamples: always the same, so that the same runs give the same tables."""

_NOT_CHOSEN = frozenset(NAMES) | {"policy", "budget"}


def choices(comparison: Comparison, names: Sequence[str] | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios among which one can choose, the baseline first.

    By default the baseline and the policies: scenarios that differ from it by levers and budget alone. One with other
    assumptions is another world, not a choice. Where no scenario has levers all are returned.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str, optional
        Those to choose among instead, in any order; the baseline always is.

    Raises
    ------
    InputError
        A name of no scenario.
    """
    first, *others = comparison.scenarios
    if names is not None:
        known = [scenario.name for scenario in comparison.scenarios]
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
                message = f"there is no scenario '{name}' in the comparison{hint}"
                raise InputError(message)
        return (first, *(scenario for scenario in others if scenario.name in names))
    if not any(scenario.policy for scenario in comparison.scenarios):
        return comparison.scenarios
    usual = _world(first)
    return (first, *(scenario for scenario in others if _world(scenario) == usual))


def _world(scenario: Scenario) -> dict[str, object]:
    """Return what a scenario assumes, without its names and what can be chosen."""
    return {name: value for name, value in scenario.resolved().items() if name not in _NOT_CHOSEN}


def resampled_means(values: Float) -> Float:
    """Return (`RESAMPLES`, S) means of the rows of ``values`` (n, S), drawn n times with replacement.

    A row is a seed: what all scenarios have of it stays together, as do all outcomes, because the resamples are the
    same for every table of n rows. Equal columns have equal means to the last bit, so that ties stay ties.
    """
    counts = _counts(len(values))
    total = np.zeros((RESAMPLES, values.shape[1]))
    for count, row in zip(counts, values, strict=True):  # in a fixed order; a product of matrices sums as it likes
        total += count[:, np.newaxis] * row
    return total / len(values)


@lru_cache(maxsize=2)
def _counts(n: int) -> Float:
    """Return (n, `RESAMPLES`) how often each row is drawn in each resample."""
    drawn = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    return np.ascontiguousarray(drawn.T, np.float64)
