"""Which seeds a comparison runs: given ones, a number of them, or as many as a precision needs."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from simulation.errors import InputError
from simulation.experiments.stopping import MAX_SEEDS, Rule
from simulation.runs import check_seed

__all__ = ["REPS", "Reps", "plan_seeds"]

REPS = 30
"""Seeds where neither they nor a precision are given."""

Reps = int | Literal["auto"]
"""A number of seeds, or "auto" for as many as a precision needs."""


def plan_seeds(
    seeds: Sequence[int] | None, reps: Reps | None, precision: Mapping[str, float] | None, max_reps: int | None
) -> tuple[list[int], Rule | None]:
    """Return the seeds in their order, and the rule that says after which of them is enough, if any.

    Parameters
    ----------
    seeds : sequence of int, optional
        Those to run. With ``reps="auto"`` they are run in this order until the precision is reached; by default 1, 2,
        3, ...
    reps : int or "auto", optional
        A number instead of ``seeds``: 1 to ``reps``.
    precision : mapping, optional
        See `Rule`; with ``reps="auto"`` alone.
    max_reps : int, optional
        Seeds at most, with ``reps="auto"`` alone; by default all of ``seeds``, else `MAX_SEEDS`.

    Raises
    ------
    InputError
        No seed, one twice, one out of range, or arguments that exclude each other.
    """
    if reps == "auto":
        if not precision:
            message = 'reps="auto" needs a precision, such as {"adopter_gap": 0.1}: the half-width that is wanted'
            raise InputError(message)
        most = max_reps if max_reps is not None else MAX_SEEDS if seeds is None else len(seeds)
        chosen = _checked(range(1, most + 1) if seeds is None else seeds)[:most]
        return chosen, Rule(dict(precision), len(chosen))
    if precision or max_reps is not None:
        message = 'a precision and a largest number of seeds are for reps="auto"; fixed seeds need neither'
        raise InputError(message)
    if reps is not None and seeds is not None:
        message = "give the seeds or their number, not both"
        raise InputError(message)
    return _checked(range(1, (REPS if reps is None else reps) + 1) if seeds is None else seeds), None


def _checked(seeds: Iterable[int]) -> list[int]:
    """Return the seeds, refusing none at all, one twice, and what is not a whole number from 0."""
    chosen = [operator.index(seed) for seed in seeds]
    if not chosen:
        message = "a comparison needs at least one seed"
        raise InputError(message)
    if len(set(chosen)) < len(chosen):
        twice = min(seed for seed in chosen if chosen.count(seed) > 1)
        message = f"the seed {twice} is given twice; a run repeated says nothing new"
        raise InputError(message)
    check_seed(min(chosen))
    check_seed(max(chosen))
    return chosen
