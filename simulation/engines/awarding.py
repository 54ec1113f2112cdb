"""The policy phase: rank the eligible, promise awards, pay, and keep the books.

Budgets and sums of money count every amount times the weight of the firm that it is for, so that they are of the
economy that the firms stand for; grants, caps, and what a firm gets and pays itself are amounts of one firm.

Where several runs are moved together, firm f of run ``lane`` is row i = f x lanes + lane, and the programmes of a run
are the rows of `Programmes` from lane x programmes of a run on.
"""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.promising import lapse, promise
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.randomness import Word
from simulation.rules.money import firms_per_customer, purchase_value
from simulation.state import Awards, Bool, Channels, Firms, Index, Programmes, Short, State
from simulation.world.assembly import KEY_SHARE

__all__ = ["policy", "settle"]


@compiled_inner
def _find_leads(firms: Firms, ties: Ties, state: State, work: Workspace, steps: float) -> None:
    """Note every firm's lead customer: of the large ones that have adopted, who takes most of its sales, 30 % at least.

    Ties go to the smaller key.
    """
    fill(work.lead, -1)
    fill(work.lead_value, 0.0)
    for run in range(ties.run.size - 1):
        rows = ties.run[run + 1] - ties.run[run]
        for i in range(ties.run[run], ties.run[run + 1]):
            if firms.is_large[i] == 0 or state.adopted[i] == 0:
                continue
            for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], rows):
                j = ties.supplier[at] >> np.uint32(1)
                if ties.weight[at] == 0.0 or state.sales[j] <= 0.0:
                    continue
                value = purchase_value(np.float64(ties.weight[at]), work.purchases[i], steps)
                if value / state.sales[j] < KEY_SHARE or value < work.lead_value[j]:
                    continue
                if value == work.lead_value[j] and work.lead[j] >= 0 and firms.key[i] > firms.key[work.lead[j]]:
                    continue
                work.lead[j] = i
                work.lead_value[j] = value


@compiled_inner
def _charge_lead(at: int, i: int, amount: float, firms: Firms, awards: Awards, work: Workspace) -> None:
    """Charge the lead customer of a firm with an amount per firm: once for each of the firms that share a customer.

    Customers stand for fewer firms of the economy than their suppliers do where large firms are over-sampled.
    """
    lead = work.lead[i]
    awards.lead_cost[at] += firms.weight[i] * amount
    work.own_cost[lead] += amount * firms_per_customer(firms.weight[i], firms.weight[lead])


@compiled_inner
def _share_cost(
    at: int, p: int, i: int, public: float, firms: Firms, programmes: Programmes, awards: Awards, work: Workspace
) -> None:
    """Charge the lead customer and the firm with what they pay beside the public money."""
    own = public * programmes.own_ratio[p]
    led = public * programmes.lead_ratio[p]
    if work.lead[i] >= 0:
        _charge_lead(at, i, led, firms, awards, work)
    else:
        own += led
    awards.private_cost[at] += firms.weight[i] * own
    work.own_cost[i] += own


@compiled_inner
def _act(
    month: int,
    p: int,
    f: int,
    lane: int,
    lanes: int,
    firms: Firms,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
) -> None:
    """Pay this month's part of an award and let it act on the channels."""
    i = f * lanes + lane
    monthly = programmes.monthly[p, f]
    lead = work.lead[i]
    if programmes.needs_lead[p] == 1 and lead < 0:
        awards.reserved[p] -= firms.weight[i] * monthly
        return
    if monthly > 0.0:
        _pay(month, p, f, i, monthly, firms, awards, work)
        _share_cost(month * lanes + lane, p, i, monthly, firms, programmes, awards, work)
    if awards.promised[p, f] > 0.0:  # not after adopting: who quits and adopts again was promised nothing
        share = channels.adoption_subsidy[i] + programmes.adoption_subsidy[p, f]
        channels.adoption_subsidy[i] = min(1.0, share)
    channels.access_subsidy[i] = min(1.0, channels.access_subsidy[i] + programmes.access_subsidy[p, f])
    channels.training[i] += programmes.training[p, f]
    if lead >= 0:
        ahead = np.float64(state.capacity[lead]) - np.float64(state.capacity[i])
        channels.training[i] += programmes.development[p, f] * max(0.0, ahead)
    channels.reinvestment[i] += programmes.reinvestment[p, f]
    if programmes.grace[p] >= 0 and month > programmes.last[p]:
        return
    channels.pressure[i] += programmes.pressure[p, f]
    if programmes.grace[p] < 0 or programmes.pressure[p, f] == programmes.overdue[p, f] == 0.0:
        return  # no mandate, or one that is switched off
    covered = month - (awards.until[p, f] - programmes.duration[p] + 1)
    is_overdue = covered >= programmes.grace[p] and state.adopted[i] == 0
    work.mandated[i] = max(work.mandated[i], 2 if is_overdue else 1)
    if is_overdue:
        channels.overdue[i] += programmes.overdue[p, f]


