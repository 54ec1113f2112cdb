"""Replacing suppliers: who seeks for the slots found by *review*, and the change to those who win the race for them."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner
from simulation.engines.bench import CHUNK, Bench
from simulation.engines.parameters import Parameters
from simulation.engines.racing import race_for_slots
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.randomness import Word
from simulation.rules.money import purchase_value
from simulation.state import COLUMNS, Firms, State

__all__ = ["replace", "tie"]

_SWITCHED, _LOST = COLUMNS.index("switched"), COLUMNS.index("lost_slots")
_ONE = np.uint32(1)


@compiled_inner
def _seek(block: int, count: int, regions: int, firms: Firms, ties: Ties, bench: Bench) -> None:
    """Write who seeks for each of the ``count`` slots found in a block, in which sector, and for how many slots."""
    run, low = ties.block[block], first_row(block, ties)
    for number in range(count):
        at = bench.found[number]
        while ties.base[run + 1] <= at:
            run += 1
        rows = ties.run[run + 1] - ties.run[run]
        slot = (at - ties.base[run]) // rows
        i = ties.run[run] + (at - ties.base[run]) - slot * rows
        bench.found_row[number], bench.found_run[number], bench.found_slot[number] = i, run, slot
        bench.mark[i - low] = 0
    for number in range(count):
        i = bench.found_row[number]
        sought = firms.cell[ties.supplier[bench.found[number]] >> _ONE]
        bench.found_cell[number] = sought - sought % regions + firms.cell[i] % regions
        bench.found_key[number] = firms.key[i]
        bench.mark[i - low] += _ONE


@compiled_inner
def replace(
    seed: Word, month: int, regions: int, thread: int, strip: int, block: int, count: int, firms: Firms, ties: Ties,
    work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let new suppliers take the ``count`` slots found in a block.

    Purchase values stay with the slots; by how much sales and numbers of buyers change is noted in ``work.heard``.
    """
    _seek(block, count, regions, firms, ties, bench)
    for begin in range(0, count, CHUNK):
        race_for_slots(
            seed, month, regions, first_row(block, ties), begin, min(begin + CHUNK, count), ties, work, bench
        )
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
        groups[_SWITCHED, firms.group[i]] += firms.weight[i]
        if work.mandated[old] == 2:
            groups[_LOST, firms.group[old]] += firms.weight[old]


@compiled_inner
def tie(block: int, ties: Ties, state: State, work: Workspace) -> None:
    """Move sales and numbers of buyers to the new suppliers of a block, as noted by *replace*."""
    for thread in range(work.heard.shape[0]):
        for j in range(first_row(block, ties), first_row(block + 1, ties)):
            state.sales[j] += work.heard[thread, 2 * j]
            work.partners[j] += int(work.heard[thread, 2 * j + 1])
