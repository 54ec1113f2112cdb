"""Factors that can be told apart by their labels, as tables, figures and sentences need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from simulation.experiments.sample import Factor

__all__ = ["distinct_labels"]


def distinct_labels(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return the factors, those of one label with the part of their names in which they differ added to it.

    Examples
    --------
    >>> pair = [Factor("firms.workers.sme", "share"), Factor("firms.workers.large", "share")]
    >>> [factor.label for factor in distinct_labels(pair)]
    ['share (sme)', 'share (large)']
    """
    counts = Counter(factor.label for factor in factors)
    return tuple(
        replace(factor, label=f"{factor.label} ({_own_part(factor, factors)})")
        if factor.label and counts[factor.label] > 1
        else factor
        for factor in factors
    )


def _own_part(factor: Factor, factors: Sequence[Factor]) -> str:
    """Return the name without the steps with which the names of all factors of this label begin."""
    names = [other.name.split(".") for other in factors if other.label == factor.label]
    shared = 0
    while all(len(name) > shared + 1 and name[shared] == names[0][shared] for name in names):
        shared += 1
    return ".".join(factor.name.split(".")[shared:])