@compiled_inner
def _pay(month: int, p: int, f: int, i: int, amount: float, firms: Firms, awards: Awards, work: Workspace) -> None:
    """Move money from reserved to spent."""
    money = firms.weight[i] * amount
    awards.reserved[p] -= money
    awards.spent_year[p] += money
    awards.spent[p, month] += money
    awards.received[p, f] += amount
    work.support[i] += amount


@compiled_inner
def _clear(channels: Channels, work: Workspace) -> None:
    """Empty the channels."""
    fill(channels.adoption_subsidy, 0.0)
    fill(channels.access_subsidy, 0.0)
    fill(channels.training, 0.0)
    fill(channels.reinvestment, 0.0)
    fill(channels.pressure, 0.0)
    fill(channels.overdue, 0.0)
    fill(work.support, 0.0)
    fill(work.mandated, 0)
    work.is_clear[0], work.has_overdue[0] = 1, 0


@compiled_inner
def policy(
    seed: Word,
    month: int,
    firms: Firms,
    ties: Ties,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
    parameters: Parameters,
) -> None:
    """Fill the channels of this month from the awards that stand, after lapsing old and promising new ones."""
    fill(work.own_cost, 0.0)
    if work.is_clear[0] == 0:
        _clear(channels, work)
    if programmes.first.size == 0:
        return
    work.is_clear[0] = 0
    _find_leads(firms, ties, state, work, parameters.steps.money)
    lanes = work.lanes[0]
    own = programmes.first.size // lanes
    for p in range(programmes.first.size):
        lane = p // own
        lapse(month, p, lane, lanes, firms, programmes, awards)
        since = month - programmes.first[p]
        if since < 0:
            continue
        if since % 12 == 0:
            awards.spent_year[p] = 0.0
        if month <= programmes.last[p]:
            promise(seed, month, p, p - lane * own, lane, lanes, firms, state, programmes, awards, work)
        for f in range(awards.until.shape[1]):
            if awards.until[p, f] >= month:
                _act(month, p, f, lane, lanes, firms, state, channels, programmes, awards, work)
    for i in range(firms.key.size):
        if channels.overdue[i] > 0.0:
            work.has_overdue[0] = 1


@compiled_kernel
def _list_new(adopted: Bool, months_adopted: Short, found: Index) -> int:
    """List the firms that adopted this month."""
    count = np.uint64(0)
    for i in range(adopted.size):
        found[count] = i
        count += np.uint64(1) if (adopted[i] == 1) & (months_adopted[i] == 0) else np.uint64(0)
    return int(np.int64(count))


@compiled_inner
def settle(month: int, firms: Firms, state: State, programmes: Programmes, awards: Awards, work: Workspace) -> None:
    """Pay the grants of firms that adopted this month and close what they no longer need."""
    lanes = work.lanes[0]
    programmes_of_run = programmes.first.size // lanes
    for number in range(_list_new(state.adopted, state.months_adopted, work.waiting)):
        i = work.waiting[number]
        f, lane = i // lanes, i % lanes
        at, own = month * lanes + lane, firms.install_cost[i]
        for p in range(lane * programmes_of_run, (lane + 1) * programmes_of_run):
            if awards.until[p, f] < month:
                continue
            grant = min(awards.promised[p, f], own)
            if grant > 0.0:
                _pay(month, p, f, i, grant, firms, awards, work)
                own -= grant
                if work.lead[i] >= 0:
                    led = min(own, grant * programmes.lead_ratio[p])
                    _charge_lead(at, i, led, firms, awards, work)
                    own -= led
                awards.reserved[p] -= firms.weight[i] * (awards.promised[p, f] - grant)
                awards.promised[p, f] = 0.0
            if programmes.takes_adopters[p] == 0:
                awards.reserved[p] -= firms.weight[i] * (programmes.monthly[p, f] * (awards.until[p, f] - month))
                awards.until[p, f] = -1
        awards.private_cost[at] += firms.weight[i] * own
        work.own_cost[i] += own
