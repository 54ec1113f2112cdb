"""Counting deliveries in each round and summing firms by group at the end of a month."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import log
from simulation.engines.bench import Bench
from simulation.engines.goods import Goods
from simulation.engines.parameters import Parameters
from simulation.engines.producing import hazards_of
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.rules.defects import Defects, is_passing_linear, passing_factor
from simulation.rules.lateness import is_late
from simulation.state import DEPTH_BINS, Bool, Firms, Float, Real, State, Tallies

__all__ = ["add_up", "count_deliveries", "count_round", "record", "record_constants", "record_mandates"]

_MANY = 16
"""Rows of one group from which on columns are added up one after the other."""


@compiled_inner
def count_deliveries(
    month: int, strip: int, count: int, block: int, firms: Firms, ties: Ties, after: Goods, state: State,
    work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Count the late rows of a block, listed in ``bench.rows``, and because of whom they are late.

    A negative ``month`` counts only what the next round needs to know.
    """
    low, sums = first_row(block, ties), work.sums
    groups, late_roots, late_depth = sums.groups[strip], sums.late_roots[strip], sums.late_depth[strip]
    late_count, inherited = 0, 0
    for number in range(np.uint64(count)):
        i = np.uint64(low + bench.rows[number])
        days = np.float64(after.late[i])
        work.late_days[i] += days
        has = is_late(days, p.lateness)
        late_count += 1 if has else 0
        if month < 0:
            continue
        weight, g, travelled = firms.weight[i], np.uint64(firms.group[i]), np.uint64(after.travelled[i])
        late = weight if has else 0.0  # no branch, which would often be foreseen wrongly
        groups[g, np.uint64(13)] -= late
        groups[g, np.uint64(15)] -= late * state.sales[i]
        groups[g, np.uint64(16)] += weight * days
        groups[g, np.uint64(17)] += weight * np.float64(state.own_late[i])
        late_roots[np.uint64(firms.group[np.uint64(after.root[i])]), g] += late
        late_depth[min(travelled, np.uint64(DEPTH_BINS - 1)), g] += late
        inherited += 1 if has and travelled > np.uint64(0) else 0
    work.late_count[strip + 1] += late_count
    sums.late_inherited[strip] += inherited
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        for place in range(count):
            late_row = low + bench.rows[place]
            for origin in range(sums.late_days.shape[1]):
                parted = firms.weight[late_row] * after.late_parts[late_row, origin]
                sums.late_days[strip, origin, firms.group[late_row]] += parted


@compiled_inner
def count_round(month: int, work: Workspace, tallies: Tallies) -> None:
    """Note how many deliveries were late in the round before, and remember those of this one."""
    if month >= 0:
        tallies.late_before[month] += work.late_count[0]
    work.late_count[0] = 0
    for strip in range(1, work.late_count.size):
        work.late_count[0] += work.late_count[strip]
        work.late_count[strip] = 0


@compiled_inner
def add_up(month: int, work: Workspace, tallies: Tallies) -> None:
    """Add the sums of the strips to those of the month, in the order of the strips."""
    sums = work.sums
    for strip in range(sums.groups.shape[0]):
        for g in range(sums.groups.shape[1]):
            _hand_over(sums.groups[strip, g], tallies.groups[month, g])
            _hand_over(sums.late_roots[strip, g], tallies.late_roots[month, g])
        for g in range(sums.late_days.shape[1]):
            _hand_over(sums.late_days[strip, g], tallies.late_days[month, g])
            for h in range(DEPTH_BINS):
                _hand_over(sums.defects[strip, g, h], tallies.defects[month, g, h])
        for h in range(DEPTH_BINS):
            _hand_over(sums.late_depth[strip, h], tallies.late_depth[month, h])
        tallies.late_inherited[month] += sums.late_inherited[strip]
        sums.late_inherited[strip] = 0.0


@compiled_inner
def _hand_over(source: Float, target: Float) -> None:
    for at in range(source.size):
        target[at] += source[at]
        source[at] = 0.0


@compiled_kernel
def _prepare(
    weight: Float, workers: Real, sales: Float, value_added: Float, sold: Float, employed: Float, floored: Float,
    logged: Float,
) -> None:  # fmt: skip
    """Write what is summed: value added where it is positive, and that times its logarithm per worker, among others."""
    for r in range(weight.size):
        sold[r] = weight[r] * sales[r]
        employed[r] = weight[r] * np.float64(workers[r])
        kept = max(0.0, value_added[r])
        floored[r] = kept
        logged[r] = kept * log(max(kept, 1e-300) / np.float64(workers[r]))


