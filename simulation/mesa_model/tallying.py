"""Tallying: what the agents' model counts of the deliveries of a round, and sums over firms at the end of a month.

Nothing here is shared with the compiled engine, so that its sums are checked by other ones.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from simulation.rules.defects import defect_hazard, passing_factor
from simulation.state import COLUMNS, DEPTH_BINS

if TYPE_CHECKING:
    from simulation.mesa_model.firm import Firm
    from simulation.mesa_model.model import SupplyChainModel

__all__ = ["count_round", "record_month"]


def count_round(model: SupplyChainModel) -> None:
    """Count the late deliveries of a round: how many, because of whom, and how far they came."""
    tallies, month, weights = model.tallies, model.month, model.world.firms.weight
    late = [firm for firm in model.firms if firm.is_late]
    tallies.late_before[month] += model.late_before
    tallies.late_inherited[month] += sum(firm.travelled > 0 for firm in late)
    for firm in late:
        weight = weights[firm.index]
        tallies.late_roots[month, firm.root.group, firm.group] += weight
        tallies.late_depth[month, min(firm.travelled, DEPTH_BINS - 1), firm.group] += weight
    for firm in model.firms:
        row = tallies.groups[month, firm.group]
        row[COLUMNS.index("late_days")] += firm.weight * firm.late
        row[COLUMNS.index("own_late_days")] += firm.weight * firm.own_late
    if model.records_origins:
        for firm in model.firms:
            tallies.late_days[month, :, firm.group] += weights[firm.index] * firm.late_parts


def record_month(model: SupplyChainModel) -> None:
    """Add every firm's row to that of its group, and its defects by origin to those of its group."""
    tallies, month = model.tallies, model.month
    for firm in model.firms:
        weight = float(model.world.firms.weight[firm.index])
        row = _row(firm, weight)
        tallies.groups[month, firm.group] += np.array([row[name] for name in COLUMNS])
        for buys, new in zip(firm.suppliers, firm.next_suppliers, strict=True):
            old = buys.supplier
            if new is not old and old.mandated == 2:
                tallies.groups[month, old.group, COLUMNS.index("lost_slots")] += old.weight
        if model.records_origins:
            tallies.defects[month, :, :, firm.group] += weight * firm.sales * firm.defect_parts


def _row(firm: Firm, weight: float) -> dict[str, float]:
    """Return what a firm adds to each of the `COLUMNS`."""
    p = firm.parameters
    sales = weight * firm.sales
    floored = max(0.0, firm.value_added)
    return {
        "count": 1.0,
        "firms": weight,
        "workers": weight * firm.workers,
        "adopters_count": firm.adopted,
        "adopters": weight * firm.adopted,
        "users": weight * firm.workers * firm.user_share,
        "capacity": weight * firm.capacity,
        "quality_effect": weight * p.process.quality_effect * firm.effective,
        "sales": sales,
        "defects": weight * firm.defects,
        "sales_defects": sales * firm.defects,
        "sales_defect_hazard": sales * defect_hazard(firm.defects),
        "deliveries": weight * p.rounds,
        "on_time": weight * firm.on_time,
        "sales_deliveries": sales * p.rounds,
        "sales_on_time": sales * firm.on_time,
        "late_days": 0.0,  # counted in each round
        "own_late_days": 0.0,
        "excluded": weight * (firm.sales == 0.0),
        "slots": weight * len(firm.suppliers),
        "switched": weight * firm.switched,
        "value_added": weight * firm.value_added,
        "value_added_floored": weight * floored,
        "value_added_log": weight * floored * log(floored / firm.workers) if floored > 0.0 else 0.0,
        "floored_count": float(floored <= 0.0),
        "support": weight * firm.support,
        "own_cost": weight * firm.own_cost,
        "covered": weight * (firm.mandated > 0),
        "overdue": weight * (firm.mandated == 2),
        "overdue_sales": sales * (firm.mandated == 2),
        "lost_slots": 0.0,  # booked with the firm that loses it
        "passing": weight * passing_factor(firm.effective, p.defects),
    }
