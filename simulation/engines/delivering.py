"""Delivering: what firms get from their suppliers in a round, whom they may have to wait for, and defects passed on."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import SMALL, SMALL_HAZARD, has_minus
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
from simulation.rules.lateness import smallest_buffer
from simulation.state import Real, State, Word32

__all__ = ["LAST_BIT", "bit_of", "find_factors", "gather_goods", "pass_on_defects"]

_ONE, _NO = np.uint32(1), np.uint32(0)
_ZERO = np.float32(0.0)
_SMALL, _SMALL_HAZARD, _TINY = np.float32(SMALL), np.float32(SMALL_HAZARD), np.float32(1e-30)
"""The last: a hazard that is 0 or may be 0 in single precision."""

LAST_BIT = 31
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
            look_up(at, rows, ties, work.effective, seen)
            _find_factors(
                ties.weight[at : at + rows], state.effective[first:last], seen, ties.factor[at : at + rows], p.defects
            )


@compiled_kernel
def _begin(hazard: Real, mark: Word32) -> None:
    for r in range(hazard.size):
        hazard[r] = 0.0
        mark[r] = 0


@compiled_inner
def bit_of(slot: int) -> np.uint32:
    """Return the bit of a slot in the marks of those who may have to wait."""
    return np.uint32(np.uint32(1) << np.uint32(min(slot, LAST_BIT)))


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
            bit, tied, factor = bit_of(slot), ties.supplier[at : at + rows], ties.factor[at : at + rows]
            look_up(at, rows, ties, before.shown, seen)
            if before.mixed[0] != 0:
                if _notice(bit, tied, seen, mark) == 0:
                    _add_small(bit, tied, factor, seen, passed, mark, hazard, p.series)
                else:
                    _add(factor, passed, seen, hazard, p.series)
                slot += 1
            elif slot + 1 < slots:
                at += rows
                next_bit, next_tied, next_factor = (
                    bit_of(slot + 1), ties.supplier[at : at + rows], ties.factor[at : at + rows],
                )  # fmt: skip
                look_up(at, rows, ties, before.shown, other)
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
