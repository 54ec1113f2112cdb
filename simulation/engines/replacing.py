"""Replacing suppliers: candidates for the slots found by *review*, the race between them, and who takes each slot."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_formula, compiled_inner, compiled_kernel
from simulation.elementary import log
from simulation.engines.arrays import item_by_alias
from simulation.engines.bench import CHUNK, Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform_pair
from simulation.rules.money import purchase_value
from simulation.rules.review import CANDIDATES, race, record_weight
from simulation.state import COLUMNS, Firms, Float, Index, Key, Real, State, Word32

__all__ = ["candidate", "replace", "tie"]

_CANDIDATE = int(Stream.CANDIDATE)
_SWITCHED, _LOST = COLUMNS.index("switched"), COLUMNS.index("lost_slots")
_ONE = np.uint32(1)
_SHIFT = np.uint64(CANDIDATES.bit_length() - 1)
"""Entries of candidates shifted by this number the slots."""


@compiled_formula
def _part_within(draw: float, below: float, above: float) -> float:
    """Return where a draw stands between two others, 0 to 1."""
    return (draw - below) / (above - below)


@compiled_inner
def candidate(draw: float, cell: int, regions: int, reach: Float, alias: Word32, cell_start: Index) -> np.int64:
    """Return the firm that a uniform draw picks; ``cell`` is the sector sought x regions + the buyer's region.

    Chances are in proportion to the candidates' weights, times the proximity in other regions; see `Workspace`.
    """
    home, region = cell * (regions + 1), 0
    while region < regions - 1 and draw >= reach[home + region + 1]:
        region += 1
    at = cell - cell % regions + region
    part = _part_within(draw, reach[home + region], reach[home + region + 1])
    return item_by_alias(alias, cell_start[at], cell_start[at + 1], part)


@compiled_kernel
def _draw(seed: Word, month: int, key: Key, slot: Index, picks: Float, luck: Float) -> None:
    """Draw 16 candidates for each of some slots, and the luck of each in the race."""
    for e in range(np.uint64(picks.size)):
        number, one = e >> _SHIFT, e & np.uint64(CANDIDATES - 1)
        picks[e], luck[e] = uniform_pair(seed, _CANDIDATE, month, key[number], slot[number], one)


@compiled_kernel
def _find_regions(regions: int, home: Index, reach: Float, picks: Float, region: Index) -> None:
    """Find in which region each candidate is sought; of a buyer and a sector ``reach`` begins at ``home``."""
    for e in range(np.uint64(picks.size)):
        region[e] = 0
    for above in range(np.uint64(1), np.uint64(regions)):
        for e in range(np.uint64(picks.size)):
            region[e] += np.int64(picks[e] >= reach[np.uint64(home[e >> _SHIFT]) + above])


@compiled_kernel
def _find_parts(home: Index, reach: Float, region: Index, picks: Float) -> None:
    """Turn draws into places within the region."""
    for e in range(np.uint64(picks.size)):
        at = np.uint64(home[e >> _SHIFT] + region[e])
        picks[e] = _part_within(picks[e], reach[at], reach[at + np.uint64(1)])


@compiled_kernel
def _find_firms(alias: Word32, cell_start: Index, first: Index, region: Index, picks: Float, chosen: Index) -> None:
    """Find who each candidate is; ``first`` is the first cell of the sector that a slot seeks."""
    for e in range(np.uint64(picks.size)):
        cell = np.uint64(first[e >> _SHIFT] + region[e])
        chosen[e] = item_by_alias(alias, cell_start[cell], cell_start[cell + np.uint64(1)], picks[e])


@compiled_kernel
def _wait(luck: Float) -> None:
    """Turn luck into exponential waiting times."""
    for e in range(luck.size):
        luck[e] = -log(luck[e])


@compiled_kernel
def _race(chosen: Index, excess: Real, times: Float) -> None:
    """Let candidates with a good record be faster."""
    for e in range(times.size):
        times[e] = race(times[e], record_weight(np.float64(excess[np.uint64(chosen[e])])))


@compiled_inner
def _is_taken(firm: int, number: int, run: int, ties: Ties, bench: Bench) -> bool:
    """Say whether a firm cannot take a slot: the buyer itself, or a supplier of it, old or new."""
    i = bench.found_row[number]
    if firm == i:
        return True
    for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], ties.run[run + 1] - ties.run[run]):
        if ties.supplier[at] >> _ONE == firm:
            return True
    earlier = number - 1
    while earlier >= 0 and bench.found_run[earlier] == run:
        if bench.found_row[earlier] == i and bench.chosen[earlier] == firm:
            return True
        earlier -= 1
    return False


@compiled_inner
def _winner(number: int, first: int, run: int, ties: Ties, bench: Bench) -> int:
    """Return who takes a slot, whose candidates begin at ``first``; the old supplier if none of them is free."""
    for _ in range(CANDIDATES):
        best, shortest = first, bench.times[first]
        for c in range(first + 1, first + CANDIDATES):
            if bench.times[c] < shortest:
                best, shortest = c, bench.times[c]
        firm = int(bench.candidates[best])
        if not _is_taken(firm, number, run, ties, bench):
            return firm
        bench.times[best] = np.inf
    return int(ties.supplier[bench.found[number]] >> _ONE)


@compiled_inner
def _seek(regions: int, block: int, begin: int, end: int, firms: Firms, ties: Ties, bench: Bench) -> None:
    """Write who seeks for which slot where, for the slots ``begin`` to ``end`` - 1 of those found in a block."""
    run = ties.block[block]
    for number in range(begin, end):
        at = bench.found[number]
        while ties.base[run + 1] <= at:
            run += 1
        rows = ties.run[run + 1] - ties.run[run]
        slot = (at - ties.base[run]) // rows
        i = ties.run[run] + (at - ties.base[run]) - slot * rows
        sought = firms.cell[ties.supplier[at] >> _ONE]
        first = sought - sought % regions
        bench.found_row[number], bench.found_run[number] = i, run
        bench.key[number - begin], bench.slot[number - begin] = firms.key[i], slot
        bench.first[number - begin] = first
        bench.home[number - begin] = (first + firms.cell[i] % regions) * (regions + 1)


@compiled_inner
def replace(
    seed: Word, month: int, regions: int, thread: int, strip: int, block: int, count: int, firms: Firms, ties: Ties,
    work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let new suppliers take the ``count`` slots found in a block.

    Purchase values stay with the slots; by how much sales and numbers of buyers change is noted in ``work.heard``.
    """
    for begin in range(0, count, CHUNK):
        end = min(begin + CHUNK, count)
        _seek(regions, block, begin, end, firms, ties, bench)
        slots, drawn = slice(0, end - begin), slice(0, (end - begin) * CANDIDATES)
        picks, times, region, chosen = (
            bench.picks[drawn], bench.times[drawn], bench.region[drawn], bench.candidates[drawn],
        )  # fmt: skip
        _draw(seed, month, bench.key[slots], bench.slot[slots], picks, times)
        _find_regions(regions, bench.home[slots], work.reach, picks, region)
        _find_parts(bench.home[slots], work.reach, region, picks)
        _find_firms(work.alias, work.cell_start, bench.first[slots], region, picks, chosen)
        _wait(times)
        _race(chosen, work.excess, times)
        for number in range(begin, end):
            first = (number - begin) * CANDIDATES
            bench.chosen[number] = _winner(number, first, bench.found_run[number], ties, bench)
    heard, groups = work.heard[thread], work.sums.groups[strip]
    for number in range(count):
        at, i = bench.found[number], bench.found_row[number]
        old, new = int(ties.supplier[at] >> _ONE), bench.chosen[number]
        if new == old:
            continue
        value = purchase_value(np.float64(ties.weight[at]), work.purchases[i], p.steps.money)
        heard[2 * old] -= value
        heard[2 * old + 1] -= 1.0
        heard[2 * new] += value
        heard[2 * new + 1] += 1.0
        ties.supplier[at] = np.uint32(new << 1) | (ties.supplier[at] & _ONE)
        groups[firms.group[i], _SWITCHED] += firms.weight[i]
        if work.mandated[old] == 2:
            groups[firms.group[old], _LOST] += firms.weight[old]


@compiled_inner
def tie(block: int, ties: Ties, state: State, work: Workspace) -> None:
    """Move sales and numbers of buyers to the new suppliers of a block, as noted by *replace*."""
    for thread in range(work.heard.shape[0]):
        for j in range(first_row(block, ties), first_row(block + 1, ties)):
            state.sales[j] += work.heard[thread, 2 * j]
            work.partners[j] += int(work.heard[thread, 2 * j + 1])
