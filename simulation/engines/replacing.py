"""Replacing suppliers: candidates for the slots found by *review*, the race between them, and who takes each slot."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import log
from simulation.engines.arrays import item_by_alias
from simulation.engines.bench import CHUNK, Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform_pair
from simulation.rules.money import purchase_value
from simulation.rules.review import CANDIDATES, race, record_weight
from simulation.state import COLUMNS, Firms, Float, Index, Key, State, Word32

__all__ = ["candidate", "replace", "tie"]

_CANDIDATE = int(Stream.CANDIDATE)
_SWITCHED, _LOST = COLUMNS.index("switched"), COLUMNS.index("lost_slots")
_ONE = np.uint32(1)
_SHIFT = np.uint64(CANDIDATES.bit_length() - 1)
"""Entries of candidates shifted by this number the slots."""


@compiled_inner
def candidate(draw: float, cell: int, regions: int, reach: Float, alias: Word32, cell_start: Index) -> np.int64:
    """Return the firm that a uniform draw picks; ``cell`` is the sector sought x regions + the buyer's region.

    Chances are in proportion to the candidates' weights, times the proximity in other regions; see `Workspace`.
    """
    home, region = cell * (regions + 1), 0
    while region < regions - 1 and draw >= reach[home + region + 1]:
        region += 1
    at = cell - cell % regions + region
    below, above = reach[home + region], reach[home + region + 1]
    return item_by_alias(alias, cell_start[at], cell_start[at + 1], (draw - below) / (above - below))


@compiled_kernel
def _draw(seed: Word, month: int, key: Key, slot: Index, picks: Float, luck: Float) -> None:
    """Draw 16 candidates for each of some slots, and the luck of each in the race, both uniform."""
    for e in range(np.uint64(picks.size)):
        number, one = e >> _SHIFT, e & np.uint64(CANDIDATES - 1)
        picks[e], luck[e] = uniform_pair(seed, _CANDIDATE, month, key[number], slot[number], one)


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
def _winner(
    number: int, first: int, run: int, cell: int, regions: int, ties: Ties, work: Workspace, bench: Bench
) -> int:
    """Return who takes a slot, whose candidates begin at ``first``; the old supplier if none of them is free.

    A record only makes a candidate slower: the luckiest are looked up first, and nobody after the first whose luck
    alone takes longer than the best so far.
    """
    best, shortest = int(ties.supplier[bench.found[number]] >> _ONE), np.inf
    for _ in range(CANDIDATES):
        luckiest = first
        for c in range(first + 1, first + CANDIDATES):
            if bench.luck[c] > bench.luck[luckiest]:
                luckiest = c
        waited = -log(bench.luck[luckiest])
        if waited >= shortest:
            return best
        bench.luck[luckiest] = 0.0
        firm = candidate(bench.picks[luckiest], cell, regions, work.reach, work.alias, work.cell_start)
        time = race(waited, record_weight(np.float64(work.excess[firm])))
        if time < shortest and not _is_taken(int(firm), number, run, ties, bench):
            best, shortest = int(firm), time
    return best


@compiled_inner
def _seek(block: int, begin: int, end: int, firms: Firms, ties: Ties, bench: Bench) -> None:
    """Write who seeks for which slot, for the slots ``begin`` to ``end`` - 1 of those found in a block."""
    run = ties.block[block]
    for number in range(begin, end):
        at = bench.found[number]
        while ties.base[run + 1] <= at:
            run += 1
        rows = ties.run[run + 1] - ties.run[run]
        slot = (at - ties.base[run]) // rows
        i = ties.run[run] + (at - ties.base[run]) - slot * rows
        bench.found_row[number], bench.found_run[number] = i, run
        bench.key[number - begin], bench.slot[number - begin] = firms.key[i], slot


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
        _seek(block, begin, end, firms, ties, bench)
        slots, drawn = slice(0, end - begin), slice(0, (end - begin) * CANDIDATES)
        _draw(seed, month, bench.key[slots], bench.slot[slots], bench.picks[drawn], bench.luck[drawn])
        for number in range(begin, end):
            sought = firms.cell[ties.supplier[bench.found[number]] >> _ONE]
            cell = sought - sought % regions + firms.cell[bench.found_row[number]] % regions
            first, run = (number - begin) * CANDIDATES, bench.found_run[number]
            bench.chosen[number] = _winner(number, first, run, cell, regions, ties, work, bench)
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
