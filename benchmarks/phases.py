"""Where the time of a month goes: its phases as machine code of their own, called one after the other.

The engine compiles all phases into one loop and does those of a block of firms together; here each phase runs over
all blocks before the next, so parts add up to a little more than the whole, which is shown beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from benchmarks.timing import Found, Table
from benchmarks.worlds import Months
from simulation.compiled import compiled
from simulation.engines.accounting import account
from simulation.engines.adopting import adopt_or_quit, average_cells, learn, use
from simulation.engines.arrays import copy_into, fill
from simulation.engines.awarding import policy, settle
from simulation.engines.delivering import find_factors, gather_goods, pass_on_defects, pass_on_lateness
from simulation.engines.looking import look_at_suppliers, tell_partners
from simulation.engines.producing import foresee, make_ready, produce
from simulation.engines.recording import begin_month, count_deliveries, record, record_constants
from simulation.engines.replacing import tie
from simulation.engines.reviewing import average_sectors, remember, review, stand
from simulation.engines.schedule import finish_rounds

__all__ = ["measure"]


@compiled
def _policy(seed, month, firms, ties, state, channels, programmes, awards, work, p):
    policy(seed, month, firms, ties, state, channels, programmes, awards, work, p)


@compiled
def _settle(month, firms, state, programmes, awards, work):
    settle(month, firms, state, programmes, awards, work)
    begin_month(work)


@compiled
def _tell(firms, ties, state, work, p):
    tell_partners(firms, ties, state, work, p)
    average_cells(2, work)


@compiled
def _look(ties, work, bench):
    for block in range(ties.block.size - 1):
        look_at_suppliers(block, ties, work, bench)


@compiled
def _adopt(seed, month, firms, ties, state, channels, work, bench, p):
    for block in range(ties.block.size - 1):
        adopt_or_quit(seed, month, block, 0, firms, ties, state, channels, work, bench, p)


@compiled
def _use_and_learn(month, firms, ties, state, channels, work, bench, p):
    for block in range(ties.block.size - 1):
        use(month, block, ties, state, channels, work, bench, p)
        learn(block, firms, ties, state, channels, p)


@compiled
def _make_ready(firms, ties, state, work, bench, p):
    copy_into(work.effective, state.effective)
    for block in range(ties.block.size - 1):
        make_ready(block, firms, ties, state, work, p)
        find_factors(block, ties, state, work, bench, p)


@compiled
def _foresee(seed, month, firms, ties, state, work, p):
    for block in range(ties.block.size - 1):
        foresee(seed, month, 0, p.rounds, block, firms, ties, state, work, p)


@compiled
def _produce(seed, month, number, firms, ties, state, work, bench, p):
    for block in range(ties.block.size - 1):
        produce(seed, month, number, block, firms, ties, state, work, bench, p)


@compiled
def _gather(goods, ties, work, bench):
    for block in range(ties.block.size - 1):
        gather_goods(block, goods, ties, work, bench)


@compiled
def _deliver(month, firms, ties, before, after, state, work, bench, tallies, p):
    work.late_count[1] = 0
    for block in range(ties.block.size - 1):
        gather_goods(block, before, ties, work, bench)
        pass_on_defects(block, ties, after, work, bench)
        late = pass_on_lateness(block, firms, ties, before, after, state, work, bench, p)
        count_deliveries(month, late, block, firms, ties, after, state, work, bench, tallies, p)
    work.late_count[0] = work.late_count[1]


@compiled
def _remember(regions, firms, ties, state, work, bench, p):
    finish_rounds(p.rounds, state, work)
    fill(work.usual_defects, 0.0)
    fill(work.usual_late, 0.0)
    for block in range(ties.block.size - 1):
        remember(block, firms, ties, state, work, p)
    average_sectors(regions, work)
    for block in range(ties.block.size - 1):
        stand(block, firms, ties, state, work, p)
    fill(work.heard, 0.0)


@compiled
def _review(seed, month, regions, firms, ties, state, channels, work, bench, tallies, p):
    for block in range(ties.block.size - 1):
        review(seed, month, regions, block, False, firms, ties, state, channels, work, bench, tallies, p)


@compiled
def _account(firms, ties, state, channels, work, bench, p):
    for block in range(ties.block.size - 1):
        account(block, firms, ties, state, channels, work, bench, p)


@compiled
def _record(month, firms, ties, state, work, bench, tallies, p):
    for block in range(ties.block.size - 1):
        record(month, block, firms, ties, state, work, bench, tallies, p)
    record_constants(month, work, tallies, p)


@compiled
def _tie(firms, state, work):
    tie(firms, state, work)


def _month(engine: Any) -> list[tuple[str, Callable[..., object], tuple[Any, ...]]]:
    """Return the phases of a month as name, function and arguments; rounds come once for each round."""
    seed, month, regions = np.uint64(engine.seed), engine.month, len(engine.world.groups.regions)
    firms, ties, state, work, bench = (
        engine.world.firms, engine.ties, engine.state, engine.work, engine.bench,
    )  # fmt: skip
    channels, tallies, p = engine.channels, engine.tallies, engine.parameters
    books = (engine.programmes, engine.awards)
    phases = [
        ("policy, settle", _policy, (seed, month, firms, ties, state, channels, *books, work, p)),
        ("tell suppliers", _tell, (firms, ties, state, work, p)),
        ("look at suppliers", _look, (ties, work, bench)),
        ("adopt or quit", _adopt, (seed, month, firms, ties, state, channels, work, bench, p)),
        ("use, learn", _use_and_learn, (month, firms, ties, state, channels, work, bench, p)),
        ("policy, settle", _settle, (month, firms, state, *books, work)),
        ("own process, link factors", _make_ready, (firms, ties, state, work, bench, p)),
        ("late events of all rounds", _foresee, (seed, month, firms, ties, state, work, p)),
    ]
    before, after = work.goods, work.others
    for number in range(p.rounds):
        phases += [
            ("rounds: own late days", _produce, (seed, month, number, firms, ties, state, work, bench, p)),
            ("rounds: gather alone", _gather, (before, ties, work, bench)),
            (
                "rounds: gather, deliver, count",
                _deliver,
                (month, firms, ties, before, after, state, work, bench, tallies, p),
            ),
        ]
        before, after = after, before
    phases += [
        ("averages and standing", _remember, (regions, firms, ties, state, work, bench, p)),
        ("review partners", _review, (seed, month, regions, firms, ties, state, channels, work, bench, tallies, p)),
        ("account", _account, (firms, ties, state, channels, work, bench, p)),
        ("record", _record, (month, firms, ties, state, work, bench, tallies, p)),
        ("review partners", _tie, (firms, state, work)),
    ]
    return phases


_EXTRA = "rounds: gather alone"
"""Timed besides, as a part of the phase after it."""


def _parts(firms: int, turns: int) -> dict[str, float]:
    """Return ns per firm-month of each phase and of the whole month, medians over turns."""
    moved = Months(firms)
    split = Months(firms)
    taken: dict[str, list[float]] = {"the month as the engine runs it": []}
    for turn in range(turns + 1):
        moved.prepare()
        began = time.perf_counter()
        moved.work()
        whole = time.perf_counter() - began
        split.prepare()
        month: dict[str, float] = {}
        for name, phase, arguments in _month(split.engine):
            began = time.perf_counter()
            phase(*arguments)
            month[name] = month.get(name, 0.0) + time.perf_counter() - began
        split.engine.month += 1
        if turn > 0:
            taken["the month as the engine runs it"].append(whole)
            for name, spent in month.items():
                taken.setdefault(name, []).append(spent)
    return {name: 1e9 * median(times) / firms for name, times in taken.items()}


def measure(is_quick: bool = False) -> Found:
    """Return what each phase costs."""
    sizes, turns = ((1_000,), 3) if is_quick else ((10_000, 1_000_000), 21)
    found = {firms: _parts(firms, turns if firms < 1_000_000 else 7) for firms in sizes}
    first = found[sizes[0]]
    rows = []
    for name in first:
        whole = {
            firms: sum(v for k, v in found[firms].items() if k not in (_EXTRA, next(iter(first)))) for firms in sizes
        }
        cells = [f"{found[firms][name]:.1f} ({100 * found[firms][name] / whole[firms]:.0f} %)" for firms in sizes]
        rows.append([f"{name} (part of the next row)" if name == _EXTRA else name, *cells])
    table = Table(
        "Where the time of a month goes, ns per firm-month",
        ["Phase", *(f"{firms:,} firms" for firms in sizes)],
        rows,
        "Shares are of the sum of the phases run one by one.",
    )
    return Found({str(firms): values for firms, values in found.items()}, [table])
