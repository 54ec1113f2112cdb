"""The policy phase: rank the eligible, promise awards, pay, and keep the books."""

from __future__ import annotations

from simulation.compiled import compiled_inner
from simulation.engines.arrays import fill, order_heap, take_first
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform
from simulation.state import Awards, Channels, Firms, Programmes, State

__all__ = ["policy", "settle"]

_RATIONING = int(Stream.RATIONING)


@compiled_inner
def _lapse(month: int, p: int, programmes: Programmes, awards: Awards) -> None:
    """End awards that ran out; what was promised and not used returns to the budget."""
    for i in range(awards.until.shape[1]):
        if 0 <= awards.until[p, i] < month:
            awards.reserved[p] -= awards.promised[p, i]
            awards.promised[p, i] = 0.0
            awards.until[p, i] = -1


@compiled_inner
def _cost(p: int, i: int, programmes: Programmes, state: State) -> float:
    """Return what an award may cost over its whole length, in million won."""
    cost = programmes.monthly[p, i] * programmes.duration[p]
    if state.adopted[i] == 0:
        cost += programmes.grant[p, i]
    return cost


@compiled_inner
def _cheapest(p: int, count: int, state: State, programmes: Programmes, work: Workspace) -> float:
    """Return the smallest cost of an award among the waiting firms, in million won."""
    cheapest = _cost(p, work.waiting[0], programmes, state)
    for a in range(1, count):
        cheapest = min(cheapest, _cost(p, work.waiting[a], programmes, state))
    return cheapest


@compiled_inner
def _score(seed: Word, month: int, p: int, i: int, firms: Firms, state: State, programmes: Programmes) -> float:
    """Return the place of a firm in the order of service, smallest first; ties are broken by lot."""
    lot = uniform(seed, _RATIONING, month, p, firms.key[i])
    if programmes.rationing[p] == 0:
        return lot
    if programmes.rationing[p] == 1:
        return state.capacity[i] + 1e-9 * lot
    return 1.0 - state.capacity[i] + 1e-9 * lot


@compiled_inner
def _promise(
    seed: Word,
    month: int,
    p: int,
    firms: Firms,
    state: State,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
) -> None:
    """Promise awards in order of rank while the year's money covers them in full."""
    left = programmes.annual_budget[p] - awards.spent_year[p] - awards.reserved[p]
    if left <= 0.0:
        return
    count = 0
    for i in range(firms.key.size):
        if programmes.is_eligible[p, i] == 0 or awards.until[p, i] >= 0:
            continue
        if programmes.takes_adopters[p] == 0 and (state.adopted[i] == 1 or state.wait[i] > 0):
            continue
        work.waiting[count] = i
        count += 1
    if count == 0 or _cheapest(p, count, state, programmes, work) > left:
        return
    for a in range(count):
        i = work.waiting[a]
        work.scores[i] = _score(seed, month, p, i, firms, state, programmes)
    order_heap(work.scores, work.waiting, count)
    while count > 0:
        i = take_first(work.scores, work.waiting, count)
        count -= 1
        cost = _cost(p, i, programmes, state)
        if cost > left:
            return
        left -= cost
        awards.reserved[p] += cost
        awards.promised[p, i] = programmes.grant[p, i] if state.adopted[i] == 0 else 0.0
        awards.until[p, i] = month + programmes.duration[p] - 1
        awards.served[i] = 1


@compiled_inner
def _pay(month: int, p: int, i: int, amount: float, awards: Awards) -> None:
    """Move money from reserved to spent."""
    awards.reserved[p] -= amount
    awards.spent_year[p] += amount
    awards.spent[p, month] += amount
    awards.received[i] += amount


@compiled_inner
def policy(
    seed: Word,
    month: int,
    firms: Firms,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
) -> None:
    """Fill the channels of this month from the awards that stand, after lapsing old and promising new ones."""
    fill(channels.adoption_subsidy, 0.0)
    fill(channels.access_subsidy, 0.0)
    fill(channels.training, 0.0)
    for p in range(programmes.first.size):
        _lapse(month, p, programmes, awards)
        since = month - programmes.first[p]
        if since < 0:
            continue
        if since % 12 == 0:
            awards.spent_year[p] = 0.0
        if month <= programmes.last[p] and programmes.annual_budget[p] > 0.0:
            _promise(seed, month, p, firms, state, programmes, awards, work)
        for i in range(firms.key.size):
            if awards.until[p, i] < month:
                continue
            if programmes.monthly[p, i] > 0.0:
                _pay(month, p, i, programmes.monthly[p, i], awards)
            if awards.promised[p, i] > 0.0:  # not after adopting: who quits and adopts again was promised nothing
                share = channels.adoption_subsidy[i] + programmes.adoption_subsidy[p, i]
                channels.adoption_subsidy[i] = min(1.0, share)
            channels.access_subsidy[i] = min(1.0, channels.access_subsidy[i] + programmes.access_subsidy[p, i])
            channels.training[i] += programmes.training[p, i]


@compiled_inner
def settle(month: int, firms: Firms, state: State, programmes: Programmes, awards: Awards, work: Workspace) -> None:
    """Pay the grants of firms that adopted this month and close what they no longer need."""
    for i in range(firms.key.size):
        work.own_cost[i] = 0.0
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
        work.own_cost[i] = own
