"""Origins: what a firm delivers in defects and late days, split by where it began and how far it travelled."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.arrays import fill
from simulation.engines.bench import Bench
from simulation.engines.goods import Goods
from simulation.engines.ties import Ties, first_row
from simulation.engines.workspace import Workspace
from simulation.rules.defects import defect_hazard, inherited_hazard
from simulation.state import DEPTH_BINS, Firms, Float, State

__all__ = ["begin_parts", "record_parts", "split_defects", "split_late_days"]

_ONE = np.uint32(1)


@compiled_inner
def begin_parts(firms: Firms, state: State, work: Workspace) -> None:
    """Begin to follow origins: all that a firm delivers now counts as its own group's."""
    for i in range(work.goods.defect_parts.shape[0]):
        fill(work.goods.defect_parts[i], 0.0)
        fill(state.late_parts[i], 0.0)
        work.goods.defect_parts[i, firms.group[i] * DEPTH_BINS] = defect_hazard(np.float64(state.defects[i]))
        state.late_parts[i, firms.group[i]] = work.goods.late[i]
    work.tracking[0] = 1


@compiled_kernel
def _add_scaled(scale: float, parts: Float, total: Float) -> None:
    for k in range(total.size):
        total[k] += scale * parts[k]


@compiled_kernel
def _add_two_scaled(scale: float, parts: Float, next_scale: float, next_parts: Float, total: Float) -> None:
    """Do what `_add_scaled` does for two, one after the other, with half of the reading and writing of the total."""
    for k in range(total.size):
        total[k] = (total[k] + scale * parts[k]) + next_scale * next_parts[k]


@compiled_kernel
def _move_on(scale: float, parts: Float, moved: Float) -> None:
    """Write parts one link farther on; those at the end of a group's row stray into the next row."""
    for k in range(np.uint64(moved.size) - np.uint64(1)):
        moved[k + np.uint64(1)] = scale * parts[k]


@compiled_inner
def split_defects(
    block: int, firms: Firms, ties: Ties, before: Goods, after: Goods, work: Workspace, bench: Bench
) -> None:
    """Split -ln(1 - d) of a block of firms by origin group and links travelled; the parts sum to the whole."""
    parts, groups = bench.parts, after.late_parts.shape[1]
    for run in range(ties.block[block], ties.block[block + 1]):
        rows = ties.run[run + 1] - ties.run[run]
        for i in range(ties.run[run], ties.run[run + 1]):
            fill(parts, 0.0)
            own = np.float64(work.own_hazard[i])
            total = own
            waiting, first = -1, 0.0  # a supplier whose parts wait for those of the next
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
                if waiting < 0:
                    waiting, first = int(np.int64(j)), passed / whole
                    continue
                _add_two_scaled(first, before.defect_parts[waiting], passed / whole, before.defect_parts[j], parts)
                waiting = -1
            if waiting >= 0:
                _add_scaled(first, before.defect_parts[waiting], parts)
            # A share is stored with fewer digits than its parts, and has a cap: they are scaled to what is delivered.
            kept = defect_hazard(abs(np.float64(after.shown[i]))) / total if total > 0.0 else 0.0
            moved = after.defect_parts[i]
            _move_on(kept, parts, moved)
            for g in range(groups):
                # What comes from the farthest bin stays in it.
                last = (g + 1) * DEPTH_BINS - 1
                moved[last] = kept * (parts[last - 1] + parts[last])
                moved[g * DEPTH_BINS] = 0.0
            moved[firms.group[i] * DEPTH_BINS] = kept * own


@compiled_inner
def record_parts(strip: int, firms: Firms, ties: Ties, state: State, work: Workspace) -> None:
    """Add up -ln(1 - d) of a strip by origin group, links travelled and bearing group, weighted by sales."""
    parts, summed = work.parts[strip], work.sums.defects
    for bearer in range(parts.shape[0]):
        fill(parts[bearer], 0.0)
    for i in range(first_row(ties.strip[strip], ties), first_row(ties.strip[strip + 1], ties)):
        _add_scaled(firms.weight[i] * state.sales[i], work.goods.defect_parts[i], parts[firms.group[i]])
    for bearer in range(parts.shape[0]):
        for g in range(summed.shape[1]):
            for h in range(DEPTH_BINS):
                summed[strip, g, h, bearer] += parts[bearer, g * DEPTH_BINS + h]


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
