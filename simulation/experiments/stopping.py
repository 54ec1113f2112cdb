"""How many seeds are enough: a sequential rule on the width of paired differences.

Seeds are run until the half-width of the t interval of every scenario's paired difference from the baseline is at most
what was asked for, in every outcome that was named, and stays so while a few more seeds are looked at (the replications
algorithm of Hoad, Robinson and Davies 2010, there for one mean and a relative width). Looking ahead keeps a stop that
owes to a chance run of similar values from counting; without it the intervals are too narrow.

Seeds are judged one after another in their order, so that the number does not depend on who computes how many at once.
Differences that are the same in every pair have width 0 and count as precise: an effect that is rarer than the seeds
looked at is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil, isfinite, sqrt
from typing import Any

import numpy as np
from scipy import stats

from simulation.engines.strength import policy_start
from simulation.errors import InputError
from simulation.experiments.outcomes import Outcome, outcome_of_run, outcomes_of
from simulation.records import Run
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import Scenario
from simulation.state import Float

__all__ = ["LOOK_AHEAD", "MAX_SEEDS", "MIN_SEEDS", "Rule", "Watch", "half_widths", "independent_seeds", "stop_at"]

LOOK_AHEAD = 5
"""Further seeds for which the widths must hold; in per cent of the seeds above 100 of them (kLimit of the paper)."""

MIN_SEEDS = 10
"""Seeds before which nothing is judged; the paper's 3 let short spells of similar values stop too often."""

MAX_SEEDS = 200
"""Seeds at most, where no other number is asked for."""

_LARGE, _COUNTED = 10_000, 1e15
"""Seeds from which on t is as good as normal, and numbers of them beyond which a float does not hold each."""


@dataclass(frozen=True)
class Rule:
    """When seeds are enough.

    Attributes
    ----------
    precision : mapping
        By outcome the largest half-width of the interval of a difference, in the outcome's unit.
    max_seeds : int
        Seeds at most.
    confidence : float
        Of the intervals.
    look_ahead, min_seeds : int
    """

    precision: Mapping[str, float]
    max_seeds: int = MAX_SEEDS
    confidence: float = 0.95
    look_ahead: int = LOOK_AHEAD
    min_seeds: int = MIN_SEEDS

    def ahead(self, seeds: int) -> int:
        """Return how many further seeds have to confirm a width that first held with so many."""
        return self.look_ahead if seeds <= 100 else self.look_ahead * seeds // 100


def half_widths(changes: Float, confidence: float = 0.95) -> Float:
    """Return (n, K) half-widths of the t intervals of the mean of the first 1, 2, ..., n rows of ``changes`` (n, K).

    A NaN is left out and not counted; without two values the half-width is infinite, without spread 0.
    """
    is_known = np.isfinite(changes)
    count = np.cumsum(is_known, axis=0)
    first = np.take_along_axis(changes, np.argmax(is_known, axis=0)[np.newaxis], axis=0)
    centred = np.where(is_known, changes - first, 0.0)  # so that large levels do not swallow small spreads
    total, squares = np.cumsum(centred, axis=0), np.cumsum(centred**2, axis=0)
    freedom = np.maximum(count - 1, 1)
    variance = np.maximum(squares - total**2 / np.maximum(count, 1), 0.0) / freedom
    half: Float = stats.t.ppf(0.5 + confidence / 2.0, freedom) * np.sqrt(variance / np.maximum(count, 1))
    return np.where(count > 1, half, np.inf)


def stop_at(is_narrow: Sequence[bool], rule: Rule) -> tuple[int, int] | None:
    """Return the number of seeds from which all widths hold, and that at which the rule stops; None before.

    ``is_narrow[n - 1]`` says whether all widths hold with n seeds.
    """
    start = 0
    for n, holds in enumerate(is_narrow, 1):
        if n < rule.min_seeds or not holds:
            start = 0
            continue
        start = start or n
        if n >= start + rule.ahead(start):
            return (start, n)
    return None


def independent_seeds(new: Float, old: Float, width: float, confidence: float = 0.95) -> int | None:
    """Return how many independent seeds of each of two scenarios would give a half-width of at most ``width``.

    From their variances in these runs, with the degrees of freedom of equal spreads, 2 (n - 1). None where there are
    more of them than can be counted.
    """
    variance = float(np.nanvar(new, ddof=1) + np.nanvar(old, ddof=1))
    share = 0.5 + confidence / 2.0
    needed = float(stats.norm.ppf(share)) ** 2 * variance / width / width
    if not needed < _COUNTED:
        return None
    n = max(2, ceil(needed))
    while n < _LARGE and stats.t.ppf(share, 2.0 * (n - 1)) * sqrt(variance / n) > width:
        n += 1
    return n


