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
    low, sums, counted = first_row(block, ties), work.sums, work.late_count[strip + 1]
    groups, late_roots, late_depth = sums.groups[strip], sums.late_roots[strip], sums.late_depth[strip]
    late_inherited = sums.late_inherited[strip]
    for number in range(np.uint64(count)):
        i = np.uint64(low + bench.rows[number])
        days = np.float64(after.late[i])
        work.late_days[i] += days
        has = is_late(days, p.lateness)
        g = np.uint64(firms.group[i])
        counted[g] += 1 if has else 0
        if month < 0:
            continue
        weight, travelled = firms.weight[i], np.uint64(after.travelled[i])
        late = weight if has else 0.0  # no branch, which would often be foreseen wrongly
        groups[np.uint64(13), g] -= late
        groups[np.uint64(15), g] -= late * state.sales[i]
        groups[np.uint64(16), g] += weight * days
        groups[np.uint64(17), g] += weight * np.float64(state.own_late[i])
        late_roots[np.uint64(work.of_run[np.uint64(firms.group[np.uint64(after.root[i])])]), g] += late
        late_depth[min(travelled, np.uint64(DEPTH_BINS - 1)), g] += late
        late_inherited[g] += 1.0 if has and travelled > np.uint64(0) else 0.0
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        for place in range(count):
            late_row = low + bench.rows[place]
            for origin in range(sums.late_days.shape[1]):
                parted = firms.weight[late_row] * after.late_parts[late_row, origin]
                sums.late_days[strip, origin, firms.group[late_row]] += parted


@compiled_inner
def count_round(month: int, work: Workspace, tallies: Tallies) -> None:
    """Note how many deliveries were late in the round before, and remember those of this one."""
    lanes = work.lanes[0]
    for g in range(work.late_count.shape[1]):
        if month >= 0:
            tallies.late_before[month * lanes + g % lanes] += work.late_count[0, g]
        work.late_count[0, g] = 0
        for strip in range(1, work.late_count.shape[0]):
            work.late_count[0, g] += work.late_count[strip, g]
            work.late_count[strip, g] = 0


@compiled_inner
def add_up(month: int, work: Workspace, tallies: Tallies) -> None:
    """Add the sums of the strips to those of the month, in the order of the strips."""
    sums, lanes = work.sums, work.lanes[0]
    for strip in range(sums.groups.shape[0]):
        for c in range(sums.groups.shape[1]):
            for g in range(sums.groups.shape[2]):
                tallies.groups[month, g, c] += sums.groups[strip, c, g]
                sums.groups[strip, c, g] = 0.0
        for g in range(sums.late_roots.shape[1]):
            _hand_over(sums.late_roots[strip, g], tallies.late_roots[month, g])
        for g in range(sums.late_days.shape[1]):
            _hand_over(sums.late_days[strip, g], tallies.late_days[month, g])
            for h in range(DEPTH_BINS):
                _hand_over(sums.defects[strip, g, h], tallies.defects[month, g, h])
        for h in range(DEPTH_BINS):
            _hand_over(sums.late_depth[strip, h], tallies.late_depth[month, h])
        for g in range(sums.late_inherited.shape[1]):
            tallies.late_inherited[month * lanes + g % lanes] += sums.late_inherited[strip, g]
            sums.late_inherited[strip, g] = 0.0


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
def _add_products(weight: Float, of: NDArray[Any], in_order: bool, sums: Float, total: Float) -> float:
    """Add products to the total of each run, whose rows of a firm stand side by side; return the sum of a single run.

    Unless they are to be added in order, every fourth firm goes to a sum of its own, so that additions need not wait
    for each other.
    """
    lanes = np.uint64(total.size)
    whole = np.uint64(weight.size) - np.uint64(weight.size) % (np.uint64(4) * lanes)
    if in_order:
        for r in range(np.uint64(0), np.uint64(weight.size), lanes):
            for k in range(lanes):
                total[k] += weight[r + k] * np.float64(of[r + k])
        return 0.0
    if lanes == np.uint64(1):
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for r in range(np.uint64(0), whole, np.uint64(4)):
            a += weight[r] * np.float64(of[r])
            b += weight[r + np.uint64(1)] * np.float64(of[r + np.uint64(1)])
            c += weight[r + np.uint64(2)] * np.float64(of[r + np.uint64(2)])
            d += weight[r + np.uint64(3)] * np.float64(of[r + np.uint64(3)])
        for r in range(whole, np.uint64(weight.size)):
            a += weight[r] * np.float64(of[r])
        total[0] += (a + b) + (c + d)
        return (a + b) + (c + d)
    for k in range(sums.size):
        sums[k] = 0.0
    for r in range(np.uint64(0), whole, np.uint64(sums.size)):
        for k in range(np.uint64(sums.size)):
            sums[k] += weight[r + k] * np.float64(of[r + k])
    for r in range(whole, np.uint64(weight.size), lanes):
        for k in range(lanes):
            sums[k] += weight[r + k] * np.float64(of[r + k])
    for k in range(lanes):
        two = sums[k] + sums[lanes + k]
        total[k] += two + (sums[np.uint64(2) * lanes + k] + sums[np.uint64(3) * lanes + k])
    return 0.0


