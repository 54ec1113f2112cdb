"""Equal public money: the strength of each lever is solved so that its part of the envelope is spent."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import ceil, sqrt

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.policies import Lever
from simulation.policies.programmes import envelope, present_value_factors
from simulation.scenario.scenario import Scenario
from simulation.state import Float
from simulation.world.build import build

__all__ = ["TOLERANCE", "Spending", "policy_start", "solve_seeds", "solve_strength"]

TOLERANCE = 0.01
"""Largest relative distance between mean public spending and the envelope."""

_CLOSE = 0.0025
_NARROW, _NARROWEST = 1.02, 1.0005
_GROWING = 1.001
_STEEP = 1.2
"""Brackets narrower than this are halved: within them spending is a staircase."""
_LARGEST_STRENGTH = 1e4
_EVALUATIONS = 16
_PASSES = 3


@dataclass(frozen=True)
class Spending:
    """What a solved policy spends.

    Attributes
    ----------
    target, spent : dict
        By lever: its part of the envelope and the mean public spending over the seeds, million won, present value in
        the policy's first month.
    seeds : sequence of int
        Seeds over which the mean was taken.
    """

    target: Mapping[str, float]
    spent: Mapping[str, float]
    seeds: Sequence[int]

    @property
    def can_spend(self) -> bool:
        """Whether the whole policy and every lever are within the tolerance, measured by the whole envelope."""
        margin = TOLERANCE * sum(self.target.values())
        gaps = [self.spent[name] - self.target[name] for name in self.target]
        return abs(sum(gaps)) <= margin and all(abs(gap) <= margin for gap in gaps)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {self.spent[name]:,.0f} of {self.target[name]:,.0f}" for name in self.target)
        return f"{parts} million won (mean of {len(self.seeds)} seeds, present value)"


def policy_start(levers: Mapping[str, Lever]) -> int:
    """Return the policy's first month, 0 without levers."""
    return min((lever.first for lever in levers.values()), default=0)


def solve_seeds(scenario: Scenario) -> range:
    """Return the seeds for solving: at most ``budget.seeds``, fewer where the model is large, never below 4."""
    most = scenario.budget.seeds
    firms = build(scenario, 1).firms.key.size
    return range(1, 1 + min(most, max(4, ceil(most * 2000 / firms))))


class _Trial:
    """Runs a policy over the seeds from the month before it starts; what happened before is computed once."""

    def __init__(self, scenario: Scenario, seeds: Sequence[int]) -> None:
        self.start = policy_start(scenario.policy)
        self.factors = present_value_factors(scenario.time.months, self.start, scenario.budget.discount)
        self.pool = ThreadPoolExecutor(os.cpu_count() or 1)

        def begin(seed: int) -> CompiledEngine:
            world = build(scenario, seed)
            engine = CompiledEngine(world, scenario, seed, has_deliveries=False, levers={})
            engine.advance(self.start)
            return engine

        self.engines = list(self.pool.map(begin, seeds))
        self.envelope = float(np.mean([envelope(e.world.firms, e.world.groups, scenario.budget) for e in self.engines]))

    def spend(self, levers: Mapping[str, Lever]) -> Float:
        """Return (P,) mean public spending by lever, present value."""

        def one(engine: CompiledEngine) -> Float:
            twin = engine.fork(levers)
            twin.advance()  # to the end: courses may outlast the lever that began them
            paid: Float = twin.awards.spent @ self.factors
            return paid

        mean: Float = np.mean(list(self.pool.map(one, self.engines)), axis=0)
        return mean


def _solve(spend: Callable[[float], float], target: float, first: float) -> float:
    """Return the strength at which non-decreasing spending meets the target, or where it stops growing.

    Awards are whole, so spending moves in steps; the search ends once no strength in between could do much better.
    """
    low, high = (0.0, 0.0), (np.inf, np.inf)
    strength = first
    best = (np.inf, strength)
    for _ in range(_EVALUATIONS):
        spent = spend(strength)
        best = min(best, (abs(spent / target - 1.0), strength))
        if best[0] <= _CLOSE:
            break
        if spent < target:
            has_stopped = low[0] > 0.0 and spent <= low[1] * _GROWING and strength >= 2.0 * low[0]
            low = (strength, spent)
            if has_stopped or strength >= _LARGEST_STRENGTH:
                break
        else:
            high = (strength, spent)
        ratio = high[0] / low[0] if low[0] > 0.0 else np.inf
        if ratio < _NARROWEST or (ratio < _NARROW and best[0] <= TOLERANCE):
            break
        strength = _next_strength(low, high, target)
    return best[1]


def _next_strength(low: tuple[float, float], high: tuple[float, float], target: float) -> float:
    """Return where to look next, given (strength, spending) on both sides of the target."""
    if np.isinf(high[0]):
        factor = (target / low[1]) ** 1.1 if low[1] > 0.0 else 8.0
        return min(_LARGEST_STRENGTH, low[0] * min(16.0, max(1.02, factor)))
    if low[0] == 0.0:
        return high[0] * max(0.2, target / high[1]) ** 1.1
    if not _STEEP < high[0] / low[0] < 4.0:
        return sqrt(low[0] * high[0])
    part = (target - low[1]) / (high[1] - low[1])
    return low[0] + (high[0] - low[0]) * min(0.9, max(0.1, part))


def solve_strength(scenario: Scenario) -> tuple[Scenario, Spending | None]:
    """Return the scenario with the strength of every lever solved, and what it spends.

    Each lever's strength is searched until mean public spending over `solve_seeds` is within 1 % of its part of the
    envelope; levers of one policy are solved in turn, again while one moves another's spending. A policy that cannot
    spend its money keeps the strength that comes nearest (``Spending.can_spend`` is then False). Nothing is solved,
    and None returned, without levers or with ``budget.strength: fixed``.
    """
    if not scenario.policy or scenario.budget.strength == "fixed":
        return scenario, None
    seeds = solve_seeds(scenario)
    trial = _Trial(scenario, seeds)
    names = list(scenario.policy)
    levers = dict(scenario.policy)
    target = {name: levers[name].budget_share * trial.envelope for name in names}

    def spend_with(name: str, strength: float) -> float:
        levers[name] = levers[name].model_copy(update={"strength": strength})
        return float(trial.spend(levers)[names.index(name)])

    solved = [name for name in names if levers[name].annual_budget is None]
    for _ in range(_PASSES if len(names) > 1 else 1):
        for name in solved:
            strength = 0.0
            if target[name] > 0.0:
                strength = _solve(partial(spend_with, name), target[name], levers[name].strength)
            levers[name] = levers[name].model_copy(update={"strength": strength})
        spent = trial.spend(levers)
        # A lever with an annual budget of its own spends what it spends.
        target |= {name: float(spent[names.index(name)]) for name in names if name not in solved}
        found = Spending(target, dict(zip(names, map(float, spent), strict=True)), tuple(seeds))
        if found.can_spend:
            break
    trial.pool.shutdown()
    strengths = {f"policy.{name}.strength": lever.strength for name, lever in levers.items()}
    return scenario.with_(strengths | {"budget.strength": "fixed"}), found
