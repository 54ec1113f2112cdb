"""What is kept of every run of a sweep: outcomes by name, or any measure of any group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from simulation.experiments.outcomes import Outcome, When, outcomes_of
from simulation.measures import all_measures, labels
from simulation.measures.measure import pooled_label
from simulation.scenario.merging import did_you_mean
from simulation.scenario.scenario import Scenario
from simulation.world.build import groups_of

__all__ = ["KeptError", "check_series", "kept_outcomes", "needs_origins"]

_ORIGINS = {"sme_share_of_defects", "sme_share_of_late_days"}
"""Measures that need origins, which take most of the time of a short run."""


class KeptError(ValueError):
    """An outcome or a measure that there is none of, and what may have been meant; ``number`` is its place."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


def kept_outcomes(names: Sequence[str], scenario: Scenario) -> tuple[Outcome, ...]:
    """Return the outcomes that names stand for, by default all those of `compare` that need no origins.

    A name is that of an outcome (``adopter_gap``), or ``measure/group`` with, after another slash, when: ``last``,
    ``last year`` (the default), ``since start`` or ``present value``.
    """
    usual = {outcome.name: outcome for outcome in outcomes_of(scenario)}
    if not names:
        return tuple(outcome for outcome in usual.values() if not needs_origins([outcome]))
    return tuple(usual.get(name) or _of_measure(name, number, scenario, usual) for number, name in enumerate(names))


def _of_measure(name: str, number: int, scenario: Scenario, usual: Sequence[str] | dict[str, Outcome]) -> Outcome:
    if "/" not in name:
        raise KeptError(f"there is no outcome {name!r}{did_you_mean(name, usual)}; others are measure/group", number)
    measure, group, *rest = name.split("/")
    found = all_measures().get(measure)
    if found is None:
        raise KeptError(f"there is no measure {measure!r}{did_you_mean(measure, all_measures())}", number)
    groups = groups_of(scenario)
    known = labels(groups, found.scope)
    if pooled_label(groups, group) not in known:
        raise KeptError(f"{measure} is not measured of {group!r}{did_you_mean(group, known)}", number)
    when = rest[0] if rest else "last year"
    if len(rest) > 1 or when not in get_args(When):
        raise KeptError(f"{'/'.join(rest)!r} is not one of {', '.join(get_args(When))}", number)
    return Outcome(name, f"{found.label}, {group}", found.unit, measure, group, when)  # type: ignore[arg-type]


def needs_origins(outcomes: Sequence[Outcome]) -> bool:
    """Say whether defects and late days must be split by origin for these outcomes."""
    return any(outcome.measure in _ORIGINS for outcome in outcomes)


def check_series(names: Sequence[str]) -> None:
    """Refuse names that are no measures with a `KeptError`."""
    for number, name in enumerate(names):
        if name not in all_measures():
            raise KeptError(f"there is no measure {name!r}{did_you_mean(name, all_measures())}", number)