@compiled_kernel
def _count(adopted: Bool, total: Float) -> None:
    """Count the adopters of each run."""
    if total.size == 1:
        count = 0
        for r in range(adopted.size):
            count += adopted[r]
        total[0] += count
        return
    for r in range(np.uint64(0), np.uint64(adopted.size), np.uint64(total.size)):
        for k in range(np.uint64(total.size)):
            total[k] += np.float64(adopted[r + k])


@compiled_kernel
def _count_floored(floored: Float, total: Float) -> int:
    """Count the firms of each run whose value added is not positive; return how many there are in all."""
    count = 0
    for r in range(floored.size):
        count += 1 if floored[r] <= 0.0 else 0
    if total.size == 1 or count == 0:
        total[0] += count
        return count
    for r in range(np.uint64(0), np.uint64(floored.size), np.uint64(total.size)):
        for k in range(np.uint64(total.size)):
            total[k] += 1.0 if floored[r + k] <= 0.0 else 0.0
    return count


@compiled_kernel
def _mark_excluded(sales: Float, mark: Float) -> int:
    """Write 1 where nothing is sold, and count these rows."""
    count = 0
    for r in range(sales.size):
        mark[r] = 1.0 if sales[r] == 0.0 else 0.0
        count += 1 if sales[r] == 0.0 else 0
    return count


@compiled_kernel
def _write_passing(effective: Real, passing: Float, p: Defects) -> None:
    for r in range(effective.size):
        passing[r] = passing_factor(np.float64(effective[r]), p)


@compiled_inner
def _record_few(
    sums: Float, low: int, first: int, last: int, firms: Firms, state: State, work: Workspace, bench: Bench
) -> None:
    """Add the rows ``first`` to ``last`` - 1 of a block, which are few, one by one."""
    for r in range(first, last):
        i = low + r
        weight, kept, g = firms.weight[i], bench.peers[r], firms.group[i]
        sums[3, g] += state.adopted[i]
        sums[4, g] += weight * state.adopted[i]
        sums[5, g] += bench.use[r] * state.user_share[i]
        sums[6, g] += weight * state.capacity[i]
        sums[7, g] += weight * state.effective[i]
        sums[8, g] += bench.suppliers[r]
        sums[9, g] += weight * state.defects[i]
        sums[10, g] += bench.suppliers[r] * state.defects[i]
        sums[11, g] += bench.suppliers[r] * bench.hazard[r]
        sums[18, g] += weight if state.sales[i] == 0.0 else 0.0
        sums[21, g] += weight * state.value_added[i]
        sums[22, g] += weight * kept
        sums[23, g] += weight * bench.logged[r]
        sums[24, g] += 1.0 if kept <= 0.0 else 0.0
        sums[26, g] += weight * work.own_cost[i]


