"""Accounting: the value added of every firm in a month."""

from __future__ import annotations

from simulation.compiled import compiled_inner
from simulation.engines.parameters import Parameters
from simulation.engines.workspace import Workspace
from simulation.rules.defects import inspection
from simulation.rules.money import handling_cost, lateness_cost, quality_cost, running_cost, value_of_time
from simulation.state import Channels, Firms, Links, State

__all__ = ["account"]


@compiled_inner
def account(
    firms: Firms, links: Links, state: State, channels: Channels, work: Workspace, parameters: Parameters
) -> None:
    """Write value added, million won a month, from the deliveries of the month.

    A twelfth of y (1 - input share) + value of the time saved - quality, handling and lateness cost - running cost,
    less what the firm itself paid this month for installing AI, for programmes and for its suppliers.
    """
    for i in range(firms.key.size):
        sales = state.sales[i]
        found = inspection(state.effective[i], parameters.defects)
        handling = 0.0
        for link in range(links.start[i], links.start[i + 1]):
            handling += handling_cost(links.value[link], found, state.defects[links.supplier[link]], parameters.money)
        yearly = (
            sales * (1.0 - firms.input_share[i])
            + value_of_time(
                sales,
                state.adopted[i],
                state.user_share[i],
                min(1.0, firms.reinvested[i] + channels.reinvestment[i]),
                parameters.capacity.learning_share,
                parameters.capacity.time_saved,
                parameters.money,
            )
            - quality_cost(state.defects[i], firms.final_demand[i], parameters.money)
            - handling
            - lateness_cost(work.late_days[i] / parameters.rounds, sales, parameters.money)
            - running_cost(state.adopted[i], firms.install_cost[i], parameters.money)
        )
        state.value_added[i] = yearly / 12.0 - work.own_cost[i]
