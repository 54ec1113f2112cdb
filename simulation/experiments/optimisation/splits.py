"""Splits of a budget: shares that sum to one, from independent numbers that a search can move freely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulation.errors import InputError
from simulation.scenario.scenario import Scenario
from simulation.state import Float

__all__ = ["SMALLEST", "first_splits", "levers_of", "numbers_of", "shares_of", "with_split"]

SMALLEST = 0.01
"""Shares below are none: nobody runs a programme on a hundredth of the money, and solving it takes as long as any."""

_FLOOR = 1e-6


def levers_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the levers among which the money is divided: those with a part of the envelope.

    Raises
    ------
    InputError
        Fewer than two of them, or strengths that are not solved.
    """
    names = tuple(
        name for name, lever in scenario.policy.items() if lever.budget_share > 0.0 and lever.annual_budget is None
    )
    if len(names) < 2:
        message = f"'{scenario.name}' has {len(names)} levers with a budget_share above 0; a split needs two at least"
        raise InputError(message)
    if scenario.budget.strength == "fixed":
        message = f"'{scenario.name}' has budget.strength: fixed; splits are compared at equal money, which is solved"
        raise InputError(message)
    return names


def shares_of(numbers: Float) -> Float:
    """Return (L,) shares from (L,) independent numbers from 0 to 1: x_i = -ln u_i / sum of all.

    Even numbers u give shares that are even over all splits (a flat Dirichlet distribution). Shares below `SMALLEST`
    become 0 and the others make up for them.
    """
    raw = -np.log(np.clip(numbers, _FLOOR, 1.0 - _FLOOR))
    shares = raw / raw.sum()
    kept = np.where(shares < SMALLEST, 0.0, shares)
    found: Float = kept / kept.sum()
    return found


def numbers_of(shares: Float) -> Float:
    """Return independent numbers that give the shares: u_i = exp(-c x_i), with c so large that none vanish."""
    found: Float = np.clip(np.exp(-2.0 * shares), _FLOOR, 1.0 - _FLOOR)
    return found


def first_splits(count: int) -> list[Float]:
    """Return the splits that any search begins with: evenly, and all on one lever."""
    return [np.full(count, 1.0 / count), *np.eye(count)]


def with_split(scenario: Scenario, levers: Sequence[str], shares: Sequence[float]) -> Scenario:
    """Return a scenario whose levers have these parts of the envelope; a lever without any is taken out."""
    changes: Mapping[str, float | None] = {
        f"policy.{name}.budget_share" if share > 0.0 else f"policy.{name}": share if share > 0.0 else None
        for name, share in zip(levers, shares, strict=True)
    }
    return scenario.with_(dict(changes))
