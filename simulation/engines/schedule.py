"""The table of contents of a month: its steps in order, and what each does.

A step works on strips of firms and reads of others only what earlier steps wrote, so that threads may share its strips;
some steps are done by one thread alone. Within a strip several phases of the model are done together for a block of
firms, while what they need is in the nearest memory.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from simulation.compiled import compiled, compiled_kernel, compiled_step
from simulation.engines.accounting import account
from simulation.engines.adopting import adopt_or_quit, average_cells, learn, use
from simulation.engines.arrays import copy_into, fill
from simulation.engines.awarding import policy, settle
from simulation.engines.bench import Bench
from simulation.engines.delivering import find_factors, gather_goods, pass_on_defects
from simulation.engines.filming import film_month, film_round
from simulation.engines.goods import Goods
from simulation.engines.looking import count_buyers, hear, look_at_suppliers, show, tell_suppliers
from simulation.engines.origins import begin_parts, record_parts, split_defects, split_late_days
from simulation.engines.packing import Pack
from simulation.engines.parameters import Parameters
from simulation.engines.producing import ROUNDS_FORESEEN, foresee, make_ready, produce
from simulation.engines.recording import (
    add_up,
    count_deliveries,
    count_round,
    record,
    record_constants,
    record_mandates,
)
from simulation.engines.replacing import tie
from simulation.engines.reviewing import average_sectors, begin_averages, remember, review, stand
from simulation.engines.ties import Ties, first_row
from simulation.engines.waiting import pass_on_lateness
from simulation.engines.workspace import Workspace
from simulation.randomness import Word
from simulation.state import START_MONTH, Awards, Channels, Firms, Index, Programmes, Real, Small, State, Tallies

__all__ = ["MONTHLY", "PER_ROUND", "SERIAL", "Step", "deliver", "months", "steps_of"]

MONTHLY = ("policy", "adopt or quit", "settle", "use", "learn", "rounds", "account", "record", "review")
"""Phases of a month in order; in each, all firms read the values from before it, then all write.

What is recorded is the network with which the goods of the month were delivered, so partners are reviewed last.
"""

PER_ROUND = ("produce", "pass on defects", "pass on lateness", "count deliveries")
"""Phases of a round of delivery in order."""


class Step(IntEnum):
    """What is done between two moments at which all threads wait for each other."""

    POLICY = 0
    SHOW = 1
    TELL = 2
    AVERAGE_CELLS = 3
    CHOOSE = 4
    SETTLE = 5
    SHOW_USE = 6
    MAKE_READY = 7
    DELIVER = 8
    COUNT = 9
    FINISH = 10
    BEGIN_AVERAGES = 11
    AVERAGE_SECTORS = 12
    STAND = 13
    CLOSE = 14
    ADD_UP = 15
    TIE = 16


SERIAL = frozenset(
    {
        Step.POLICY,
        Step.AVERAGE_CELLS,
        Step.SETTLE,
        Step.COUNT,
        Step.BEGIN_AVERAGES,
        Step.AVERAGE_SECTORS,
        Step.ADD_UP,
    }
)
"""Steps that one thread does alone."""

_POLICY, _SHOW, _TELL, _AVERAGE_CELLS, _CHOOSE, _SETTLE, _SHOW_USE, _MAKE_READY, _DELIVER = map(int, list(Step)[:9])
_COUNT, _FINISH, _BEGIN_AVERAGES, _AVERAGE_SECTORS, _STAND, _CLOSE, _ADD_UP, _TIE = map(int, list(Step)[9:])


def steps_of(rounds: int, has_deliveries: bool, *, is_start: bool = False) -> Index:
    """Return (k, 3) steps of a month in order, each with its round and the number of rounds.

    The start, before month 0, is rounds alone. Without deliveries only adoption, use, learning and money move.
    """
    chosen: list[tuple[int, int]] = []
    if not is_start:
        chosen += [(step, 0) for step in (_POLICY, _SHOW, _TELL, _AVERAGE_CELLS, _CHOOSE, _SETTLE)]
    if has_deliveries:
        chosen += [(_SHOW_USE, 0), (_MAKE_READY, 0)]
        for number in range(rounds):
            chosen += [(_DELIVER, number), (_COUNT, number)]
        chosen += [(_FINISH, 0)]
        chosen += [(_BEGIN_AVERAGES if is_start else _AVERAGE_SECTORS, 0)]
    if not is_start:
        chosen += [(step, 0) for step in (_STAND, _CLOSE, _ADD_UP, _TIE)]
    return np.array([(step, number, rounds) for step, number in chosen], np.int64).reshape(-1, 3)


@compiled_step
def _choose(
    seed: Word, month: int, strip: int, firms: Firms, ties: Ties, state: State, channels: Channels, work: Workspace,
    bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let the firms of a strip adopt or quit, use and learn: each reads of others only what they told before."""
    adopters = 0.0
    for cell in range(work.cell_adopters.size):
        adopters += work.cell_adopters[cell]
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        hear(block, ties, work)
        look_at_suppliers(block, ties, work, bench)
        adopt_or_quit(seed, month, block, adopters, firms, ties, state, channels, work, bench, p)
        use(month, block, ties, state, channels, work, bench, p)
        learn(block, firms, ties, state, channels, p)


