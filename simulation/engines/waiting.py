"""Waiting: lateness moves one link, from the slowest critical supplier of those that *delivering* has marked."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import exponent_of, has_minus
from simulation.engines.arrays import copy_into
from simulation.engines.bench import Bench
from simulation.engines.delivering import LAST_BIT, bit_of
from simulation.engines.goods import Goods
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.rules.lateness import is_inherited, late_days, smallest_buffer
from simulation.state import Firms, Index, Key, Real, State, Word32

__all__ = ["is_later", "pass_on_lateness"]

_ONE, _NO = np.uint32(1), np.uint32(0)


@compiled_kernel
def _list_marked(mark: Word32, rows: Index) -> int:
    """List the rows that a very late supplier may make wait."""
    count = 0
    for r in range(mark.size):
        rows[count] = r
        count += 1 if mark[r] != _NO else 0
    return count


@compiled_kernel
def _look_up_late(found: Index, supplier: Word32, late: Real, arriving: Real) -> None:
    """Write how late the suppliers of the links listed are."""
    for k in range(np.uint64(found.size)):
        arriving[k] = late[supplier[np.uint64(found[k])] >> _ONE]


@compiled_inner
def _list_links(block: int, goods: Goods, ties: Ties, bench: Bench) -> int:
    """List the links over which a block of firms may wait, with their rows."""
    low = ties.run[ties.block[block]]
    run, count = ties.block[block], 0
    for number in range(_list_marked(bench.mark[: ties.run[ties.block[block + 1]] - low], bench.rows)):
        r = bench.rows[number]
        while ties.run[run + 1] <= low + r:
            run += 1
        rows = ties.run[run + 1] - ties.run[run]
        at = ties.base[run] + low + r - ties.run[run]
        mark = bench.mark[r]
        left = mark & ~bit_of(LAST_BIT)
        while left != _NO:
            lowest = left & (~left + _ONE)
            left ^= lowest
            bench.found[count], bench.found_row[count] = at + exponent_of(np.float64(lowest)) * rows, r
            count += 1
        if mark & bit_of(LAST_BIT) != _NO:
            for slot in range(LAST_BIT, (ties.base[run + 1] - ties.base[run]) // rows):
                tied = ties.supplier[at + slot * rows]
                bench.found[count], bench.found_row[count] = at + slot * rows, r
                count += 1 if has_minus(np.float64(goods.shown[tied >> _ONE])) & tied & _ONE != _NO else 0
    return count


@compiled_inner
def is_later(at: int, best: int, goods: Goods, key: Key, ties: Ties) -> bool:
    """Say whether a firm waits for the first of two suppliers: later, then larger input share, then smaller key."""
    j, other = ties.supplier[at] >> _ONE, ties.supplier[best] >> _ONE
    if goods.late[j] != goods.late[other]:
        return goods.late[j] > goods.late[other]
    if ties.weight[at] != ties.weight[best]:
        return ties.weight[at] > ties.weight[best]
    return key[j] < key[other]


@compiled_inner
def find_latest(block: int, goods: Goods, firms: Firms, ties: Ties, work: Workspace, bench: Bench) -> int:
    """List in ``bench.waiting`` the rows that wait beyond their buffer; ``bench.link`` says over which link longest."""
    low, waiting = ties.run[ties.block[block]], 0
    count = _list_links(block, goods, ties, bench)
    _look_up_late(bench.found[:count], ties.supplier, goods.late, bench.arriving[:count])
    for k in range(count):
        at, r = bench.found[k], bench.found_row[k]
        if bench.arriving[k] <= work.slack[low + r]:
            continue
        if waiting == 0 or bench.waiting[waiting - 1] != r:
            bench.waiting[waiting], bench.link[r] = r, at
            waiting += 1
        elif is_later(at, bench.link[r], goods, firms.key, ties):
            bench.link[r] = at
    return waiting


@compiled_inner
def _wait(
    low: int, waiting: int, ties: Ties, before: Goods, after: Goods, state: State, work: Workspace,
    bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """Let the rows listed in ``bench.waiting`` be later because of a supplier; keep in the list those that are late."""
    count, longest = 0, smallest_buffer(p.lateness)
    for number in range(waiting):
        r = bench.waiting[number]
        i, j = low + r, ties.supplier[bench.link[r]] >> _ONE
        own, root, travelled = np.float64(state.own_late[i]), i, 0
        inherited = np.float64(before.late[j]) - np.float64(work.slack[i])
        if is_inherited(own, inherited, p.lateness):
            root, travelled = before.root[j], before.travelled[j] + 1
        days = late_days(own, inherited, p.lateness)
        if days > 0.0:
            share = abs(after.shown[i])
            after.late[i], after.shown[i] = days, -share if days > longest else share
            after.root[i], after.travelled[i] = root, travelled
            bench.waiting[count] = r
            count += 1
    return count


@compiled_inner
def _list_late(events: int, waiting: int, bench: Bench) -> int:
    """Write the rows that are late of themselves or because of a supplier to ``bench.rows``, in order."""
    own, count = 0, 0
    for number in range(waiting):
        r = bench.waiting[number]
        while own < events and bench.events[own] <= r:
            if bench.events[own] < r:
                bench.rows[count] = bench.events[own]
                count += 1
            own += 1
        bench.rows[count] = r
        count += 1
    copy_into(bench.rows[count : count + events - own], bench.events[own:events])
    return count + events - own


@compiled_inner
def pass_on_lateness(
    block: int, events: int, firms: Firms, ties: Ties, before: Goods, after: Goods, state: State, work: Workspace,
    bench: Bench, p: Parameters,
) -> int:  # fmt: skip
    """Pass lateness on by one link: own lateness plus what the slowest critical supplier adds beyond the buffer.

    The ``events`` rows that are late of themselves are listed in ``bench.events``. Returns the number of late rows,
    listed in ``bench.rows``. Of others, root and links travelled stay as they were.
    """
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    copy_into(after.late[low:high], state.own_late[low:high])
    for number in range(events):
        r = bench.events[number]
        bench.link[r], after.root[low + r], after.travelled[low + r] = -1, low + r, 0
    waiting = find_latest(block, before, firms, ties, work, bench)
    waiting = _wait(low, waiting, ties, before, after, state, work, bench, p)
    return _list_late(events, waiting, bench)
