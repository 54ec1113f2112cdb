"""Phases of a month that a test can call one by one, each over all blocks of firms.

The engine does several phases together for a block of firms. Here each runs alone, from what is in the state, so that
a test can write the state by hand before it. Most run as written, and what they call too, except formulas of a few
numbers: translating them would take minutes, and ``tests/test_compiled.py`` shows that machine code gives the same
bits. Those that laws try on many thousands of firms are machine code.
"""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled
from simulation.engines import (
    accounting,
    adopting,
    awarding,
    delivering,
    origins,
    producing,
    recording,
    replacing,
    reviewing,
    waiting,
)
from simulation.engines.arrays import copy_into, fill
from simulation.engines.looking import look_at_suppliers, tell_partners
from simulation.rules.defects import defect_hazard, inspection
from simulation.rules.lateness import buffer_days

ONE = np.uint32(1)


def adopt_or_quit(seed, month, regions, firms, ties, state, channels, work, bench, p):
    tell_partners(firms, ties, state, work, p)
    adopting.average_cells(regions, work, p)
    adopters = 0.0
    for cell in range(work.cell_adopters.size):
        adopters += work.cell_adopters[cell]
    for block in range(ties.block.size - 1):
        look_at_suppliers(block, ties, work, bench)
        adopting.adopt_or_quit(seed, month, block, adopters, firms, ties, state, channels, work, bench, p)


def use(month, firms, ties, state, channels, work, bench, p):
    tell_partners(firms, ties, state, work, p)
    for block in range(ties.block.size - 1):
        look_at_suppliers(block, ties, work, bench)
        adopting.use(month, block, ties, state, channels, work, bench, p)


def learn(firms, ties, state, channels, p):
    for block in range(ties.block.size - 1):
        adopting.learn(block, firms, ties, state, channels, p)


@compiled
def produce(seed, month, number, firms, ties, state, work, bench, p):
    """Draw own lateness of one round; own defects are those of the month."""
    first = number - number % producing.ROUNDS_FORESEEN
    for block in range(ties.block.size - 1):
        producing.make_ready(block, firms, ties, state, work, p)
        producing.foresee(seed, month, first, number - first + 1, block, firms, ties, state, work, bench, p)
        producing.produce(seed, month, number, block, firms, ties, state, work, bench, p)


@compiled
def _pass_on(is_of_defects, rounds, firms, ties, state, work, bench, p):
    """Let defects or lateness alone move so many links, from the own defects or the own lateness in the state."""
    has_parts = work.tracking[0] == 1
    goods, after = work.goods, work.others
    copy_into(work.effective, state.effective)
    for i in range(firms.key.size):
        used = np.float64(state.effective[i])
        work.own_hazard[i] = defect_hazard(np.float64(state.own_defects[i]))
        work.let_through[i] = 1.0 - inspection(used, p.defects)
        work.slack[i] = buffer_days(np.float64(work.full_buffer[i]), used, p.lateness)
        goods.shown[i] = -state.defects[i] if state.late[i] > 0.0 else state.defects[i]
    goods.mixed[0] = 1
    for block in range(ties.block.size - 1):
        delivering.find_factors(block, ties, state, work, bench, p)
    for _ in range(rounds):
        for block in range(ties.block.size - 1):
            delivering.gather_goods(block, goods, ties, work, bench, p)
            if is_of_defects:
                delivering.pass_on_defects(block, ties, state, after, work, bench, p)
                if has_parts:
                    origins.split_defects(block, firms, ties, goods, after, work, bench)
            else:
                low, events = ties.run[ties.block[block]], 0
                for i in range(low, ties.run[ties.block[block + 1]]):
                    if state.own_late[i] > 0.0:
                        bench.events[events] = i - low
                        events += 1
                late = waiting.pass_on_lateness(block, events, firms, ties, goods, after, state, work, bench, p)
                if has_parts:
                    origins.split_late_days(block, late, firms, ties, goods, after, state, bench)
        for i in range(firms.key.size):
            is_late = after.late[i] > 0.0
            if is_of_defects:
                goods.shown[i] = state.defects[i] = abs(after.shown[i])
                if has_parts:
                    copy_into(goods.defect_parts[i], after.defect_parts[i])
                continue
            goods.shown[i] = -state.defects[i] if is_late else state.defects[i]
            goods.late[i] = after.late[i] if is_late else 0.0
            after.shown[i] = 0.0
            goods.root[i] = after.root[i] if is_late else i
            goods.travelled[i] = after.travelled[i] if is_late else 0
            if has_parts:
                copy_into(goods.late_parts[i], after.late_parts[i])


def pass_on_defects(rounds, firms, ties, state, work, bench, p):
    _pass_on(True, rounds, firms, ties, state, work, bench, p)


def pass_on_lateness(rounds, firms, ties, state, work, bench, p):
    _pass_on(False, rounds, firms, ties, state, work, bench, p)


def begin_month(work):
    fill(work.late_days, 0.0)
    fill(work.own_cost, 0.0)  # as *policy* does


def count_deliveries(month, firms, ties, state, work, bench, tallies, p):
    """Count the deliveries in the state as those of a round."""
    for block in range(ties.block.size - 1):
        low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
        count = 0
        for i in range(low, high):
            if state.late[i] > 0.0:
                bench.rows[count] = i - low
                count += 1
        recording.count_deliveries(month, 0, count, block, firms, ties, work.goods, state, work, bench, p)
    recording.count_round(month, work, tallies)
    recording.add_up(month, work, tallies)


def account(firms, ties, state, channels, work, bench, p):
    """Account, given the defects in the state, which in the engine *review* has already added up over suppliers."""
    for block in range(ties.block.size - 1):
        low = ties.run[ties.block[block]]
        for run in range(ties.block[block], ties.block[block + 1]):
            rows = ties.run[run + 1] - ties.run[run]
            fill(bench.hazard[ties.run[run] - low : ties.run[run + 1] - low], 0.0)
            for at in range(ties.base[run + 1] - ties.base[run]):
                j = ties.supplier[ties.base[run] + at] >> ONE
                if ties.weight[ties.base[run] + at] > 0.0:
                    bought = np.float64(ties.weight[ties.base[run] + at]) * np.float64(state.defects[j])
                    bench.hazard[ties.run[run] - low + at % rows] += bought
        accounting.account(block, firms, ties, state, channels, work, bench, p)


def settle(month, firms, state, programmes, awards, work):
    awarding.settle(month, firms, state, programmes, awards, work)


def review(seed, month, regions, has_deliveries, firms, ties, state, channels, work, bench, tallies, p):
    if has_deliveries:
        for block in range(ties.block.size - 1):
            reviewing.remember(0, block, firms, ties, state, work, p)
        reviewing.average_sectors(regions, work)
    has_overdue = False
    for i in range(firms.key.size):
        has_overdue |= channels.overdue[i] > 0.0
    for block in range(ties.block.size - 1):
        reviewing.stand(block, firms, ties, state, work, p)
    fill(work.heard[0], 0.0)
    for block in range(ties.block.size - 1):
        reviewing.review(seed, month, regions, 0, 0, block, has_overdue, firms, ties, state, channels, work, bench, p)
    for block in range(ties.block.size - 1):
        replacing.tie(block, ties, state, work)
    recording.add_up(month, work, tallies)