@compiled_step
def _make_ready(
    strip: int, firms: Firms, ties: Ties, state: State, work: Workspace, bench: Bench, p: Parameters
) -> None:
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        make_ready(block, firms, ties, state, work, p)
        find_factors(block, ties, state, work, bench, p)


@compiled_step
def deliver(
    seed: Word, month: int, number: int, count: int, strip: int, firms: Firms, ties: Ties, before: Goods, after: Goods,
    state: State, work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Let goods of a strip of firms move one link; before month 0 nothing is recorded."""
    has_parts = work.tracking[0] == 1
    drawn = month if month >= 0 else START_MONTH
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        if number % ROUNDS_FORESEEN == 0:
            ahead = min(ROUNDS_FORESEEN, count - number)
            foresee(seed, drawn, number, ahead, block, firms, ties, state, work, bench, p)
        events = produce(seed, drawn, number, block, firms, ties, state, work, bench, p)
        gather_goods(block, before, ties, work, bench, p)
        pass_on_defects(block, ties, state, after, work, bench, p)
        late = pass_on_lateness(block, events, firms, ties, before, after, state, work, bench, p)
        if has_parts:
            split_defects(block, firms, ties, before, after, work, bench)
            split_late_days(block, late, firms, ties, before, after, state, bench)
        count_deliveries(month, strip, late, block, firms, ties, after, state, work, bench, p)


@compiled_step
def _finish(
    month: int, count: int, strip: int, firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters
) -> None:
    """Bring the last deliveries to ``work.goods`` and the state, and remember them; who is on time is its own root."""
    goods, others = work.goods, work.others
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        low, high = first_row(block, ties), first_row(block + 1, ties)
        rows = slice(low, high)
        if count % 2 == 1:
            copy_into(goods.shown[rows], others.shown[rows])
            copy_into(goods.late[rows], others.late[rows])
            copy_into(goods.root[rows], others.root[rows])
            copy_into(goods.travelled[rows], others.travelled[rows])
            if work.tracking[0] == 1:
                for i in range(low, high):
                    copy_into(goods.late_parts[i], others.late_parts[i])
                    copy_into(goods.defect_parts[i], others.defect_parts[i])
        _bring(low, goods.shown[rows], goods.late[rows], goods.root[rows], goods.travelled[rows], state.defects[rows])
        if month >= 0:
            remember(strip, block, firms, ties, state, work, p)


@compiled_kernel
def _bring(low: int, shown: Real, late: Real, root: Small, travelled: Small, defects: Real) -> None:
    for r in range(defects.size):
        is_late = late[r] > 0.0
        defects[r] = abs(shown[r])
        root[r] = root[r] if is_late else low + r
        travelled[r] = travelled[r] if is_late else 0


@compiled_step
def _close(
    seed: Word, month: int, regions: int, thread: int, strip: int, has_deliveries: bool, firms: Firms, ties: Ties,
    state: State, channels: Channels, programmes: Programmes, work: Workspace, bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Review partners, account and record the firms of a strip.

    Without deliveries nobody has a record, and suppliers are replaced at the base hazard alone.
    """
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        record_parts(strip, firms, ties, state, work)
    has_overdue = work.has_overdue[0] == 1
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        review(seed, month, regions, thread, strip, block, has_overdue, firms, ties, state, channels, work, bench, p)
        if has_deliveries:
            account(block, firms, ties, state, channels, work, bench, p)
        record(strip, block, firms, ties, state, work, bench, p)
        if programmes.first.size > 0:
            record_mandates(strip, block, firms, ties, state, work)


@compiled_step
def _alone(
    step: int, seed: Word, month: int, number: int, count: int, regions: int, firms: Firms, ties: Ties, state: State,
    channels: Channels, programmes: Programmes, awards: Awards, work: Workspace, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Do a step that one thread does alone."""
    if step == _POLICY:
        policy(seed, month, firms, ties, state, channels, programmes, awards, work, p)
    elif step == _AVERAGE_CELLS:
        count_buyers(ties, work, p)
        average_cells(regions, work, p)
    elif step == _SETTLE:
        settle(month, firms, state, programmes, awards, work)
    elif step == _COUNT:
        count_round(month, work, tallies)
        before, after = (work.goods, work.others) if number % 2 == 0 else (work.others, work.goods)
        if month >= 0 and work.film.late_count.shape[0] > 0:
            film_round(month, number, before, after, ties, firms.key, work.slack, work.film, p.lateness)
        before.mixed[0] = 0  # the next round writes to it
        if number == count - 1 and count % 2 == 1:  # what was written last is brought to ``goods``
            work.goods.mixed[0], work.others.mixed[0] = work.others.mixed[0], 0
    elif step == _BEGIN_AVERAGES:
        begin_averages(count, firms, state, work)
    elif step == _AVERAGE_SECTORS:
        average_sectors(regions, work)
    elif step == _ADD_UP:
        add_up(month, work, tallies)
        record_constants(month, work, tallies, p)
        if work.film.late_count.shape[0] > 0:
            film_month(month, ties, state, channels, work.film)


@compiled_step
def _together(
    step: int, seed: Word, month: int, number: int, count: int, regions: int, has_deliveries: bool, thread: int,
    strip: int, firms: Firms, ties: Ties, state: State, channels: Channels, programmes: Programmes, work: Workspace,
    bench: Bench, p: Parameters,
) -> None:  # fmt: skip
    """Do a step for a strip of firms."""
    first, last = ties.strip[strip], ties.strip[strip + 1]
    if step == _SHOW:
        show(strip, firms, ties, state, work)
    elif step == _TELL:
        tell_suppliers(thread, strip, ties, state, work, p)
    elif step == _CHOOSE:
        _choose(seed, month, strip, firms, ties, state, channels, work, bench, p)
    elif step == _SHOW_USE:
        rows = slice(first_row(first, ties), first_row(last, ties))
        copy_into(work.effective[rows], state.effective[rows])
        fill(work.late_days[rows], 0.0)
    elif step == _MAKE_READY:
        _make_ready(strip, firms, ties, state, work, bench, p)
    elif step == _DELIVER:
        before, after = (work.goods, work.others) if number % 2 == 0 else (work.others, work.goods)
        deliver(seed, month, number, count, strip, firms, ties, before, after, state, work, bench, p)
    elif step == _FINISH:
        _finish(month, count, strip, firms, ties, state, work, p)
    elif step == _STAND:
        for block in range(first, last):
            stand(block, firms, ties, state, work, p)
    elif step == _CLOSE:
        _close(
            seed, month, regions, thread, strip, has_deliveries, firms, ties, state, channels, programmes, work, bench,
            p,
        )  # fmt: skip
    elif step == _TIE:
        for block in range(first, last):
            tie(block, ties, state, work)


@compiled
def months(
    seed: Word,
    first: int,
    last: int,
    steps: Index,
    thread: int,
    low: int,
    high: int,
    regions: int,
    has_deliveries: bool,
    tracked_from: int,
    pack: Pack,
) -> None:
    """Do ``steps`` (`steps_of`) in each of the months ``first`` to ``last`` - 1 for the strips ``low`` to ``high`` - 1.

    From month ``tracked_from`` on, parts by origin are followed where the state has room for them.
    """
    firms, ties, state, channels, programmes, awards, work, bench, tallies, p = pack.arrays
    for month in range(first, last):
        for k in range(steps.shape[0]):
            step, number, count = steps[k, 0], steps[k, 1], steps[k, 2]
            if step in (_SHOW, _STAND):
                fill(work.heard[thread], 0.0)
            begins = step == _SHOW_USE and month >= tracked_from and work.goods.defect_parts.shape[0] > 0
            if begins and thread == 0 and work.tracking[0] == 0:
                begin_parts(firms, state, work)
            for strip in range(low, high):
                _together(
                    step, seed, month, number, count, regions, has_deliveries, thread, strip, firms, ties, state,
                    channels, programmes, work, bench, p,
                )  # fmt: skip
            if thread == 0:
                _alone(
                    step, seed, month, number, count, regions, firms, ties, state, channels, programmes, awards, work,
                    tallies, p,
                )  # fmt: skip
