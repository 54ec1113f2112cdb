"""Looking at partners: what a firm's suppliers and buyers do, found once a month for adoption and use."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.arrays import fill
from simulation.engines.bench import Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties, first_row, look_up, tell
from simulation.engines.workspace import SUMS, Workspace
from simulation.rules.adoption import EQUAL, SALES, THRESHOLD
from simulation.rules.money import purchase_value
from simulation.state import Bool, Class, Firms, Float, Real, Small, State

__all__ = ["average_partners", "count_buyers", "hear", "look_at_suppliers", "show", "tell_partners", "tell_suppliers"]

_ONE = np.uint32(1)


@compiled_kernel
def _write_signals(adopted: Bool, user_share: Real, signal: Real) -> None:
    for i in range(adopted.size):
        signal[i] = np.float64(user_share[i]) + np.float64(adopted[i])


@compiled_kernel
def _count_adopters(cell: Class, adopted: Bool, counted: Float) -> None:
    """Count adopters, every fourth row in a sum of its own so that additions need not wait for each other."""
    cells, place = np.uint64(counted.size) // np.uint64(SUMS), np.uint64(0)
    for i in range(np.uint64(cell.size)):
        counted[place * cells + np.uint64(cell[i])] += np.float64(adopted[i])
        place = (place + np.uint64(1)) & np.uint64(SUMS - 1)


@compiled_inner
def show(strip: int, firms: Firms, ties: Ties, state: State, work: Workspace) -> None:
    """Write the signals of a strip of firms and count its adopters by sector and region."""
    rows = slice(first_row(ties.strip[strip], ties), first_row(ties.strip[strip + 1], ties))
    _write_signals(state.adopted[rows], state.user_share[rows], work.signal[rows])
    fill(work.adopters_by[strip], 0.0)
    _count_adopters(firms.cell[rows], state.adopted[rows], work.adopters_by[strip])


@compiled_inner
def tell_suppliers(thread: int, strip: int, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Let the buyers of a strip tell their suppliers what they do; what is told goes to the thread's own sums."""
    counts = p.weights if p.rule >= 3 else 2
    heard = work.heard[thread]
    for block in range(ties.strip[strip], ties.strip[strip + 1]):
        tell(block, counts, p.steps.money, ties, state.adopted, state.user_share, work.purchases, heard, work.waiting)


@compiled_inner
def hear(block: int, ties: Ties, work: Workspace) -> None:
    """Add up what a block of firms was told by the buyers of all threads, exact in any order."""
    low, high = 2 * first_row(block, ties), 2 * first_row(block + 1, ties)
    for thread in range(1, work.heard.shape[0]):
        for at in range(low, high):
            work.heard[0, at] += work.heard[thread, at]


@compiled_inner
def tell_partners(firms: Firms, ties: Ties, state: State, work: Workspace, p: Parameters) -> None:
    """Let everybody know of its partners, on one thread."""
    fill(work.heard[0], 0.0)
    for strip in range(ties.strip.size - 1):
        show(strip, firms, ties, state, work)
        tell_suppliers(0, strip, ties, state, work, p)
    count_buyers(ties, work, p)


@compiled_inner
def count_buyers(ties: Ties, work: Workspace, p: Parameters) -> None:
    """Write to ``work.all_heard`` what all buyers of each firm count under the rules that need it, adopters or not."""
    if p.rule < THRESHOLD:
        return
    fill(work.all_heard, 0.0)
    for run in range(ties.run.size - 1):
        rows = ties.run[run + 1] - ties.run[run]
        for at in range(ties.base[run + 1] - ties.base[run]):
            weight = np.float64(ties.weight[ties.base[run] + at])
            if weight == 0.0:
                continue
            j = ties.supplier[ties.base[run] + at] >> _ONE
            if p.weights == SALES:
                buyer = ties.run[run] + at % rows
                work.all_heard[j] += purchase_value(weight, work.purchases[buyer], p.steps.money)
            else:
                work.all_heard[j] += 1.0 if p.weights == EQUAL else weight


@compiled_kernel
def _add_signals(weight: Real, seen: Real, adopted: Float, use: Float) -> None:
    """Add the input share of suppliers that adopted, and the suppliers' user shares."""
    for r in range(seen.size):
        has = 1.0 if seen[r] >= 1.0 else 0.0
        adopted[r] += weight[r] * has
        use[r] += np.float64(seen[r]) - has


@compiled_inner
def look_at_suppliers(block: int, ties: Ties, work: Workspace, bench: Bench) -> None:
    """Write what the suppliers of a block of firms do to ``bench.suppliers`` and ``bench.use``."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    fill(bench.suppliers[: high - low], 0.0)
    fill(bench.use[: high - low], 0.0)
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q] - low, ties.run[q + 1] - low
        rows = last - first
        seen = bench.seen[:rows]
        for at in range(ties.base[q], ties.base[q + 1], rows):
            look_up(at, rows, ties, work.signal, seen)
            _add_signals(ties.weight[at : at + rows], seen, bench.suppliers[first:last], bench.use[first:last])


@compiled_kernel
def _average(suppliers_use: Float, heard: Float, partners: Small, mean: Float) -> None:
    """Write the mean user share of partners; ``partners`` are the numbers of suppliers and buyers together."""
    for i in range(mean.size):
        count = np.float64(max(partners[i], 1))
        mean[i] = (suppliers_use[i] + heard[2 * i + 1]) / count if partners[i] > 0 else 0.5


@compiled_inner
def average_partners(block: int, ties: Ties, work: Workspace, bench: Bench) -> None:
    """Write to ``bench.peers`` the mean user share of the partners of a block of firms, of which they were told."""
    low, high = first_row(block, ties), first_row(block + 1, ties)
    of_suppliers, told = bench.use[: high - low], work.heard[0, 2 * low : 2 * high]
    _average(of_suppliers, told, work.partners[low:high], bench.peers[: high - low])
