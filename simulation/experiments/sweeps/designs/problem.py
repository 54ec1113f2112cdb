"""Factors in the form that SALib asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulation.experiments.sample import Factor

__all__ = ["problem_of"]


def problem_of(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return SALib's problem for positions from 0 to 1; groups where a factor shares its own with another."""
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    groups = [factor.group or factor.name for factor in factors]
    if len(set(groups)) < len(groups):
        problem["groups"] = groups
    return problem
