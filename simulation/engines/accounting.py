"""Accounting: the value added of every firm in a month."""

from __future__ import annotations

import numpy as np

from simulation.compiled import compiled_inner, compiled_kernel
from simulation.engines.bench import Bench
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.engines.workspace import Workspace
from simulation.rules.capacity import Capacity
from simulation.rules.defects import Defects, inspection
from simulation.rules.money import (
    MoneyFlows,
    handling_cost,
    lateness_cost,
    quality_cost,
    running_cost,
    value_of_time,
)
from simulation.state import Bool, Channels, Firms, Float, Real, State

__all__ = ["account"]


@compiled_kernel
def _account(
    sales: Float,
    input_share: Float,
    adopted: Bool,
    user_share: Real,
    reinvested: Real,
    reinvestment: Float,
    delivered: Real,
    final_demand: Float,
    purchases: Float,
    bought: Float,
    effective: Real,
    late_days: Real,
    install_cost: Float,
    own_cost: Float,
    value_added: Float,
    rounds: int,
    defects: Defects,
    capacity: Capacity,
    money: MoneyFlows,
) -> None:
    for i in range(sales.size):
        has = np.float64(adopted[i])
        yearly = (
            sales[i] * (1.0 - input_share[i])
            + value_of_time(
                sales[i],
                has,
                np.float64(user_share[i]),
                min(1.0, np.float64(reinvested[i]) + reinvestment[i]),
                capacity.learning_share,
                capacity.time_saved,
                money,
            )
            - quality_cost(np.float64(delivered[i]), final_demand[i], money)
            - handling_cost(purchases[i], inspection(np.float64(effective[i]), defects), bought[i], money)
            - lateness_cost(np.float64(late_days[i]) / rounds, sales[i], money)
            - running_cost(has, install_cost[i], money)
        )
        value_added[i] = yearly / 12.0 - own_cost[i]


@compiled_inner
def account(
    block: int, firms: Firms, ties: Ties, state: State, channels: Channels, work: Workspace, bench: Bench, p: Parameters
) -> None:
    """Write value added of a block of firms, million won a month, from the deliveries of the month.

    A twelfth of y (1 - input share) + value of the time saved - quality, handling and lateness cost - running cost,
    less what the firm itself paid this month for installing AI, for programmes and for its suppliers. The defect share
    of what it buys is in ``bench.hazard``.
    """
    low, high = ties.run[ties.block[block]], ties.run[ties.block[block + 1]]
    rows = slice(low, high)
    _account(
        state.sales[rows],
        firms.input_share[rows],
        state.adopted[rows],
        state.user_share[rows],
        firms.reinvested[rows],
        channels.reinvestment[rows],
        state.defects[rows],
        firms.final_demand[rows],
        work.purchases[rows],
        bench.hazard[: high - low],
        state.effective[rows],
        work.late_days[rows],
        firms.install_cost[rows],
        work.own_cost[rows],
        state.value_added[rows],
        p.rounds,
        p.defects,
        p.capacity,
        p.money,
    )