@compiled_inner
def _record_many(
    sums: Float, low: int, first: int, last: int, in_order: bool, firms: Firms, state: State, work: Workspace,
    bench: Bench,
) -> None:  # fmt: skip
    """Add the rows ``first`` to ``last`` - 1 of a block column by column; in the order of `_record_few` if need be."""
    rows, own, apart = slice(low + first, low + last), slice(first, last), bench.sums
    g, h = firms.group[low + first], firms.group[low + first] + work.lanes[0]
    sold, floored, mark = bench.suppliers[own], bench.peers[own], bench.customers[own]
    weight, sales, defects = firms.weight[rows], state.sales[rows], state.defects[rows]
    _count(state.adopted[rows], sums[3, g:h])
    _add_products(weight, state.adopted[rows], in_order, apart, sums[4, g:h])
    _add_products(bench.use[own], state.user_share[rows], in_order, apart, sums[5, g:h])
    _add_products(weight, state.capacity[rows], in_order, apart, sums[6, g:h])
    _add_products(weight, state.effective[rows], in_order, apart, sums[7, g:h])
    _add_products(weight, sales, in_order, apart, sums[8, g:h])
    _add_products(weight, defects, in_order, apart, sums[9, g:h])
    _add_products(sold, defects, in_order, apart, sums[10, g:h])
    _add_products(sold, bench.hazard[own], in_order, apart, sums[11, g:h])
    if _mark_excluded(sales, mark) > 0:
        _add_products(weight, mark, in_order, apart, sums[18, g:h])
    added = _add_products(weight, state.value_added[rows], in_order, apart, sums[21, g:h])
    if _count_floored(floored, sums[24, g:h]) == 0 and h - g == 1:
        sums[22, g] += added
    else:
        _add_products(weight, floored, in_order, apart, sums[22, g:h])
    _add_products(weight, bench.logged[own], in_order, apart, sums[23, g:h])
    _add_products(weight, work.own_cost[rows], in_order, apart, sums[26, g:h])


@compiled_inner
def record(
    strip: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Sum the firms of a block by group, in the order of `COLUMNS`; rows of one group next to each other at once.

    Where several runs are moved together, the groups of a firm's rows stand side by side like the rows.
    """
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows, size, first, lanes = slice(low, high), high - low, 0, work.lanes[0]
    sums = work.sums.groups[strip]
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
        g, last = firms.group[low + first], first + lanes
        while last < size and firms.group[low + last] == g:
            last += lanes
        is_few = last - first < _MANY * lanes
        if is_few and lanes == 1:
            _record_few(sums, low, first, last, firms, state, work, bench)
        else:
            _record_many(sums, low, first, last, is_few, firms, state, work, bench)
        weight = firms.weight[low + first : low + last]
        if not is_passing_linear(p.defects):
            passing = bench.customers[: last - first]
            _write_passing(state.effective[low + first : low + last], passing, p.defects)
            _add_products(weight, passing, False, bench.sums, sums[31, g : g + lanes])
        if work.is_clear[0] == 0:
            _add_products(weight, work.support[low + first : low + last], False, bench.sums, sums[25, g : g + lanes])
        first = last


@compiled_inner
def record_mandates(strip: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace) -> None:
    """Count the firms of a block that a mandate covers, those that are overdue, and their sales."""
    sums = work.sums.groups[strip]
    for i in range(first_row(block, ties), first_row(block + 1, ties)):
        if work.mandated[i] > 0:
            g = firms.group[i]
            sums[27, g] += firms.weight[i]
            if work.mandated[i] == 2:
                sums[28, g] += firms.weight[i]
                sums[29, g] += firms.weight[i] * state.sales[i]


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
