"""Producing and passing on: the phases of a round, in which goods, defects and lateness move one link."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.elementary import SMALL, SMALL_HAZARD, log1m_small, one_minus_exp_small
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Goods, Workspace
from simulation.randomness import Stream, Word, as_uniform, firm_words, uniform
from simulation.rules.defects import (
    Defects,
    defect_hazard,
    defect_share,
    inherited_hazard,
    inspection,
    link_factor,
    mismatch,
)
from simulation.rules.lateness import Lateness, buffer_days, is_inherited, late_days
from simulation.rules.process import Process, late_chance, own_defects, own_lateness, transition
from simulation.state import Bool, Firms, Float, Index, Key, Real, Short, State, Word32

__all__ = [
    "ROUNDS_FORESEEN",
    "find_factors",
    "foresee",
    "gather_goods",
    "make_ready",
    "pass_on_defects",
    "pass_on_lateness",
    "produce",
]

_LATE = int(Stream.LATE_EVENT)
_ONE = np.uint32(1)
ROUNDS_FORESEEN = 32
"""Rounds whose late events fit into one word."""


@compiled_kernel
def _make_ready(
    adopted: Bool,
    months_adopted: Short,
    effective: Real,
    base_defects: Real,
    full_buffer: Real,
    own: Real,
    own_hazard: Real,
    let_through: Real,
    slack: Real,
    process: Process,
    defects: Defects,
    lateness: Lateness,
) -> None:
    for i in range(adopted.size):
        used = np.float64(effective[i])
        worse = transition(adopted[i], months_adopted[i], process)
        own[i] = own_defects(np.float64(base_defects[i]), used, worse, process)
        own_hazard[i] = defect_hazard(np.float64(own[i]))
        let_through[i] = 1.0 - inspection(used, defects)
        slack[i] = buffer_days(np.float64(full_buffer[i]), used, lateness)


@compiled_inner
def make_ready(block: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Write what does not change within a month: own defects, what inspection lets through, and buffers."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    _make_ready(
        state.adopted[rows],
        state.months_adopted[rows],
        state.effective[rows],
        firms.own_defects[rows],
        work.full_buffer[rows],
        state.own_defects[rows],
        work.own_hazard[rows],
        work.let_through[rows],
        work.slack[rows],
        p.process,
        p.defects,
        p.lateness,
    )


@compiled_kernel
def _foresee(
    seed: Word, month: int, four: int, shift: int, key: Key, base: Real, effective: Real, event: Word32, p: Process
) -> None:
    for i in range(key.size):
        chance = late_chance(np.float64(base[i]), np.float64(effective[i]), p)
        a, b, c, d = firm_words(seed, _LATE, month, four, key[i])
        found = (
            (1 if as_uniform(a) < chance else 0)
            | (2 if as_uniform(b) < chance else 0)
            | (4 if as_uniform(c) < chance else 0)
            | (8 if as_uniform(d) < chance else 0)
        )
        event[i] |= np.uint32(found << shift)


@compiled_inner
def foresee(
    seed: Word, month: int, first: int, count: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace,
    p: Parameters,
) -> None:  # fmt: skip
    """Mark in which of the ``count`` rounds from ``first`` on, a multiple of four, late events happen: a bit each."""
    rows = slice(ties.run[ties.block[block]], ties.run[ties.block[block + 1]])
    fill(work.event[rows], 0)
    for four in range((count + 3) // 4):
        _foresee(
            seed,
            month,
            first // 4 + four,
            4 * four,
            firms.key[rows],
            firms.late_chance[rows],
            state.effective[rows],
            work.event[rows],
            p.process,
        )


@compiled_inner
def produce(
    seed: Word, month: int, number: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace,
    p: Parameters,
) -> None:  # fmt: skip
    """Draw the own lateness of a round for the firms of a block."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    fill(state.own_late[low:high], 0.0)
    bit = np.uint32(1) << np.uint32(number % ROUNDS_FORESEEN)
    for i in range(low, high):
        if work.event[i] & bit != np.uint32(0):
            chance = late_chance(np.float64(firms.late_chance[i]), np.float64(state.effective[i]), p.process)
            worse = transition(state.adopted[i], state.months_adopted[i], p.process)
            draw = uniform(seed, _LATE, month, number, firms.key[i])
            state.own_late[i] = own_lateness(chance, worse, draw, p.process)


@compiled_kernel
def _factors_run(
    slots: int, tied: Word32, weight: Real, factor: Real, effective: Real, own: Real, seen: Real, p: Defects
) -> None:
    rows = np.uint64(own.size)
    for s in range(slots):
        at = np.uint64(s) * rows
        for r in range(rows):
            seen[r] = effective[tied[at + r] >> _ONE]
        for r in range(rows):
            hurt = mismatch(np.float64(own[r]), np.float64(seen[r]), p)
            factor[at + r] = link_factor(np.float64(weight[at + r]), hurt, p)


@compiled_inner
def find_factors(block: int, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters) -> None:
    """Write by how much the defects of each supplier count this month."""
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q], ties.run[q + 1]
        links = slice(ties.base[q], ties.base[q + 1])
        _factors_run(
            (ties.base[q + 1] - ties.base[q]) // (last - first),
            ties.supplier[links],
            ties.weight[links],
            ties.factor[links],
            work.effective,
            state.effective[first:last],
            bench.seen[: last - first],
            p.defects,
        )


