"""Looking at partners: what a firm's suppliers and buyers do, found once a month for adoption and use."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties, look_up, tell
from simulation.engines.workspace import Bench, Workspace
from simulation.rules.money import purchase_value
from simulation.state import Firms, Float, Real, State

__all__ = ["look_at_suppliers", "tell_partners"]

_ONE = np.uint32(1)


@compiled_inner
def tell_partners(firms: Firms, ties: Ties, state: State, work: Workspace, parameters: Parameters) -> None:
    """Let everybody know of its partners: own signals are written, buyers' sums are added up, peers are counted."""
    fill(work.heard, 0.0)
    fill(work.cell_adopters, 0.0)
    for i in range(firms.key.size):
        work.signal[i] = state.user_share[i] + state.adopted[i]
        work.cell_adopters[firms.cell[i]] += state.adopted[i]
    counts = parameters.weights if parameters.rule >= 3 else 2
    for block in range(ties.block.size - 1):
        tell(block, counts, parameters.steps.money, ties, state.adopted, state.user_share, work.purchases, work.heard)
    if parameters.rule >= 3:
        _count_buyers(counts, parameters.steps.money, ties, work)


@compiled_inner
def _count_buyers(counts: int, steps: float, ties: Ties, work: Workspace) -> None:
    """Write to ``work.all_heard`` what all buyers of each firm count, whether they adopted or not."""
    fill(work.all_heard, 0.0)
    for run in range(ties.run.size - 1):
        rows = ties.run[run + 1] - ties.run[run]
        for at in range(ties.base[run + 1] - ties.base[run]):
            weight = np.float64(ties.weight[ties.base[run] + at])
            if weight == 0.0:
                continue
            j = ties.supplier[ties.base[run] + at] >> _ONE
            if counts == 2:
                work.all_heard[j] += purchase_value(weight, work.purchases[ties.run[run] + at % rows], steps)
            else:
                work.all_heard[j] += 1.0 if counts == 0 else weight


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
            look_up(ties.supplier[at : at + rows], work.signal, seen)
            _add_signals(ties.weight[at : at + rows], seen, bench.suppliers[first:last], bench.use[first:last])
