"""Passing on: the phases of a round, in which goods, defects and lateness move one link."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import SMALL, SMALL_HAZARD, exponent_of, has_minus
from simulation.engines.arrays import copy_into
from simulation.engines.bench import Bench
from simulation.engines.goods import Goods
from simulation.engines.parameters import Parameters, Series
from simulation.engines.ties import Ties, look_up
from simulation.engines.workspace import Workspace
from simulation.rules.defects import (
    Defects,
    link_factor,
    mismatch,
    small_defect_share,
    small_inherited_hazard,
    smallest_defect_share,
    stored_defect_share,
    stored_inherited_hazard,
)
from simulation.rules.lateness import is_inherited, late_days, smallest_buffer
from simulation.state import Firms, Index, Key, Real, State, Word32

__all__ = ["find_factors", "gather_goods", "pass_on_defects", "pass_on_lateness"]

_ONE, _NO = np.uint32(1), np.uint32(0)
_ZERO = np.float32(0.0)
_SMALL, _SMALL_HAZARD, _TINY = np.float32(SMALL), np.float32(SMALL_HAZARD), np.float32(1e-30)
"""The last: a hazard that is 0 or may be 0 in single precision."""

_LAST_BIT = 31
"""Bit of a mark that stands for this slot and all after it."""


@compiled_kernel
def _find_factors(weight: Real, own: Real, seen: Real, factor: Real, p: Defects) -> None:
    for r in range(own.size):
        hurt = mismatch(np.float64(own[r]), np.float64(seen[r]), p)
        factor[r] = link_factor(np.float64(weight[r]), hurt, p)


@compiled_inner
def find_factors(block: int, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters) -> None:
    """Write by how much the defects of each supplier count this month."""
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q], ties.run[q + 1]
        rows = last - first
        for at in range(ties.base[q], ties.base[q + 1], rows):
            seen = bench.seen[:rows]
            look_up(ties.supplier[at : at + rows], work.effective, seen)
            _find_factors(
                ties.weight[at : at + rows], state.effective[first:last], seen, ties.factor[at : at + rows], p.defects
            )


@compiled_kernel
def _begin(hazard: Real, mark: Word32) -> None:
    for r in range(hazard.size):
        hazard[r] = 0.0
        mark[r] = 0


@compiled_inner
def _bit_of(slot: int) -> np.uint32:
    return np.uint32(np.uint32(1) << np.uint32(min(slot, _LAST_BIT)))


@compiled_kernel
def _notice(bit: np.uint32, tied: Word32, seen: Real, mark: Word32) -> int:
    """Mark rows whose critical supplier is very late by the bit of the slot; say whether any defect share is large."""
    large = 0
    for r in range(seen.size):
        mark[r] |= bit if has_minus(np.float64(seen[r])) & tied[r] & _ONE != _NO else _NO
        large |= 1 if abs(seen[r]) >= SMALL else 0
    return large


@compiled_kernel
def _add(factor: Real, let_through: Real, seen: Real, hazard: Real, p: Series) -> None:
    for r in range(hazard.size):
        hazard[r] += stored_inherited_hazard(factor[r], let_through[r], abs(seen[r]), p.log1m)


@compiled_kernel
def _add_small(
    bit: np.uint32, tied: Word32, factor: Real, seen: Real, let_through: Real, mark: Word32, hazard: Real, p: Series
) -> None:
    """Do what `_notice` and `_add` do where all defect shares are small and none is 0, so that the sign is plain."""
    for r in range(hazard.size):
        mark[r] |= bit if (seen[r] < _ZERO) & (tied[r] & _ONE != _NO) else _NO
        hazard[r] += small_inherited_hazard(factor[r], let_through[r], abs(seen[r]), p.log1m)


@compiled_kernel
def _add_two_small(
    bit: np.uint32, tied: Word32, factor: Real, seen: Real, next_bit: np.uint32, next_tied: Word32, next_factor: Real,
    next_seen: Real, let_through: Real, mark: Word32, hazard: Real, p: Series,
) -> None:  # fmt: skip
    """Do what `_add_small` does for two slots, one after the other, with half of the reading and writing."""
    for r in range(hazard.size):
        first = bit if (seen[r] < _ZERO) & (tied[r] & _ONE != _NO) else _NO
        second = next_bit if (next_seen[r] < _ZERO) & (next_tied[r] & _ONE != _NO) else _NO
        mark[r] |= first | second
        passed = let_through[r]
        total = hazard[r] + small_inherited_hazard(factor[r], passed, abs(seen[r]), p.log1m)
        hazard[r] = total + small_inherited_hazard(next_factor[r], passed, abs(next_seen[r]), p.log1m)


@compiled_inner
def gather_goods(block: int, before: Goods, ties: Ties, work: Workspace, bench: Bench, p: Parameters) -> None:
    """Write what a block of firms gets from its suppliers in defects to ``bench.inherited``, and who waits to ``mark``.

    Defect shares are nearly always small and never 0. Where one of all firms is not, each slot is looked at with more
    care, and where one of a slot is large, that slot is added up by the general formula.
    """
    low = ties.run[ties.block[block]]
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q], ties.run[q + 1]
        rows = last - first
        hazard, mark = bench.inherited[first - low : last - low], bench.mark[first - low : last - low]
        seen, other, passed = bench.seen[:rows], bench.other[:rows], work.let_through[first:last]
        _begin(hazard, mark)
        slots = (ties.base[q + 1] - ties.base[q]) // rows
        slot = 0
        while slot < slots:
            at = ties.base[q] + slot * rows
            bit, tied, factor = _bit_of(slot), ties.supplier[at : at + rows], ties.factor[at : at + rows]
            look_up(tied, before.shown, seen)
            if before.mixed[0] != 0:
                if _notice(bit, tied, seen, mark) == 0:
                    _add_small(bit, tied, factor, seen, passed, mark, hazard, p.series)
                else:
                    _add(factor, passed, seen, hazard, p.series)
                slot += 1
            elif slot + 1 < slots:
                at += rows
                next_bit, next_tied, next_factor = (
                    _bit_of(slot + 1), ties.supplier[at : at + rows], ties.factor[at : at + rows],
                )  # fmt: skip
                look_up(next_tied, before.shown, other)
                _add_two_small(
                    bit, tied, factor, seen, next_bit, next_tied, next_factor, other, passed, mark, hazard, p.series
                )
                slot += 2
            else:
                _add_small(bit, tied, factor, seen, passed, mark, hazard, p.series)
                slot += 1


@compiled_kernel
def _add_own(own_hazard: Real, hazard: Real) -> int:
    """Add own defects to those passed on; say whether any is large or 0 (1), or too large for the series (3)."""
    found = 0
    for r in range(hazard.size):
        hazard[r] += own_hazard[r]
        found |= 1 if (hazard[r] >= _SMALL) | (hazard[r] <= _TINY) else 0
        found |= 2 if hazard[r] >= _SMALL_HAZARD else 0
    return found


@compiled_kernel
def _show_small(longest: float, hazard: Real, own_late: Real, shown: Real, p: Series) -> None:
    """Write small defect shares, with a minus sign for firms that are very late of themselves."""
    for r in range(hazard.size):
        share = smallest_defect_share(hazard[r], p.one_minus_exp)
        shown[r] = -share if own_late[r] > longest else share


@compiled_kernel
def _show_medium(longest: float, hazard: Real, own_late: Real, shown: Real, p: Series) -> None:
    """Do the same for defect shares that a longer series covers."""
    for r in range(hazard.size):
        smallest = np.float64(smallest_defect_share(hazard[r], p.one_minus_exp))
        share: float = smallest if hazard[r] < _SMALL else small_defect_share(np.float64(hazard[r]))
        shown[r] = -share if own_late[r] > longest else share


@compiled_kernel
def _show(longest: float, hazard: Real, own_late: Real, shown: Real, p: Series) -> None:
    """Do the same for any defect shares."""
    for r in range(hazard.size):
        share = np.float64(stored_defect_share(hazard[r], p.one_minus_exp))
        shown[r] = -share if own_late[r] > longest else share


@compiled_inner
def pass_on_defects(
    block: int, ties: Ties, state: State, after: Goods, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Pass defects on by one link: a noisy-OR of own defects and of what inspection lets through.

    Shares get a minus sign where own lateness alone may exceed a buyer's buffer.
    """
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    hazard, shown, longest = bench.inherited[: high - low], after.shown[low:high], smallest_buffer(p.lateness)
    own_late, found = state.own_late[low:high], _add_own(work.own_hazard[low:high], hazard)
    if found != 0:
        after.mixed[0] = 1
    if found == 0:
        _show_small(longest, hazard, own_late, shown, p.series)
    elif found < 2:
        _show_medium(longest, hazard, own_late, shown, p.series)
    else:
        _show(longest, hazard, own_late, shown, p.series)


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
        left = mark & ~_bit_of(_LAST_BIT)
        while left != _NO:
            lowest = left & (~left + _ONE)
            left ^= lowest
            bench.found[count], bench.found_row[count] = at + exponent_of(np.float64(lowest)) * rows, r
            count += 1
        if mark & _bit_of(_LAST_BIT) != _NO:
            for slot in range(_LAST_BIT, (ties.base[run + 1] - ties.base[run]) // rows):
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
