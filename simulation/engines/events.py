"""Late events: every late delivery of a run with the supplier that it waited for, its root and the links travelled.

Ordinary runs count late deliveries and do not keep them. Here the run is lived again, stopped after every round, and
what is late is listed; the history is the same to the last bit, and only the events take memory.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.engines.delivering import is_later
from simulation.engines.engine import CompiledEngine
from simulation.engines.goods import Goods
from simulation.engines.replaying import at_months
from simulation.engines.ties import Ties
from simulation.engines.turning import Change
from simulation.rules.lateness import Lateness, is_late
from simulation.scenario.scenario import Scenario
from simulation.state import Key, Real, Short, Small, World

__all__ = ["LateEvents", "late_events"]

_ONE = np.uint32(1)
_KINDS = (np.int16, np.int16, np.int32, np.int32, np.int32, np.int32, np.float32)


class LateEvents(NamedTuple):
    """Late deliveries in the order of months, rounds and firms; E events, firms as their numbers.

    Attributes
    ----------
    month : (E,)
    round : (E,) round of the month, from 0
    buyer : (E,) the firm that delivered late, to all its own customers
    supplier : (E,) the supplier whose lateness of the round before it passed on; the firm itself where its own
        lateness weighed more
    root : (E,) firm where the lateness began
    links : (E,) links travelled from the root; 0: of the firm's own making
    days : (E,) lateness of the delivery, above the tolerance
    """

    month: Short
    round: Short
    buyer: Small
    supplier: Small
    root: Small
    links: Small
    days: Real


@compiled
def _waited_for(i: int, run: int, before: Goods, ties: Ties, key: Key, slack: Real) -> int:
    """Return the critical supplier that makes a firm of a run wait longest beyond its buffer, -1 where none does."""
    first, rows = ties.run[run], ties.run[run + 1] - ties.run[run]
    best = -1
    for at in range(ties.base[run] + i - first, ties.base[run + 1], rows):
        j = ties.supplier[at] >> _ONE
        if ties.supplier[at] & _ONE == 0 or before.late[j] <= slack[i]:
            continue
        if best < 0 or is_later(at, best, before, key, ties):
            best = at
    return ties.supplier[best] >> _ONE if best >= 0 else -1


@compiled
def _list_late(
    before: Goods, after: Goods, ties: Ties, key: Key, slack: Real, p: Lateness, buyer: Small, supplier: Small
) -> int:
    """List the firms that deliver late in a round, and whose lateness each passes on; return how many there are."""
    count = 0
    for run in range(ties.run.size - 1):
        for i in range(ties.run[run], ties.run[run + 1]):
            if not is_late(np.float64(after.late[i]), p):
                continue
            buyer[count] = i
            supplier[count] = _waited_for(i, run, before, ties, key, slack) if after.travelled[i] > 0 else i
            count += 1
    return count


def _of_month(engine: CompiledEngine) -> LateEvents:
    """Run the next month of an engine and return its late deliveries."""
    ties, work, lateness = engine.ties, engine.work, engine.parameters.lateness
    key, month = engine.world.firms.key, engine.month
    n = key.size
    buyer, supplier = np.empty(n, np.int32), np.empty(n, np.int32)
    found = []
    for number, (before, after) in enumerate(engine.by_rounds()):
        count = _list_late(before, after, ties, key, work.slack, lateness, buyer, supplier)
        rows = buyer[:count].copy()
        found.append(
            LateEvents(
                month=np.full(count, month, np.int16),
                round=np.full(count, number, np.int16),
                buyer=rows,
                supplier=supplier[:count].copy(),
                root=after.root[rows],
                links=after.travelled[rows],
                days=after.late[rows],
            )
        )
    return _joined(found)


def _joined(parts: Sequence[LateEvents]) -> LateEvents:
    """Return the events of several months or rounds in one list."""
    if not parts:
        return LateEvents._make(np.zeros(0, kind) for kind in _KINDS)
    return LateEvents._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def late_events(
    world: World,
    scenario: Scenario,
    seed: int,
    *,
    months: Collection[int] | None = None,
    changes: Sequence[Change] = (),
    real: type[np.floating] = np.float32,
) -> LateEvents:
    """List every late delivery of a run by living it again.

    Parameters
    ----------
    world : World
    scenario : Scenario
        As it was run, with strengths solved.
    seed : int
    months : collection of int, optional
        By default all.
    changes : sequence of (month, levers)
        Changes of policy during the run.
    real : type
        Precision of the run.

    Raises
    ------
    InputError
        A month that the run has not lived.
    """
    return _joined([_of_month(engine) for engine in at_months(world, scenario, seed, months, changes, real)])