@compiled_kernel
def _gather_run(
    slots: int,
    tied: Word32,
    factor: Real,
    goods: Real,
    let_through: Real,
    seen: Real,
    late: Real,
    hazard: Float,
    latest: Real,
) -> None:
    """Add up what the suppliers of some rows pass on in defects, and find the latest critical one.

    Defect shares are nearly always small; where one of a slot is not, the slot is added up by the general formula.
    """
    rows = np.uint64(hazard.size)
    for r in range(rows):
        hazard[r] = 0.0
        latest[r] = 0.0
    for s in range(slots):
        at = np.uint64(s) * rows
        large = 0
        for r in range(rows):
            j = tied[at + r]
            late[r] = goods[j | _ONE] * np.int32(j & _ONE)
            seen[r] = goods[j & ~_ONE]
        for r in range(rows):
            large |= 1 if seen[r] >= SMALL else 0
            latest[r] = late[r] if late[r] > latest[r] else latest[r]  # noqa: FURB136 - it becomes one instruction
        if large == 0:
            for r in range(rows):
                hazard[r] += np.float64(factor[at + r]) * log1m_small(np.float64(let_through[r]) * np.float64(seen[r]))
        else:
            for r in range(rows):
                hazard[r] += inherited_hazard(
                    np.float64(factor[at + r]), np.float64(let_through[r]), np.float64(seen[r])
                )


@compiled_inner
def gather_goods(block: int, goods: Real, ties: Ties, work: Workspace, bench: Bench) -> None:
    """Write what a block of firms gets from its suppliers to ``bench.hazard`` and ``bench.latest``."""
    low = ties.run[ties.block[block]]
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q], ties.run[q + 1]
        links = slice(ties.base[q], ties.base[q + 1])
        _gather_run(
            (ties.base[q + 1] - ties.base[q]) // (last - first),
            ties.supplier[links],
            ties.factor[links],
            goods,
            work.let_through[first:last],
            bench.seen[: last - first],
            bench.late[: last - first],
            bench.hazard[first - low : last - low],
            bench.latest[first - low : last - low],
        )


@compiled_kernel
def _add_own(own_hazard: Real, hazard: Float) -> int:
    """Add own defects to those passed on; say whether any sum is too large for the series of small ones."""
    large = 0
    for r in range(hazard.size):
        hazard[r] += own_hazard[r]
        large |= 1 if hazard[r] >= SMALL_HAZARD else 0
    return large


@compiled_kernel
def _small_shares(hazard: Float, goods: Real) -> None:
    for r in range(hazard.size):
        goods[np.uint64(2) * np.uint64(r)] = one_minus_exp_small(hazard[r])


@compiled_inner
def pass_on_defects(block: int, ties: Ties, after: Goods, work: Workspace, bench: Bench) -> None:
    """Pass defects on by one link: a noisy-OR of own defects and of what inspection lets through."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    hazard = bench.hazard[: high - low]
    if _add_own(work.own_hazard[low:high], hazard) == 0:
        _small_shares(hazard, after.values[2 * low : 2 * high])
    else:
        for r in range(high - low):
            after.values[2 * (low + r)] = defect_share(hazard[r])


@compiled_inner
def latest_supplier(i: int, run: int, slack: float, goods: Real, key: Key, ties: Ties) -> int:
    """Return the link of the critical supplier that makes the firm wait longest, -1 where none does.

    Ties go to the larger input share, then to the smaller key.
    """
    best = -1
    rows = ties.run[run + 1] - ties.run[run]
    for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], rows):
        tied = ties.supplier[at]
        if tied & _ONE == np.uint32(0):
            continue
        late = goods[tied]
        if late <= slack:
            continue
        if best >= 0:
            b = ties.supplier[best]
            if late < goods[b]:
                continue
            if late == goods[b]:
                if ties.weight[at] < ties.weight[best]:
                    continue
                if ties.weight[at] == ties.weight[best] and key[tied >> _ONE] > key[b >> _ONE]:
                    continue
        best = at
    return best


@compiled_kernel
def _late_rows(own_late: Real, latest: Real, slack: Real, goods: Real, found: Index) -> int:
    """List the rows of a block that are late, of themselves or because of a supplier; all others deliver on time."""
    count = 0
    for r in range(own_late.size):
        goods[np.uint64(2) * np.uint64(r) + np.uint64(1)] = 0.0
    for r in range(own_late.size):
        found[count] = r
        count += 1 if own_late[r] > 0.0 or latest[r] > slack[r] else 0
    return count


@compiled_inner
def pass_on_lateness(
    block: int, firms: Firms, ties: Ties, before: Goods, after: Goods, state: State, work: Workspace, bench: Bench,
    p: Parameters,
) -> int:  # fmt: skip
    """Pass lateness on by one link: own lateness plus what the slowest critical supplier adds beyond the buffer.

    Returns the number of late rows, listed in ``bench.rows``; for others root and links travelled stay as they were.
    """
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    count = _late_rows(
        state.own_late[low:high],
        bench.latest[: high - low],
        work.slack[low:high],
        after.values[2 * low : 2 * high],
        bench.rows,
    )
    run = ties.block[block]
    for number in range(count):
        r = bench.rows[number]
        i = low + r
        while ties.run[run + 1] <= i:
            run += 1
        own, slack = np.float64(state.own_late[i]), np.float64(work.slack[i])
        inherited = 0.0
        after.root[i], after.travelled[i] = i, 0
        bench.link[number] = -1
        if bench.latest[r] > work.slack[i]:
            link = latest_supplier(i, run, slack, before.values, firms.key, ties)
            tied = ties.supplier[link]
            bench.link[number] = link
            inherited = np.float64(before.values[tied]) - slack
            if is_inherited(own, inherited, p.lateness):
                j = tied >> _ONE
                after.root[i], after.travelled[i] = before.root[j], before.travelled[j] + 1
        after.values[2 * i + 1] = late_days(own, inherited, p.lateness)
    return count
