"""Promising awards: who is served while the year's money lasts, and what returns to the budget when awards end.

Where several runs are moved together, firm f of run ``lane`` is row i = f x lanes + lane; see `awarding`.
"""

from __future__ import annotations

from math import inf

import numpy as np

from simulation.compiled import compiled_inner
from simulation.engines.arrays import order_heap, take_first
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.state import Awards, Firms, Programmes, State

__all__ = ["lapse", "promise"]

_RATIONING = int(Stream.RATIONING)


@compiled_inner
def lapse(month: int, p: int, lane: int, lanes: int, firms: Firms, programmes: Programmes, awards: Awards) -> None:
    """End awards and grants that ran out; what was promised and not used returns to the budget."""
    early = max(0, programmes.duration[p] - programmes.grant_months[p])
    for f in range(awards.until.shape[1]):
        if awards.until[p, f] < 0:
            continue
        if awards.until[p, f] - early < month:
            awards.reserved[p] -= firms.weight[f * lanes + lane] * awards.promised[p, f]
            awards.promised[p, f] = 0.0
        if awards.until[p, f] < month:
            awards.until[p, f] = -1


@compiled_inner
def _cost(p: int, f: int, i: int, programmes: Programmes, state: State) -> float:
    """Return what an award may cost over its whole length, in million won for one firm."""
    cost = programmes.monthly[p, f] * programmes.duration[p]
    if state.adopted[i] == 0:
        cost += programmes.grant[p, f]
    return cost


@compiled_inner
def _cheapest(
    p: int, lane: int, lanes: int, count: int, firms: Firms, state: State, programmes: Programmes, work: Workspace
) -> float:
    """Return the smallest cost of an award among the waiting firms, in million won, weighted."""
    cheapest = inf
    for a in range(count):
        f = work.waiting[a]
        i = f * lanes + lane
        cheapest = min(cheapest, firms.weight[i] * _cost(p, f, i, programmes, state))
    return cheapest


@compiled_inner
def _score(seed: Word, month: int, number: int, rationing: int, key: np.uint64, capacity: float) -> float:
    """Return the place of a firm in the order of service, smallest first; ties are broken by lot.

    The lots of programme ``number`` of a policy are its own.
    """
    lot = uniform(seed, _RATIONING, month, number, key)
    if rationing == 0:
        return lot
    if rationing == 1:
        return capacity + 1e-9 * lot
    return 1.0 - capacity + 1e-9 * lot


@compiled_inner
def promise(
    seed: Word,
    month: int,
    p: int,
    number: int,
    lane: int,
    lanes: int,
    firms: Firms,
    state: State,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
) -> None:
    """Promise awards in order of rank while the year's money covers them in full."""
    left = programmes.annual_budget[p] - awards.spent_year[p] - awards.reserved[p]
    if left <= 0.0 and programmes.annual_budget[p] > 0.0:
        return
    count = 0
    for f in range(awards.until.shape[1]):
        if programmes.is_eligible[p, f] == 0 or awards.until[p, f] >= 0:
            continue
        i = f * lanes + lane
        if programmes.takes_adopters[p] == 0 and (state.adopted[i] == 1 or state.wait[i] > 0):
            continue
        if programmes.needs_lead[p] == 1 and work.lead[i] < 0:
            continue
        if awards.received[p, f] + _cost(p, f, i, programmes, state) > programmes.cap[p]:
            continue
        work.waiting[count] = f
        count += 1
    if count == 0 or _cheapest(p, lane, lanes, count, firms, state, programmes, work) > left:
        return
    for a in range(count):
        f = work.waiting[a]
        i = f * lanes + lane
        work.scores[f] = _score(seed, month, number, programmes.rationing[p], firms.key[i], state.capacity[i])
    order_heap(work.scores, work.waiting, count)
    while count > 0:
        f = take_first(work.scores, work.waiting, count)
        i = f * lanes + lane
        count -= 1
        cost = firms.weight[i] * _cost(p, f, i, programmes, state)
        if cost > left:
            return
        left -= cost
        awards.reserved[p] += cost
        awards.promised[p, f] = programmes.grant[p, f] if state.adopted[i] == 0 else 0.0
        awards.until[p, f] = month + programmes.duration[p] - 1
        if cost > 0.0:
            awards.served[i] = 1