@compiled_kernel
def _dot(weight: Float, of: NDArray[Any]) -> float:
    """Return the sum of products, as four sums of every fourth row so that they need not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = np.uint64(weight.size - weight.size % 4)
    for r in range(np.uint64(0), whole, np.uint64(4)):
        a += weight[r] * np.float64(of[r])
        b += weight[r + np.uint64(1)] * np.float64(of[r + np.uint64(1)])
        c += weight[r + np.uint64(2)] * np.float64(of[r + np.uint64(2)])
        d += weight[r + np.uint64(3)] * np.float64(of[r + np.uint64(3)])
    for r in range(whole, np.uint64(weight.size)):
        a += weight[r] * np.float64(of[r])
    return (a + b) + (c + d)


@compiled_kernel
def _count(adopted: Bool) -> int:
    count = 0
    for r in range(adopted.size):
        count += adopted[r]
    return count


@compiled_kernel
def _count_floored(floored: Float) -> int:
    count = 0
    for r in range(floored.size):
        count += 1 if floored[r] <= 0.0 else 0
    return count


@compiled_kernel
def _weigh_excluded(weight: Float, sales: Float) -> float:
    excluded = 0.0
    for r in range(weight.size):
        excluded += weight[r] if sales[r] == 0.0 else 0.0
    return excluded


@compiled_kernel
def _weigh_passing(weight: Float, effective: Real, p: Defects) -> float:
    passing = 0.0
    for r in range(weight.size):
        passing += weight[r] * passing_factor(np.float64(effective[r]), p)
    return passing


@compiled_inner
def _record_few(
    row: Float, low: int, first: int, last: int, firms: Firms, state: State, work: Workspace, bench: Bench
) -> None:
    """Add the rows ``first`` to ``last`` - 1 of a block, which are few, one by one."""
    for r in range(first, last):
        i = low + r
        weight, kept = firms.weight[i], bench.peers[r]
        row[3] += state.adopted[i]
        row[4] += weight * state.adopted[i]
        row[5] += bench.use[r] * state.user_share[i]
        row[6] += weight * state.capacity[i]
        row[7] += weight * state.effective[i]
        row[8] += bench.suppliers[r]
        row[9] += weight * state.defects[i]
        row[10] += bench.suppliers[r] * state.defects[i]
        row[11] += bench.suppliers[r] * bench.hazard[r]
        row[18] += weight if state.sales[i] == 0.0 else 0.0
        row[21] += weight * state.value_added[i]
        row[22] += weight * kept
        row[23] += weight * bench.logged[r]
        row[24] += 1.0 if kept <= 0.0 else 0.0
        row[26] += weight * work.own_cost[i]


@compiled_inner
def _record_many(
    row: Float, low: int, first: int, last: int, firms: Firms, state: State, work: Workspace, bench: Bench
) -> None:
    """Add the rows ``first`` to ``last`` - 1 of a block column by column."""
    rows, own = slice(low + first, low + last), slice(first, last)
    sold, floored = bench.suppliers[own], bench.peers[own]
    weight, sales, defects = firms.weight[rows], state.sales[rows], state.defects[rows]
    row[3] += _count(state.adopted[rows])
    row[4] += _dot(weight, state.adopted[rows])
    row[5] += _dot(bench.use[own], state.user_share[rows])
    row[6] += _dot(weight, state.capacity[rows])
    row[7] += _dot(weight, state.effective[rows])
    row[8] += _dot(weight, sales)
    row[9] += _dot(weight, defects)
    row[10] += _dot(sold, defects)
    row[11] += _dot(sold, bench.hazard[own])
    row[18] += _weigh_excluded(weight, sales)
    added = _dot(weight, state.value_added[rows])
    count = _count_floored(floored)
    row[21] += added
    row[22] += added if count == 0 else _dot(weight, floored)
    row[23] += _dot(weight, bench.logged[own])
    row[24] += count
    row[26] += _dot(weight, work.own_cost[rows])


@compiled_inner
def record(
    strip: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Sum the firms of a block by group, in the order of `COLUMNS`; rows of one group next to each other at once."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows, size, first = slice(low, high), high - low, 0
    _prepare(
        firms.weight[rows],
        firms.workers[rows],
        state.sales[rows],
        state.value_added[rows],
        bench.suppliers[:size],
        bench.use[:size],
        bench.peers[:size],
        bench.logged[:size],
    )
    hazards_of(state.defects[rows], bench.hazard[:size])
    while first < size:
        last = first + 1
        while last < size and firms.group[low + last] == firms.group[low + first]:
            last += 1
        row = work.sums.groups[strip, firms.group[low + first]]
        if last - first < _MANY:
            _record_few(row, low, first, last, firms, state, work, bench)
        else:
            _record_many(row, low, first, last, firms, state, work, bench)
        weight = firms.weight[low + first : low + last]
        if not is_passing_linear(p.defects):
            row[31] += _weigh_passing(weight, state.effective[low + first : low + last], p.defects)
        if work.is_clear[0] == 0:
            row[25] += _dot(weight, work.support[low + first : low + last])
        first = last


@compiled_inner
def record_mandates(strip: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace) -> None:
    """Count the firms of a block that a mandate covers, those that are overdue, and their sales."""
    for i in range(first_row(block, ties), first_row(block + 1, ties)):
        if work.mandated[i] > 0:
            row = work.sums.groups[strip, firms.group[i]]
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
        if is_passing_linear(p.defects):
            row[31] = passing_factor(0.0, p.defects) * own[1]
            row[31] -= p.defects.critical_inputs * p.defects.inspection_effect * row[7]
        row[7] *= p.process.quality_effect
        row[12] = own[1] * p.rounds
        row[13] += row[12]
        row[14] = row[8] * p.rounds
        row[15] += row[14]
        row[19] = own[3]
