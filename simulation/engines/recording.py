"""Counting deliveries in each round and summing firms by group at the end of a month."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner
from simulation.elementary import log
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Bench, Goods, Workspace
from simulation.rules.defects import defect_hazard, inspection
from simulation.rules.lateness import is_late
from simulation.state import COLUMNS, DEPTH_BINS, Channels, Firms, State, Tallies

__all__ = ["begin_month", "count_deliveries", "record", "record_defect_parts"]


@compiled_inner
def begin_month(work: Workspace, rounds: int) -> None:
    """Set the counters of a month to zero: all deliveries are on time until they are late."""
    fill(work.on_time, rounds)
    fill(work.late_days, 0.0)
    fill(work.own_late_days, 0.0)


@compiled_inner
def count_deliveries(
    month: int, count: int, block: int, firms: Firms, ties: Ties, after: Goods, state: State, work: Workspace,
    bench: Bench, tallies: Tallies, p: Parameters,
) -> None:  # fmt: skip
    """Count the late rows of a block, listed in ``bench.rows``, and because of whom they are late.

    A negative ``month`` counts only what the next round needs to know. ``work.late_count`` counts the round in [1].
    """
    low = ties.run[ties.block[block]]
    for number in range(count):
        i = low + bench.rows[number]
        days = np.float64(after.values[2 * i + 1])
        work.late_days[i] += days
        if month >= 0:
            work.own_late_days[i] += state.own_late[i]
        if not is_late(days, p.lateness):
            continue
        work.late_count[1] += 1
        work.on_time[i] -= 1
        if month < 0:
            continue
        root, travelled = after.root[i], after.travelled[i]
        if travelled > 0:
            tallies.late_inherited[month] += 1.0
        tallies.late_roots[month, firms.group[root], firms.group[i]] += firms.weight[i]
        tallies.late_depth[month, min(travelled, DEPTH_BINS - 1)] += firms.weight[i]
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        for number in range(count):
            i = low + bench.rows[number]
            for g in range(tallies.late_days.shape[1]):
                tallies.late_days[month, g, firms.group[i]] += firms.weight[i] * after.late_parts[i, g]


@compiled_inner
def record_defect_parts(month: int, firms: Firms, state: State, tallies: Tallies) -> None:
    """Add up -ln(1 - d) by origin group, links travelled and bearing group, weighted by sales."""
    for i in range(firms.key.size):
        scale = firms.weight[i] * state.sales[i]
        bearer = firms.group[i]
        for g in range(state.defect_parts.shape[1]):
            for h in range(DEPTH_BINS):
                tallies.defects[month, g, h, bearer] += scale * state.defect_parts[i, g, h]


@compiled_inner
def record(
    month: int, block: int, firms: Firms, ties: Ties, state: State, work: Workspace, tallies: Tallies, p: Parameters
) -> None:
    """Sum the firms of each group, in the order of `COLUMNS`; *review* writes ``switched``."""
    for i in range(ties.run[ties.block[block]], ties.run[ties.block[block + 1]]):
        row = tallies.groups[month, firms.group[i]]
        weight = firms.weight[i]
        sales = weight * state.sales[i]
        defects = np.float64(work.goods.values[2 * i])
        has = np.float64(state.adopted[i])
        row[0] += 1.0
        row[1] += weight
        row[2] += weight * firms.workers[i]
        row[3] += has
        row[4] += weight * has
        row[5] += weight * firms.workers[i] * np.float64(state.user_share[i])
        row[6] += weight * np.float64(state.capacity[i])
        row[7] += weight * p.process.quality_effect * np.float64(state.effective[i])
        row[8] += sales
        row[9] += weight * defects
        row[10] += sales * defects
        row[11] += sales * defect_hazard(defects)
        row[12] += weight * p.rounds
        row[13] += weight * work.on_time[i]
        row[14] += sales * p.rounds
        row[15] += sales * work.on_time[i]
        row[16] += weight * np.float64(work.late_days[i])
        row[17] += weight * np.float64(work.own_late_days[i])
        row[18] += weight if state.sales[i] == 0.0 else 0.0
        row[19] += weight * work.suppliers[i]
        row[21] += weight * state.value_added[i]
        floored = max(0.0, state.value_added[i])
        row[22] += weight * floored
        if floored > 0.0:
            row[23] += weight * floored * log(floored / firms.workers[i])
        else:
            row[24] += 1.0
        row[25] += weight * work.support[i]
        row[26] += weight * work.own_cost[i]
