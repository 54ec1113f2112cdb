"""Counting deliveries in each round and summing firms by group at the end of a month."""

from __future__ import annotations

from math import log

from simulation.compiled import compiled_inner
from simulation.engines.arrays import fill
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.rules.defects import defect_hazard, passing_factor
from simulation.rules.lateness import is_late
from simulation.state import COLUMNS, DEPTH_BINS, Firms, State, Tallies

__all__ = ["begin_month", "count_deliveries", "record"]

_COLUMN_COUNT = len(COLUMNS)


@compiled_inner
def begin_month(work: Workspace) -> None:
    """Set the counters of a month to zero."""
    fill(work.on_time, 0)
    fill(work.late_days, 0.0)
    fill(work.own_late_days, 0.0)


@compiled_inner
def count_deliveries(
    month: int, firms: Firms, state: State, work: Workspace, tallies: Tallies, parameters: Parameters
) -> None:
    """Count the deliveries of a round: on time or late, and late because of whom.

    A negative ``month`` counts only what the next round needs to know.
    """
    has_parts = work.tracking[0] == 1 and month >= work.tracking[1]
    late_count = 0
    inherited_count = 0
    for i in range(firms.key.size):
        days = state.late[i]
        is_on_time = not is_late(days, parameters.lateness)
        if not is_on_time:
            late_count += 1
        work.late_days[i] += days
        if month < 0:
            continue
        work.own_late_days[i] += state.own_late[i]
        bearer = firms.group[i]
        if is_on_time:
            work.on_time[i] += 1
        else:
            root = state.root[i]
            if state.travelled[i] > 0:  # its root may be the firm itself, after a loop
                inherited_count += 1
            tallies.late_roots[month, firms.group[root], bearer] += firms.weight[i]
            tallies.late_depth[month, min(state.travelled[i], DEPTH_BINS - 1), bearer] += firms.weight[i]
        if has_parts and days > 0.0:
            for g in range(tallies.late_days.shape[1]):
                tallies.late_days[month, g, bearer] += firms.weight[i] * state.late_parts[i, g]
    if month >= 0:
        tallies.late_before[month] += work.late_count[0]
        tallies.late_inherited[month] += inherited_count
    work.late_count[0] = late_count


@compiled_inner
def _record_defect_parts(month: int, firms: Firms, state: State, tallies: Tallies) -> None:
    """Add up -ln(1 - d) by origin group, links travelled and bearing group, weighted by sales."""
    for i in range(firms.key.size):
        scale = firms.weight[i] * state.sales[i]
        bearer = firms.group[i]
        for g in range(state.defect_parts.shape[1]):
            for h in range(DEPTH_BINS):
                tallies.defects[month, g, h, bearer] += scale * state.defect_parts[i, g, h]


@compiled_inner
def record(month: int, firms: Firms, state: State, work: Workspace, tallies: Tallies, parameters: Parameters) -> None:
    """Sum the firms of each group, in the order of `COLUMNS`; *review* writes slots and those switched or lost."""
    for i in range(firms.key.size):
        row = tallies.groups[month, firms.group[i]]
        weight = firms.weight[i]
        sales = weight * state.sales[i]
        row[0] += 1.0
        row[1] += weight
        row[2] += weight * firms.workers[i]
        row[3] += state.adopted[i]
        row[4] += weight * state.adopted[i]
        row[5] += weight * firms.workers[i] * state.user_share[i]
        row[6] += weight * state.capacity[i]
        row[7] += weight * parameters.process.quality_effect * state.effective[i]
        row[8] += sales
        row[9] += weight * state.defects[i]
        row[10] += sales * state.defects[i]
        row[11] += sales * defect_hazard(state.defects[i])
        row[12] += weight * parameters.rounds
        row[13] += weight * work.on_time[i]
        row[14] += sales * parameters.rounds
        row[15] += sales * work.on_time[i]
        row[16] += weight * work.late_days[i]
        row[17] += weight * work.own_late_days[i]
        row[18] += weight if state.sales[i] == 0.0 else 0.0
        row[21] += weight * state.value_added[i]
        floored = max(0.0, state.value_added[i])
        row[22] += weight * floored
        if floored > 0.0:
            row[23] += weight * floored * log(floored / firms.workers[i])
        else:
            row[24] += 1.0
        row[25] += weight * work.support[i]
        row[26] += weight * work.own_cost[i]
        if work.mandated[i] > 0:
            row[27] += weight
        if work.mandated[i] == 2:
            row[28] += weight
            row[29] += sales
        row[31] += weight * passing_factor(state.effective[i], parameters.defects)
    if work.tracking[0] == 1 and month >= work.tracking[1]:
        _record_defect_parts(month, firms, state, tallies)
