"""The race for a slot: who comes to mind for each of some slots, and which of them is free and first.

A record only makes a candidate slower, so that the luckiest of a slot nearly always wins. It is looked up first, for
all slots at once; others are where their luck may beat its time, or where it cannot take the slot.
"""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import log
from simulation.engines.arrays import fill, item_by_alias
from simulation.engines.bench import CHUNK, Bench
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.randomness import Stream, Word, uniform_pair
from simulation.rules.review import CANDIDATES, race, record_weight
from simulation.state import Float, Index, Key, Real, Word32

__all__ = ["candidate", "race_for_slots"]

_CANDIDATE = int(Stream.CANDIDATE)
_ONE = np.uint32(1)


@compiled_inner
def candidate(draw: float, cell: int, regions: int, reach: Float, alias: Word32, cell_start: Index) -> np.int64:
    """Return the firm that a uniform draw picks; ``cell`` is the sector sought x regions + the buyer's region.

    Chances are in proportion to the candidates' weights, times the proximity in other regions; see `Workspace`.
    """
    home, region = cell * (regions + 1), 0
    for end in range(home + 1, home + regions):  # all of them, because a branch would often be foreseen wrongly
        region += 1 if draw >= reach[end] else 0
    at = cell - cell % regions + region
    below, above = reach[home + region], reach[home + region + 1]
    return item_by_alias(alias, cell_start[at], cell_start[at + 1], (draw - below) / (above - below))


@compiled_kernel
def _draw(seed: Word, month: int, number: int, key: Key, slot: Index, picks: Float, luck: Float) -> None:
    """Draw one of the 16 candidates of each of some slots, and the luck of each in the race, both uniform."""
    for e in range(np.uint64(picks.size)):
        picks[e], luck[e] = uniform_pair(seed, _CANDIDATE, month, key[e], slot[e], number)


@compiled_kernel
def _lead(picks: Float, luck: Float, pick: Float, best: Float, second: Float) -> None:
    """Keep the draw of the luckiest candidate so far of each slot, its luck, and that of the next."""
    for e in range(luck.size):
        # All is read first: a read that might be left out would keep the loop from handling several slots at once.
        most, now, kept, picked = best[e], luck[e], pick[e], picks[e]
        is_better = now > most
        second[e] = max(second[e], most if is_better else now)
        best[e] = now if is_better else most
        pick[e] = picked if is_better else kept


@compiled_inner
def _look_up(
    pick: Float, cell: Index, regions: int, reach: Float, alias: Word32, cell_start: Index, excess: Real, firm: Index,
    worse: Float,
) -> None:  # fmt: skip
    """Write who the luckiest candidates are and how they deliver: reads from all over memory, none waiting."""
    for e in range(np.uint64(pick.size)):
        firm[e] = candidate(pick[e], cell[e], regions, reach, alias, cell_start)
    for e in range(np.uint64(pick.size)):
        worse[e] = excess[np.uint64(firm[e])]


@compiled_kernel
def _compare(best: Float, second: Float, worse: Float, ahead: Float) -> None:
    """Write by how much the luckiest candidates are ahead of what the next ones could reach without a bad record."""
    for e in range(best.size):
        ahead[e] = -log(second[e]) - race(-log(best[e]), record_weight(worse[e]))


@compiled_inner
def _is_taken(firm: int, number: int, low: int, ties: Ties, bench: Bench) -> bool:
    """Say whether a firm cannot take a slot: the buyer itself, or a supplier of it, old or new."""
    i, run = bench.found_row[number], bench.found_run[number]
    if firm == i:
        return True
    for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], ties.run[run + 1] - ties.run[run]):
        if ties.supplier[at] >> _ONE == firm:
            return True
    if bench.mark[i - low] == _ONE:
        return False
    earlier = number - 1
    while earlier >= 0 and bench.found_run[earlier] == run:
        if bench.found_row[earlier] == i and bench.chosen[earlier] == firm:
            return True
        earlier -= 1
    return False


@compiled_inner
def _winner(number: int, entry: int, low: int, regions: int, ties: Ties, work: Workspace, bench: Bench) -> int:
    """Return who takes a slot by looking at one candidate after the other; the old supplier if none of them is free.

    The luckiest are looked up first, and nobody after the first whose luck alone takes longer than the best so far.
    """
    best, shortest = int(ties.supplier[bench.found[number]] >> _ONE), np.inf
    for _ in range(CANDIDATES):
        luckiest, most = entry, bench.luck[entry]
        for c in range(entry + CHUNK, entry + CANDIDATES * CHUNK, CHUNK):
            luck = bench.luck[c]
            luckiest = c if luck > most else luckiest
            most = max(luck, most)
        waited = -log(most)
        if waited >= shortest:
            return best
        bench.luck[luckiest] = 0.0
        pick, cell = bench.picks[luckiest], bench.found_cell[number]
        firm = candidate(pick, cell, regions, work.reach, work.alias, work.cell_start)
        time = race(waited, record_weight(np.float64(work.excess[firm])))
        if time < shortest and not _is_taken(int(firm), number, low, ties, bench):
            best, shortest = int(firm), time
    return best


@compiled_inner
def race_for_slots(
    seed: Word, month: int, regions: int, low: int, begin: int, end: int, ties: Ties, work: Workspace, bench: Bench
) -> None:
    """Write to ``bench.chosen`` who takes the slots ``begin`` to ``end`` - 1 (at most `CHUNK`) found in a block.

    Slots of one buyer are given away in order; ``low`` is the first row of the block.
    """
    own, sought = slice(0, end - begin), slice(begin, end)
    key, slot, cell = bench.found_key[sought], bench.found_slot[sought], bench.found_cell[sought]
    pick, best, second = bench.pick[own], bench.best[own], bench.second[own]
    fill(best, 0.0)
    fill(second, 0.0)
    for c in range(CANDIDATES):
        drawn = slice(c * CHUNK, c * CHUNK + end - begin)
        _draw(seed, month, c, key, slot, bench.picks[drawn], bench.luck[drawn])
        _lead(bench.picks[drawn], bench.luck[drawn], pick, best, second)
    firm, worse, ahead = bench.firm[own], bench.worse[own], bench.ahead[own]
    _look_up(pick, cell, regions, work.reach, work.alias, work.cell_start, work.excess, firm, worse)
    _compare(best, second, worse, ahead)
    for number in range(begin, end):
        entry = number - begin
        if ahead[entry] >= 0.0 and not _is_taken(firm[entry], number, low, ties, bench):
            bench.chosen[number] = firm[entry]
        else:
            bench.chosen[number] = _winner(number, entry, low, regions, ties, work, bench)
