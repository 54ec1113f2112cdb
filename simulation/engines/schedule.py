"""The table of contents of a month: which phase follows which, and which are done together for a block of firms."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled, compiled_inner, compiled_kernel
from simulation.elementary import has_minus
from simulation.engines.accounting import account
from simulation.engines.adopting import adopt_or_quit, average_cells, learn, use
from simulation.engines.arrays import copy_into, fill
from simulation.engines.awarding import policy, settle
from simulation.engines.delivering import find_factors, gather_goods, pass_on_defects, pass_on_lateness
from simulation.engines.looking import look_at_suppliers, tell_partners
from simulation.engines.origins import begin_parts, record_parts, split_defects, split_late_days
from simulation.engines.parameters import Parameters
from simulation.engines.producing import ROUNDS_FORESEEN, foresee, make_ready, produce
from simulation.engines.recording import (
    begin_month,
    count_deliveries,
    record,
    record_constants,
    record_mandates,
)
from simulation.engines.replacing import tie
from simulation.engines.reviewing import average_sectors, begin_averages, remember, review, stand
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Goods, Workspace
from simulation.randomness import Word
from simulation.state import START_MONTH, Awards, Channels, Firms, Programmes, Real, Small, State, Tallies

__all__ = ["MONTHLY", "PER_ROUND", "choose", "close", "finish_rounds", "months", "rounds"]

MONTHLY = ("policy", "adopt or quit", "settle", "use", "learn", "rounds", "account", "record", "review")
"""Phases of a month in order; in each, all firms read the values from before it, then all write.

What is recorded is the network with which the goods of the month were delivered, so partners are reviewed last.
"""

PER_ROUND = ("produce", "pass on defects", "pass on lateness", "count deliveries")
"""Phases of a round of delivery in order."""


@compiled_inner
def choose(
    seed: Word, month: int, regions: int, firms: Firms, ties: Ties, state: State, channels: Channels, work: Workspace,
    bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let all firms adopt or quit, use and learn: each reads of others only what they told before."""
    tell_partners(firms, ties, state, work, p)
    average_cells(regions, work)
    adopters = 0.0
    for cell in range(work.cell_adopters.size):
        adopters += work.cell_adopters[cell]
    for block in range(ties.block.size - 1):
        look_at_suppliers(block, ties, work, bench)
        adopt_or_quit(seed, month, block, adopters, firms, ties, state, channels, work, bench, p)
        use(month, block, ties, state, channels, work, bench, p)
        learn(block, firms, ties, state, channels, p)