@dataclass
class Watch:
    """The outcomes of the runs so far, seed by seed, and whether they are enough.

    Attributes
    ----------
    rule : Rule
    scenarios : sequence of Scenario
        The baseline first.

    Raises
    ------
    InputError
        A rule that these scenarios cannot be judged by.
    """

    rule: Rule
    scenarios: Sequence[Scenario]
    _values: dict[str, list[list[float]]] = field(init=False)

    def __post_init__(self) -> None:
        self._outcomes = _checked(self.rule, self.scenarios)
        self._values = {outcome.name: [] for outcome in self._outcomes}
        self._start = min((policy_start(s.policy) for s in self.scenarios if s.policy), default=0)

    def add(self, runs: Sequence[Run]) -> None:
        """Take in the runs of the next seed, one per scenario in their order."""
        discount = self.scenarios[0].budget.discount
        for outcome in self._outcomes:
            found = [outcome_of_run(run, outcome, self._start, discount) for run in runs]
            self._values[outcome.name].append(found)

    @property
    def is_reached(self) -> bool:
        """Whether the seeds so far are enough."""
        return stop_at(self._is_narrow(), self.rule) is not None

    def _halves(self, name: str) -> Float:
        """Return (n, S - 1) half-widths by number of seeds and scenario."""
        values = np.array(self._values[name])
        return half_widths(values[:, 1:] - values[:, :1], self.rule.confidence)

    def _is_narrow(self) -> list[bool]:
        if not self._values[self._outcomes[0].name]:
            return []
        holds = np.hstack([self._halves(name) <= width for name, width in self.rule.precision.items()])
        return [bool(row.all()) for row in holds]

    def summary(self) -> dict[str, Any]:
        """Return the rule and what it has come to, for the manifest: see `Comparison.stopping`."""
        return {
            **asdict(self.rule),
            "precision": dict(self.rule.precision),
            "seeds": len(self._values[self._outcomes[0].name]),
            "is_reached": self.is_reached,
            "outcomes": [self._line(outcome) for outcome in self._outcomes],
        }

    def _line(self, outcome: Outcome) -> dict[str, Any]:
        """Return what has been reached in an outcome, by the scenario in which its interval is widest."""
        width = self.rule.precision[outcome.name]
        values, halves = np.array(self._values[outcome.name]), self._halves(outcome.name)
        widest = int(np.argmax(halves[-1]))
        got = float(halves[-1, widest])
        found = stop_at([bool(row.all()) for row in halves <= width], self.rule)
        is_known = np.isfinite(values).sum(axis=0).min() > 1
        needed = [
            independent_seeds(new, values[:, 0], width, self.rule.confidence) for new in values[:, 1:].T if is_known
        ]
        return {
            "outcome": outcome.name,
            "label": outcome.label,
            "unit": outcome.unit,
            "wanted": width,
            "got": got if isfinite(got) else None,
            "widest": self.scenarios[1 + widest].name,
            "is_reached": found is not None,
            "held_from": found[0] if found else None,
            "independent_seeds": None if None in needed else max((n for n in needed if n), default=None),
        }


def _checked(rule: Rule, scenarios: Sequence[Scenario]) -> list[Outcome]:
    """Return the outcomes that a rule names, refusing what is no outcome of every scenario and what is no width."""
    if not rule.precision:
        message = (
            "a number of seeds found automatically needs a precision: the half-width that the intervals of an "
            "outcome's differences may have, such as adopter_gap=0.1"
        )
        raise InputError(message)
    if len(scenarios) < 2:
        message = "a precision is that of differences from the baseline: give at least two scenarios"
        raise InputError(message)
    if rule.max_seeds < rule.min_seeds + rule.look_ahead:
        message = (
            f"at most {rule.max_seeds} seeds are too few: none is judged before {rule.min_seeds}, and "
            f"{rule.look_ahead} more have to confirm the width"
        )
        raise InputError(message)
    known = {outcome.name: outcome for outcome in outcomes_of(scenarios[0])}
    for name, width in rule.precision.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
            message = f"there is no outcome '{name}'{hint}"
            raise InputError(message)
        if not (isfinite(width) and width > 0.0):
            message = f"the precision of {name} is {width}; it has to be a number above 0, in {known[name].unit}"
            raise InputError(message)
        for scenario in scenarios[1:]:
            if name not in {outcome.name for outcome in outcomes_of(scenario)}:
                message = f"'{scenario.name}' has no outcome '{name}': it has none of the firms that it is about"
                raise InputError(message)
    return [known[name] for name in rule.precision]
