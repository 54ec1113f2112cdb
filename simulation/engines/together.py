"""Moving runs together: which of several engines gain by standing side by side, and all of them to their next month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulation.engines.engine import CompiledEngine
from simulation.engines.lanes import Lanes
from simulation.rules.adoption import HAZARD
from simulation.scenario.scenario import Scenario

__all__ = ["FEWEST_LANES", "advance_together", "branches", "most_lanes"]

FEWEST_LANES, MOST_LANES = 4, 16
MOST_ROWS = 20_000
"""Firms in all lanes, at most: beyond, the second cache does not hold what a step needs, and nothing is gained."""


def most_lanes(firms: int) -> int:
    """Return how many runs of so many firms gain by being moved together; 1 where none does."""
    most = min(MOST_LANES, MOST_ROWS // max(firms, 1))
    return most if most >= FEWEST_LANES else 1


def advance_together(engines: Sequence[CompiledEngine], last: int) -> None:
    """Run the months up to, without, ``last`` of several engines, side by side those that can be.

    Each ends as if it had run alone, to the last bit. Side by side are engines of one seed at one month with the same
    parameters, whose firms have the same numbers of suppliers, sectors, regions and sizes; without threads of their
    own, under the rule ``hazard``, and as long as origins are not followed.
    """
    for company in _companies(engines, last):
        Lanes(company).move(min(last, _end(company[0])))
    for engine in engines:
        if engine.month < last:
            engine.advance(last - engine.month)


def branches(engine: CompiledEngine, scenarios: Sequence[Scenario], last: int) -> list[CompiledEngine]:
    """Return twins of an engine that went on, up to ``last``, as scenarios that differ from its own in policy alone.

    The same as `CompiledEngine.branch` and then `advance_together`, without copies that the lanes make again. Where
    origins are followed before ``last``, twins that were moved together have stopped there.
    """
    twins = [engine.branch(scenario, has_own_arrays=False) for scenario in scenarios]
    for company in _companies(twins, last):
        Lanes(company).move(min(last, _end(company[0])))
    for twin in twins:
        if not twin.has_own_arrays:
            twin.own_arrays()
            twin.advance(last - twin.month)
    return twins


def _companies(engines: Sequence[CompiledEngine], last: int) -> list[list[CompiledEngine]]:
    """Return the engines that gain by being moved together up to ``last``, in companies that do."""
    alike: list[list[CompiledEngine]] = []
    for engine in engines:
        if engine.threads > 1 or engine.parameters.rule != HAZARD or min(_end(engine), last) <= engine.month:
            continue
        for company in alike:
            if _is_alike(company[0], engine):
                company.append(engine)
                break
        else:
            alike.append([engine])
    companies = []
    for company in alike:
        most = most_lanes(company[0].world.firms.key.size)
        companies += [company[first : first + most] for first in range(0, len(company), most)]
    return [company for company in companies if len(company) >= FEWEST_LANES]


def _end(engine: CompiledEngine) -> int:
    """Return the month up to which an engine can be moved with others."""
    months_left = engine.scenario.time.months
    return min(months_left, engine.tracked_from) if engine.work.goods.defect_parts.shape[0] > 0 else months_left


def _is_alike(one: CompiledEngine, other: CompiledEngine) -> bool:
    """Say whether two engines differ at most in their policies, in numbers of their firms, and in who supplies whom."""

    def of(engine: CompiledEngine) -> tuple[Any, ...]:
        return (
            *(engine.seed, engine.month, engine.has_deliveries, engine.scenario.time, engine.parameters),
            *(engine.work.signal.dtype, engine.world.groups, _end(engine)),
            bool(engine.programmes.overdue.any()),  # who looks at every link, because some firm may be overdue
        )

    if of(one) != of(other):
        return False
    here, there = one.world, other.world
    return here is there or (
        np.array_equal(here.links.start, there.links.start)
        and all(
            np.array_equal(getattr(here.firms, name), getattr(there.firms, name)) for name in ("key", "group", "cell")
        )
    )
