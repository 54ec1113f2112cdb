"""Origins: what a firm delivers in defects and late days, split by where it began and how far it travelled."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner
from simulation.engines.arrays import fill
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Goods, Workspace
from simulation.rules.defects import defect_hazard, inherited_hazard
from simulation.state import DEPTH_BINS, Firms, State

__all__ = ["begin_parts", "split_defects", "split_late_days"]

_ONE = np.uint32(1)


@compiled_inner
def begin_parts(firms: Firms, state: State, work: Workspace) -> None:
    """Begin to follow origins: all that a firm delivers now counts as its own group's."""
    for i in range(state.defect_parts.shape[0]):
        for g in range(state.defect_parts.shape[1]):
            fill(state.defect_parts[i, g], 0.0)
        fill(state.late_parts[i], 0.0)
        state.defect_parts[i, firms.group[i], 0] = defect_hazard(np.float64(state.defects[i]))
        state.late_parts[i, firms.group[i]] = work.goods.late[i]
    work.tracking[0] = 1


@compiled_inner
def split_defects(block: int, firms: Firms, ties: Ties, before: Goods, after: Goods, work: Workspace) -> None:
    """Split -ln(1 - d) of a block of firms by origin group and links travelled; the parts sum to the whole."""
    for run in range(ties.block[block], ties.block[block + 1]):
        rows = ties.run[run + 1] - ties.run[run]
        for i in range(ties.run[run], ties.run[run + 1]):
            parts = after.defect_parts[i]
            for g in range(parts.shape[0]):
                fill(parts[g], 0.0)
            own = np.float64(work.own_hazard[i])
            parts[firms.group[i], 0] = own
            total = own
            for at in range(ties.base[run] + i - ties.run[run], ties.base[run + 1], rows):
                j = ties.supplier[at] >> _ONE
                if ties.weight[at] == 0.0:
                    continue
                bought = abs(np.float64(before.shown[j]))
                whole = defect_hazard(bought)
                if whole <= 0.0:
                    continue
                passed = inherited_hazard(np.float64(ties.factor[at]), np.float64(work.let_through[i]), bought)
                total += passed
                scale = passed / whole
                for g in range(parts.shape[0]):
                    to, of = parts[g], before.defect_parts[j, g]
                    for h in range(DEPTH_BINS - 1):
                        to[h + 1] += scale * of[h]
                    to[DEPTH_BINS - 1] += scale * of[DEPTH_BINS - 1]
            # A share is stored with fewer digits than its parts, and has a cap: they are scaled to what is delivered.
            kept = defect_hazard(abs(np.float64(after.shown[i]))) / total if total > 0.0 else 0.0
            for g in range(parts.shape[0]):
                for h in range(DEPTH_BINS):
                    parts[g, h] *= kept


@compiled_inner
def split_late_days(
    block: int, count: int, firms: Firms, ties: Ties, before: Goods, after: Goods, state: State, bench: Bench
) -> None:
    """Split the late days of the late rows of a block by origin group: own to the firm, others like the supplier's."""
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    for i in range(low, high):
        fill(after.late_parts[i], 0.0)
    for number in range(count):
        i = low + bench.rows[number]
        own, days = np.float64(state.own_late[i]), np.float64(after.late[i])
        link = bench.link[bench.rows[number]]
        if link >= 0:
            j = ties.supplier[link] >> _ONE
            scale = (days - own) / np.float64(before.late[j])
            for g in range(after.late_parts.shape[1]):
                after.late_parts[i, g] = scale * before.late_parts[j, g]
        after.late_parts[i, firms.group[i]] += own
