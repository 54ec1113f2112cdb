"""The policy phase: rank the eligible, promise awards, pay, and keep the books."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.randomness import Stream, uniform
from simulation.state import Awards, Channels, Firms, Float, Index, Programmes, State

__all__ = ["policy", "settle"]

_RATIONING = int(Stream.RATIONING)


@compiled
def _lapse(month: int, p: int, programmes: Programmes, awards: Awards) -> None:
    """End awards that ran out; what was promised and not used returns to the budget."""
    for i in range(awards.until.shape[1]):
        if 0 <= awards.until[p, i] < month:
            awards.reserved[p] -= awards.promised[p, i]
            awards.promised[p, i] = 0.0
            awards.until[p, i] = -1


@compiled
def _cost(p: int, i: int, programmes: Programmes, state: State) -> float:
    """Return what an award may cost over its whole length, in million won."""
    cost = programmes.monthly[p, i] * programmes.duration[p]
    if state.adopted[i] == 0:
        cost += programmes.grant[p, i]
    return cost


@compiled
def _rank(seed: int, month: int, p: int, firms: Firms, state: State, programmes: Programmes, able: Index) -> Float:
    """Return the order of service of the able firms as scores, smallest first; ties are broken by lot."""
    scores = np.empty(able.size)
    for a in range(able.size):
        i = able[a]
        lot = uniform(seed, _RATIONING, month, p, firms.key[i])
        if programmes.rationing[p] == 0:
            scores[a] = lot
        elif programmes.rationing[p] == 1:
            scores[a] = state.capacity[i] + 1e-9 * lot
        else:
            scores[a] = 1.0 - state.capacity[i] + 1e-9 * lot
    return scores


@compiled
def _promise(
    seed: int, month: int, p: int, firms: Firms, state: State, programmes: Programmes, awards: Awards
) -> None:
    """Promise awards in order of rank while the year's money covers them in full."""
    left = programmes.annual_budget[p] - awards.spent_year[p] - awards.reserved[p]
    n = firms.key.size
    able = np.empty(n, np.int64)
    count = 0
    cheapest = np.inf
    for i in range(n):
        if programmes.is_eligible[p, i] == 0 or awards.until[p, i] >= 0:
            continue
        if programmes.takes_adopters[p] == 0 and (state.adopted[i] == 1 or state.wait[i] > 0):
            continue
        able[count] = i
        count += 1
        cheapest = min(cheapest, _cost(p, i, programmes, state))
    if count == 0 or cheapest > left or left <= 0.0:
        return
    order = np.argsort(_rank(seed, month, p, firms, state, programmes, able[:count]), kind="mergesort")
    for a in range(count):
        i = able[order[a]]
        cost = _cost(p, i, programmes, state)
        if cost > left:
            break
        left -= cost
        awards.reserved[p] += cost
        awards.promised[p, i] = programmes.grant[p, i] if state.adopted[i] == 0 else 0.0
        awards.until[p, i] = month + programmes.duration[p] - 1
        awards.served[i] = 1


@compiled
def _pay(month: int, p: int, i: int, amount: float, awards: Awards) -> None:
    """Move money from reserved to spent."""
    awards.reserved[p] -= amount
    awards.spent_year[p] += amount
    awards.spent[p, month] += amount
    awards.received[i] += amount


@compiled
def policy(
    seed: int,
    month: int,
    firms: Firms,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
) -> None:
    """Fill the channels of this month from the awards that stand, after lapsing old and promising new ones."""
    channels.adoption_subsidy[:] = 0.0
    channels.access_subsidy[:] = 0.0
    channels.training[:] = 0.0
    for p in range(programmes.first.size):
        _lapse(month, p, programmes, awards)
        since = month - programmes.first[p]
        if since < 0:
            continue
        if since % 12 == 0:
            awards.spent_year[p] = 0.0
        if month <= programmes.last[p] and programmes.annual_budget[p] > 0.0:
            _promise(seed, month, p, firms, state, programmes, awards)
        for i in range(firms.key.size):
            if awards.until[p, i] < month:
                continue
            if programmes.monthly[p, i] > 0.0:
                _pay(month, p, i, programmes.monthly[p, i], awards)
            channels.adoption_subsidy[i] = min(1.0, channels.adoption_subsidy[i] + programmes.adoption_subsidy[p, i])
            channels.access_subsidy[i] = min(1.0, channels.access_subsidy[i] + programmes.access_subsidy[p, i])
            channels.training[i] += programmes.training[p, i]


@compiled
def settle(month: int, firms: Firms, state: State, programmes: Programmes, awards: Awards) -> None:
    """Pay the grants of firms that adopted this month and close what they no longer need."""
    for i in range(firms.key.size):
        if state.adopted[i] == 0 or state.months_adopted[i] > 0:
            continue
        own = firms.install_cost[i]
        for p in range(programmes.first.size):
            if awards.until[p, i] < month:
                continue
            grant = min(awards.promised[p, i], own)
            if grant > 0.0:
                _pay(month, p, i, grant, awards)
                own -= grant
                awards.reserved[p] -= awards.promised[p, i] - grant
                awards.promised[p, i] = 0.0
            if programmes.takes_adopters[p] == 0:
                awards.reserved[p] -= programmes.monthly[p, i] * (awards.until[p, i] - month)
                awards.until[p, i] = -1
        awards.private_cost[month] += own
