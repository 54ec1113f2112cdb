"""A table of all firms of a network: what hangs on each, before and after a run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.influence import defect_influence, late_influence
from simulation.engines.parameters import parameters_of
from simulation.experiments.late_costs import late_costs
from simulation.experiments.removal import Removal
from simulation.records import Run
from simulation.rules.defects import inspection
from simulation.rules.money import handling_cost
from simulation.state import Float
from simulation.world.closure import Chain, chain_of, closure_index

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RANKINGS", "Systemic", "add_removal", "systemic_firms", "top_firms"]

RANKINGS = {"closure": "closure", "defects": "defects_passed", "late": "late_passed", "cost": "cost"}
"""Columns by which firms can be ranked, largest first."""

_PART = 100
"""Closures computed at a time."""


class Systemic(NamedTuple):
    """Firms and the radii of the two matrices; from 1 on, the sums over all links travelled are not defined.

    Attributes
    ----------
    firms : DataFrame, one row per firm in the order of the world
    radius_defects, radius_late : R_q and the structural R_d at the end of the run
    """

    firms: pd.DataFrame
    radius_defects: float
    radius_late: float


def _closures(
    chain: Chain, is_replaceable: bool, workers: int, on_firms: Callable[[int], None] | None
) -> NDArray[np.float64]:
    """Return `closure_index` of all firms, some at a time in each thread."""

    def of_part(part: NDArray[np.int64]) -> NDArray[np.float64]:
        index = closure_index(chain, part, is_replaceable=is_replaceable)
        if on_firms:
            on_firms(part.size)
        return index

    n = chain.output.size
    with ThreadPoolExecutor(workers) as pool:
        return np.concatenate(list(pool.map(of_part, np.array_split(np.arange(n), 1 + n // _PART))))


def systemic_firms(run: Run, *, workers: int = 1, on_firms: Callable[[int], None] | None = None) -> Systemic:
    """Return for every firm of a run what the economy loses without it and what it is behind.

    Parameters
    ----------
    run : Run
    workers : int
        Threads for the closures, whose cost grows with the square of the number of firms.
    on_firms : callable, optional
        Told the numbers of closures done, two for each firm in all.

    Notes
    -----
    The columns, beside those that say who the firm is:

    - ``sales_share``: its part of all sales at the start, times its weight;
    - ``closure``: what closes with it where others of its sector step in, as a part of all sales (`closure_index`);
    - ``closure_unreplaced``: the same while nobody steps in;
    - ``defect_influence``: delivered defects of all firms, by sales, per unit of its own defects;
    - ``defects_passed``: what its own defects add to the deliveries of others, ppm of all sales;
    - ``quality_cost``: what its own defects cost at final demand, whoever delivers them, million won a
      year, the delivering firms times their weight;
    - ``handling_cost``: what its own defects cost buyers whose inspection finds them, million won a year, the
      buyers times their weight;
    - ``late_cost``: what the late deliveries of the last twelve months whose root it is cost those who were late,
      million won a year (`late_costs`);
    - ``cost``: these three together, what is attributed to the firm where it began;
    - ``late_buyers``: buyers that one own late event of it makes late directly;
    - ``late_passed``: the same per 100 deliveries of the firm, at its own chance of late events.

    Closures are those of the network at the start, before any draw; all others are at the end of the run, with its
    links, sales and effective use, to first order in small defects (`simulation.engines.influence`), but for
    ``late_cost``. Over all firms costs add up to what quality, handling and lateness cost.
    """
    world, state, links = run.world, run.state, run.final_links
    firms, parameters = world.firms, parameters_of(run.scenario)
    chain = chain_of(world)
    sales = firms.weight * state.sales
    by_sales = sales / sales.sum()
    defects = defect_influence(links, state, parameters, by_sales)
    cost = parameters.money.quality_cost * firms.weight * firms.final_demand
    at_demand = defect_influence(links, state, parameters, cost)
    found = defect_influence(links, state, parameters, _handling(run))
    late = late_influence(firms, links, state, parameters, np.ones(sales.size))
    chance = firms.late_chance * (1.0 - parameters.process.schedule_effect * state.effective)
    table = run.firms[["firm", "size", "sector", "region", "tier", "workers", "weight", "sales"]].copy()
    table["sales_share"] = chain.counted / chain.counted.sum()
    table["closure"] = _closures(chain, True, workers, on_firms)
    table["closure_unreplaced"] = _closures(chain, False, workers, on_firms)
    table["defect_influence"] = defects.total
    table["defects_passed"] = 1e6 * (defects.total - by_sales) * state.own_defects
    table["quality_cost"] = at_demand.total * state.own_defects
    table["handling_cost"] = found.total * state.own_defects
    table["late_cost"] = late_costs(run)
    table["cost"] = table["quality_cost"] + table["handling_cost"] + table["late_cost"]
    table["late_buyers"] = late.direct
    table["late_passed"] = 100.0 * chance * late.direct
    return Systemic(table, defects.radius, late.radius)


def _handling(run: Run) -> Float:
    """Return (n,) what a unit of delivered defect of each firm costs its buyers in handling, million won a year."""
    firms, state, links, parameters = run.world.firms, run.state, run.final_links, parameters_of(run.scenario)
    cost = np.zeros(firms.key.size)
    for link in range(links.supplier.size):
        buyer = links.buyer[link]
        found = inspection(state.effective[buyer], parameters.defects)
        each = handling_cost(links.value[link], found, 1.0, parameters.money)
        cost[links.supplier[link]] += firms.weight[buyer] * each
    return cost


def top_firms(table: pd.DataFrame, ranking: str, count: int) -> list[int]:
    """Return the numbers of the firms with the largest values, largest first; of equal ones the first."""
    values = np.nan_to_num(table[RANKINGS[ranking]].to_numpy(), nan=-np.inf)
    return [int(place) for place in np.argsort(-values, kind="stable")[:count]]


def add_removal(table: pd.DataFrame, removal: Removal) -> pd.DataFrame:
    """Return the table with what the risk of some firms adds to the burden of all others, in total, with intervals.

    Columns ``late_days_effect``, ``_low``, ``_high`` and ``_share`` (of what the others bear), and the same for
    ``defects``; empty for firms whose risk was not taken away.
    """
    whole = removal.effects()
    whole = whole[whole["group"] == "all"].set_index("firm")
    wider = table.copy()
    for outcome, rows in whole.groupby("outcome", sort=False):
        for name in ("effect", "low", "high"):
            wider[f"{outcome}_{name}"] = rows[name].reindex(range(len(table))).to_numpy()
        share = (rows["effect"] / rows["mean"].where(rows["mean"] > 0.0)).reindex(range(len(table)))
        wider[f"{outcome}_share"] = share.to_numpy()
    return wider