@compiled_inner
def round_of_delivery(
    seed: Word, month: int, number: int, recorded: int, draws: bool, firms: Firms, ties: Ties, before: Goods,
    after: Goods, state: State, work: Workspace, bench: Bench, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Let goods move one link, counted under month ``recorded`` (negative: not counted)."""
    has_parts = work.tracking[0] == 1
    work.late_count[1], after.mixed[0] = 0, 0
    for block in range(ties.block.size - 1):
        if draws:
            produce(seed, month, number, block, firms, ties, state, work, bench, p)
        gather_goods(block, before, ties, work, bench)
        pass_on_defects(block, ties, after, work, bench)
        late = pass_on_lateness(block, firms, ties, before, after, state, work, bench, p)
        if has_parts:
            split_defects(block, firms, ties, before, after, work, bench)
            split_late_days(block, late, firms, ties, before, after, state, bench)
        count_deliveries(recorded, late, block, firms, ties, after, state, work, bench, tallies, p)
    if recorded >= 0:
        tallies.late_before[recorded] += work.late_count[0]
    work.late_count[0] = work.late_count[1]


@compiled_inner
def rounds(
    seed: Word, month: int, count: int, recorded: int, draws: bool, firms: Firms, ties: Ties, state: State,
    work: Workspace, bench: Bench, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Run rounds of delivery with draws of ``month``; the last deliveries end up in ``work.goods``."""
    copy_into(work.effective, state.effective)
    for block in range(ties.block.size - 1):
        if draws:
            make_ready(block, firms, ties, state, work, p)
        find_factors(block, ties, state, work, bench, p)
    before, after = work.goods, work.others
    for number in range(count):
        if draws and number % ROUNDS_FORESEEN == 0:
            ahead = min(ROUNDS_FORESEEN, count - number)
            for block in range(ties.block.size - 1):
                foresee(seed, month, number, ahead, block, firms, ties, state, work, p)
        round_of_delivery(
            seed, month, number, recorded, draws, firms, ties, before, after, state, work, bench, tallies, p
        )
        before, after = after, before
    finish_rounds(count, state, work)


@compiled_inner
def finish_rounds(count: int, state: State, work: Workspace) -> None:
    """Bring the last deliveries to ``work.goods`` and the state; who is on time is its own root."""
    if count % 2 == 1:
        copy_into(work.goods.shown, work.others.shown)
        work.goods.mixed[0] = work.others.mixed[0]
        copy_into(work.goods.late, work.others.late)
        copy_into(work.goods.root, work.others.root)
        copy_into(work.goods.travelled, work.others.travelled)
        for i in range(work.goods.late_parts.shape[0]):
            copy_into(work.goods.late_parts[i], work.others.late_parts[i])
            copy_into(work.goods.defect_parts[i], work.others.defect_parts[i])
    _finish(work.goods.shown, work.goods.late, work.goods.root, work.goods.travelled, state.defects)


@compiled_kernel
def _finish(shown: Real, late: Real, root: Small, travelled: Small, defects: Real) -> None:
    for i in range(defects.size):
        is_late = has_minus(np.float64(shown[i])) == 1
        defects[i] = abs(shown[i])
        late[i] = late[i] if is_late else np.float32(0.0)
        root[i] = root[i] if is_late else i
        travelled[i] = travelled[i] if is_late else 0


@compiled_inner
def close(
    seed: Word, month: int, regions: int, has_deliveries: bool, has_programmes: bool, firms: Firms, ties: Ties,
    state: State, channels: Channels, work: Workspace, bench: Bench, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Account, record and review partners.

    Without deliveries nobody has a record, and suppliers are replaced at the base hazard alone.
    """
    if has_deliveries:
        fill(work.usual_defects, 0.0)
        fill(work.usual_late, 0.0)
        for block in range(ties.block.size - 1):
            remember(block, firms, ties, state, work, p)
        average_sectors(regions, work)
    has_overdue = False
    if work.is_clear[0] == 0:
        for i in range(firms.key.size):
            has_overdue |= channels.overdue[i] > 0.0
    for block in range(ties.block.size - 1):
        stand(block, firms, ties, state, work, p)
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        record_parts(month, firms, state, work, tallies)
    fill(work.heard, 0.0)
    switched = 0
    for block in range(ties.block.size - 1):
        switched += review(
            seed, month, regions, block, has_overdue, firms, ties, state, channels, work, bench, tallies, p
        )
        if has_deliveries:
            account(block, firms, ties, state, channels, work, bench, p)
        record(month, block, firms, ties, state, work, bench, tallies, p)
    record_constants(month, work, tallies, p)
    if has_programmes:
        record_mandates(month, firms, state, work, tallies)
    if switched > 0:
        tie(firms, state, work)


@compiled
def months(
    seed: Word,
    first: int,
    last: int,
    regions: int,
    has_deliveries: bool,
    start_rounds: int,
    tracked_from: int,
    firms: Firms,
    ties: Ties,
    state: State,
    channels: Channels,
    programmes: Programmes,
    awards: Awards,
    work: Workspace,
    bench: Bench,
    tallies: Tallies,
    p: Parameters,
) -> None:
    """Run the months ``first`` to ``last`` - 1; month -1 stands for ``start_rounds`` unrecorded rounds.

    Without deliveries only adoption, use, learning and money move. From month ``tracked_from`` on, parts by origin are
    followed where the state has room for them.
    """
    for month in range(first, last):
        if month >= tracked_from and work.tracking[0] == 0 and work.goods.defect_parts.shape[0] > 0:
            begin_parts(firms, state, work)
        if month >= 0:
            policy(seed, month, firms, ties, state, channels, programmes, awards, work, p)
            choose(seed, month, regions, firms, ties, state, channels, work, bench, p)
            settle(month, firms, state, programmes, awards, work)
        begin_month(work)
        if has_deliveries:
            # One call for both: a second one would double the machine code.
            count = p.rounds if month >= 0 else start_rounds
            drawn = month if month >= 0 else START_MONTH
            rounds(seed, drawn, count, month, True, firms, ties, state, work, bench, tallies, p)
            if month < 0:
                begin_averages(start_rounds, firms, state, work)
        if month >= 0:
            given = programmes.first.size > 0
            close(seed, month, regions, has_deliveries, given, firms, ties, state, channels, work, bench, tallies, p)
