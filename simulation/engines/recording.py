"""Counting deliveries in each round and summing firms by group at the end of a month."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import log
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.producing import hazards_of
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Goods, Workspace
from simulation.rules.defects import Defects, passing_factor
from simulation.rules.lateness import is_late
from simulation.state import DEPTH_BINS, Bool, Firms, Float, Real, State, Tallies

__all__ = ["begin_month", "count_deliveries", "record", "record_constants", "record_defect_parts", "record_mandates"]


@compiled_inner
def begin_month(work: Workspace) -> None:
    """Set the counter of a month to zero."""
    fill(work.late_days, 0.0)


@compiled_inner
def count_deliveries(
    month: int, count: int, block: int, firms: Firms, ties: Ties, after: Goods, state: State, work: Workspace,
    bench: Bench, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Count the late rows of a block, listed in ``bench.rows``, and because of whom they are late.

    A negative ``month`` counts only what the next round needs to know. ``work.late_count`` counts the round in [1].
    """
    low = ties.run[ties.block[block]]
    for number in range(count):
        i = low + bench.rows[number]
        days = np.float64(after.late[i])
        work.late_days[i] += days
        if month >= 0:
            row = tallies.groups[month, firms.group[i]]
            row[16] += firms.weight[i] * days
            row[17] += firms.weight[i] * np.float64(state.own_late[i])
        if not is_late(days, p.lateness):
            continue
        work.late_count[1] += 1
        if month < 0:
            continue
        row = tallies.groups[month, firms.group[i]]
        row[13] -= firms.weight[i]
        row[15] -= firms.weight[i] * state.sales[i]
        root, travelled = after.root[i], after.travelled[i]
        if travelled > 0:
            tallies.late_inherited[month] += 1.0
        tallies.late_roots[month, firms.group[root], firms.group[i]] += firms.weight[i]
        tallies.late_depth[month, min(travelled, DEPTH_BINS - 1), firms.group[i]] += firms.weight[i]
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        for number in range(count):
            i = low + bench.rows[number]
            for g in range(tallies.late_days.shape[1]):
                tallies.late_days[month, g, firms.group[i]] += firms.weight[i] * after.late_parts[i, g]


@compiled_inner
def record_defect_parts(month: int, firms: Firms, state: State, tallies: Tallies) -> None:
    """Add up -ln(1 - d) by origin group, links travelled and bearing group, weighted by sales."""
    for i in range(firms.key.size):
        scale = firms.weight[i] * state.sales[i]
        bearer = firms.group[i]
        for g in range(state.defect_parts.shape[1]):
            for h in range(DEPTH_BINS):
                tallies.defects[month, g, h, bearer] += scale * state.defect_parts[i, g, h]


@compiled_kernel
def _floor(value_added: Float, workers: Real, floored: Float, logged: Float) -> None:
    """Write value added where it is positive, and that times its logarithm per worker."""
    for r in range(floored.size):
        kept = max(0.0, value_added[r])
        floored[r] = kept
        logged[r] = kept * log(max(kept, 1e-300) / np.float64(workers[r]))


@compiled_kernel
def _sum_rows(
    weight: Float,
    workers: Real,
    adopted: Bool,
    user_share: Real,
    capacity: Real,
    effective: Real,
    sales: Float,
    defects: Real,
    value_added: Float,
    hazard: Float,
    floored: Float,
    logged: Float,
    support: Float,
    own_cost: Float,
    row: Float,
    p: Defects,
) -> None:
    """Add up rows of one group, each sum in a number of its own so that they need not wait for each other."""
    adopters, users, able, used, sold = 0.0, 0.0, 0.0, 0.0, 0.0
    faulty, sold_faulty, sold_hazard, added, kept, terms = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    count, negative, excluded, given, paid, passing = 0, 0, 0.0, 0.0, 0.0, 0.0
    for r in range(weight.size):
        w, y = weight[r], weight[r] * sales[r]
        share = np.float64(defects[r])
        count += adopted[r]
        adopters += w * np.float64(adopted[r])
        users += w * np.float64(workers[r]) * np.float64(user_share[r])
        able += w * np.float64(capacity[r])
        used += w * np.float64(effective[r])
        sold += y
        faulty += w * share
        sold_faulty += y * share
        sold_hazard += y * hazard[r]
        added += w * value_added[r]
        kept += w * floored[r]
        terms += w * logged[r]
        negative += 1 if floored[r] <= 0.0 else 0
        excluded += w if sales[r] == 0.0 else 0.0
        given += w * support[r]
        paid += w * own_cost[r]
        passing += w * passing_factor(np.float64(effective[r]), p)
    row[3] += count
    row[4] += adopters
    row[5] += users
    row[6] += able
    row[7] += used
    row[8] += sold
    row[9] += faulty
    row[10] += sold_faulty
    row[11] += sold_hazard
    row[18] += excluded
    row[21] += added
    row[22] += kept
    row[23] += terms
    row[24] += negative
    row[25] += given
    row[26] += paid
    row[31] += passing


@compiled_inner
def record(
    month: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, tallies: Tallies,
    p: Parameters,
) -> None:  # fmt: skip
    """Sum the firms of a block by group, in the order of `COLUMNS`; rows of one group next to each other at once."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    hazards_of(state.defects[low:high], bench.hazard[: high - low])
    _floor(
        state.value_added[low:high], firms.workers[low:high], bench.customers[: high - low], bench.peers[: high - low]
    )
    first = low
    while first < high:
        last = first + 1
        while last < high and firms.group[last] == firms.group[first]:
            last += 1
        rows, room = slice(first, last), slice(first - low, last - low)
        _sum_rows(
            firms.weight[rows],
            firms.workers[rows],
            state.adopted[rows],
            state.user_share[rows],
            state.capacity[rows],
            state.effective[rows],
            state.sales[rows],
            state.defects[rows],
            state.value_added[rows],
            bench.hazard[room],
            bench.customers[room],
            bench.peers[room],
            work.support[rows],
            work.own_cost[rows],
            tallies.groups[month, firms.group[first]],
            p.defects,
        )
        first = last


@compiled_inner
def record_mandates(month: int, firms: Firms, state: State, work: Workspace, tallies: Tallies) -> None:
    """Count the firms that a mandate covers, those that are overdue, and their sales."""
    for i in range(firms.key.size):
        if work.mandated[i] > 0:
            row = tallies.groups[month, firms.group[i]]
            row[27] += firms.weight[i]
            if work.mandated[i] == 2:
                row[28] += firms.weight[i]
                row[29] += firms.weight[i] * state.sales[i]


@compiled_inner
def record_constants(month: int, work: Workspace, tallies: Tallies, p: Parameters) -> None:
    """Write what the groups are, and complete the sums over deliveries, of which only late ones were counted."""
    for g in range(tallies.groups.shape[1]):
        row, own = tallies.groups[month, g], work.group_sums[g]
        for c in range(3):
            row[c] = own[c]
        row[7] *= p.process.quality_effect
        row[12] = own[1] * p.rounds
        row[13] += row[12]
        row[14] = row[8] * p.rounds
        row[15] += row[14]
        row[19] = own[3]
