"""What a search for splits is after, and what one split gives."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from simulation.engines.strength import policy_start, solve_strength
from simulation.errors import InputError
from simulation.experiments.optimisation.splits import levers_of, with_split
from simulation.experiments.outcomes import Outcome, outcome_of_run
from simulation.experiments.over_ensemble import SOLVING_SEEDS
from simulation.experiments.sweeps.kept import KeptError, kept_outcomes, needs_origins
from simulation.runs import run
from simulation.scenario.scenario import Scenario
from simulation.state import Float

__all__ = ["CONFIRMING", "Search", "evaluate", "search_of", "with_strengths"]

CONFIRMING = 500_000
"""Distance of the seeds on which the best splits are run again from those on which they were found."""


@dataclass(frozen=True)
class Search:
    """What is searched for.

    Attributes
    ----------
    scenario : Scenario
        Its levers with a budget_share are those among which the money is divided.
    baseline : Scenario
        Effects are differences from it.
    aims : tuple of Outcome
        What is to become better, at least one; each has a direction.
    others : tuple of Outcome
        What is kept of every trial beside the aims.
    replications, first_seed, seed : int
        Seeds of each trial and the first of them, the same for all trials, and the seed of the search.
    """

    scenario: Scenario
    baseline: Scenario
    aims: tuple[Outcome, ...]
    others: tuple[Outcome, ...] = ()
    replications: int = 4
    first_seed: int = 1
    seed: int = 1

    @property
    def levers(self) -> tuple[str, ...]:
        """Among which the money is divided."""
        return levers_of(self.scenario)

    @property
    def signs(self) -> Float:
        """(A,) 1 for an aim that is to become smaller, -1 for one that is to become larger."""
        return np.array([1.0 if aim.is_lower_better else -1.0 for aim in self.aims])

    def seeds(self, is_confirming: bool = False) -> list[int]:
        """Return the seeds of a trial, or those on which the front is run again."""
        first = self.first_seed + (CONFIRMING if is_confirming else 0)
        return list(range(first, first + self.replications))


def search_of(scenario: Scenario, baseline: Scenario, aims: Sequence[str], **options: Any) -> Search:  # noqa: ANN401
    """Return a search, with what is wrong in it as an `InputError`."""
    levers_of(scenario)
    if scenario.time != baseline.time:
        message = f"'{scenario.name}' and '{baseline.name}' do not share their months; they cannot be compared"
        raise InputError(message)
    if not aims:
        message = "name at least one aim, such as adopter_gap"
        raise InputError(message)
    try:
        chosen = kept_outcomes(aims, baseline)
    except KeptError as error:
        raise InputError(str(error)) from error
    if undirected := next((aim for aim in chosen if aim.is_lower_better is None), None):
        message = f"nothing says whether more or less of {undirected.name} is better; choose another aim"
        raise InputError(message)
    names = {aim.name for aim in chosen}
    others = tuple(outcome for outcome in kept_outcomes((), baseline) if outcome.name not in names)
    return Search(scenario.with_({"budget.seeds": SOLVING_SEEDS}), baseline, chosen, others, **options)


def with_strengths(search: Search) -> Search:
    """Return a search whose splits begin with the strengths that its scenario's own split has: most stay near them."""
    solved, _ = solve_strength(search.scenario)
    return replace(search, scenario=solved.with_({"budget.strength": "solve"}))


def evaluate(search: Search, shares: Sequence[float], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Return a row per seed: what a split changes against the baseline, aims and others, and whether it can spend."""
    ready, spent = solve_strength(with_split(search.scenario, search.levers, shares))
    start = policy_start(ready.policy)
    rows = []
    for seed in seeds:
        begun = time.perf_counter()
        before = _outcomes(search, search.baseline, start, seed)
        after = _outcomes(search, ready, start, seed)
        row = {"seed": seed, "can_spend": spent.can_spend if spent else None, "seconds": time.perf_counter() - begun}
        rows.append(row | {name: after[name] - before[name] for name in after})
    return rows


@lru_cache(maxsize=1024)
def _outcomes(search: Search, scenario: Scenario, start: int, seed: int) -> dict[str, float]:
    """Return the outcomes of a run; the baseline's are asked for by every trial."""
    outcomes = (*search.aims, *search.others)
    found = run(scenario, seed, has_origins=needs_origins(outcomes), threads=1)
    return {one.name: outcome_of_run(found, one, start, search.baseline.budget.discount) for one in outcomes}
