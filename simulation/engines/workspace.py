"""Arrays that a run works with beside its state: what firms show each other, and counters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled
from simulation.engines.arrays import alias_of
from simulation.engines.empty import new_sums
from simulation.engines.film import Film, new_film
from simulation.engines.goods import Goods, new_goods
from simulation.engines.parameters import Parameters
from simulation.engines.ties import Ties
from simulation.rules.lateness import Lateness, full_buffer
from simulation.rules.review import Review, candidate_weight
from simulation.state import DEPTH_BINS, Bool, Float, Index, Key, Real, Small, Tallies, Word32, World

__all__ = ["SUMS", "Workspace", "new_workspace", "reach_of"]


SUMS = 4
"""Sums that are kept side by side where one would have to wait for the addition before."""


class Workspace(NamedTuple):
    """What firms show each other, what does not change within a month, and counters.

    Attributes
    ----------
    goods, others : Goods
        After a month ``goods`` hold the last deliveries; ``state.late`` and others are the same arrays.
    purchases : (n,) what the firm buys, million won a year
    full_buffer : (n,) buffer without AI, days
    partners : (n,) numbers of suppliers and of buyers together
    suppliers : (n,) number of suppliers
    lanes : (1,) runs that are moved together, their rows of each firm side by side; see `simulation.engines.lanes`
    of_run : (G,) number of each group among those of its run
    key : (n / lanes,) keys of the firms, for draws that the runs have in common
    signal : (n + 1,) user share, and 1 more where the firm has adopted; firm n: 0
    heard : (threads, 2 n + 2) sums over the firm's buyers: of what adopters among them count, and of their user
        shares; between months, changes of sales and of numbers of buyers
    all_heard : (n,) what all buyers count, under the rules ``threshold`` and ``logit``
    chance : (n,) chance of adopting this month
    effective : (n + 1,) effective use as suppliers show it
    own_hazard, let_through, slack : (n,) -ln(1 - own defects), 1 - inspection and buffer of this month
    event : (n,) bit r: a late event happens in round r
    excess : (n,) how much worse than its sector the firm delivers
    replaced : (n + 1,) chance of being replaced by a buyer
    cell_firms, cell_adopters : (sectors x regions,) numbers of firms and of adopters
    peers : (2 sectors x regions,) what firms of a sector and region see of their peers: those that have not adopted,
        and those that have
    group_sums : (G, 4) of each group: firms, their weights, weighted workers, weighted numbers of suppliers
    late_days : (n,) sum over the deliveries of the month
    parts : (S, G, G x H) of each strip and bearing group, origins of what it delivers
    late_count : (S + 1, G) late deliveries of the round before, and of each strip in this one
    sums : Tallies
        Of the month, by strip instead of month; ``groups`` are (S, C, G), ``late_inherited`` (S, G).
    adopters_by, defects_by, late_by : (S, SUMS x sectors x regions) sums of each strip
    film : Film
        Of the months lived now; without room, nothing is filmed.
    tracking : (2,) whether parts by origin are followed now, and from which month on they are recorded
    is_clear : (1,) 1 while the channels, ``support`` and ``mandated`` are empty
    has_overdue : (1,) 1 where some firm is overdue
    scores, waiting : (n,) the order of service of a programme
    support : (n,) public money that the firm got this month, million won
    own_cost : (n,) what the firm paid itself this month for installing, programmes and its suppliers, million won
    mandated : (n,) 0, 1 where a mandate covers the firm this month, 2 where it is overdue
    lead : (n,) large customer that has adopted and takes 30 % or more of the firm's sales, -1 where there is none
    lead_value : (n,) what it buys from the firm, million won a year
    alias : (4 n,) tables of the firms of each sector and region by `alias_of`, whose entries begin at ``cell_start``
        (sectors x regions + 1,)
    reach : (sectors x regions x (regions + 1),) of a buyer in a region that seeks a supplier in a sector: sums of the
        chances of finding one in none, in the first, in the first two, ... regions
    usual_defects, usual_late : (sectors x regions,) means of the averages of all firms of the sector
    """

    goods: Goods
    others: Goods
    purchases: Float
    full_buffer: Real
    partners: Small
    suppliers: Small
    lanes: Index
    of_run: Index
    key: Key
    signal: Real
    heard: Float
    all_heard: Float
    chance: Float
    effective: Real
    own_hazard: Real
    let_through: Real
    slack: Real
    event: Word32
    excess: Real
    replaced: Real
    cell_firms: Float
    cell_adopters: Float
    peers: Float
    group_sums: Float
    late_days: Real
    parts: Float
    late_count: Index
    sums: Tallies
    adopters_by: Float
    defects_by: Float
    late_by: Float
    film: Film
    tracking: Index
    is_clear: Bool
    has_overdue: Bool
    scores: Float
    waiting: Index
    support: Float
    own_cost: Float
    mandated: Small
    lead: Small
    lead_value: Float
    alias: Word32
    reach: Float
    cell_start: Index
    usual_defects: Float
    usual_late: Float


def reach_of(weight: Float, cell_start: Index, regions: int, proximity: float) -> Float:
    """Return (cells x (regions + 1),) cumulative chances of a sector's regions, for buyers in each region.

    Where a sector has no firm that the proximity lets a buyer reach, it seeks in all regions alike.
    """
    whole = np.diff(np.concatenate([[0.0], np.cumsum(weight)])[cell_start]).reshape(-1, 1, regions)
    near = whole * np.where(np.eye(regions, dtype=bool), 1.0, proximity)
    near = np.where(near.sum(axis=2, keepdims=True) > 0.0, near, whole)
    cumulative: Float = np.cumsum(near, axis=2).reshape(-1, regions)
    cumulative /= np.maximum(cumulative[:, -1:], np.finfo(np.float64).tiny)
    return np.column_stack([np.zeros(len(cumulative)), cumulative]).ravel()


@compiled
def _candidate_weights(customers: Index, review: Review) -> Float:
    """Return for each number of customers how a firm with so many comes to mind as a supplier."""
    weight = np.empty(customers.size)
    most = np.int64(0)
    for k in range(customers.size):
        most = max(most, customers[k])
    of_count = np.full(most + 1, -1.0)  # few distinct numbers
    for k in range(customers.size):
        count = customers[k]
        if of_count[count] < 0.0:
            of_count[count] = candidate_weight(np.float64(count), review)
        weight[k] = of_count[count]
    return weight


@compiled
def _full_buffers(critical_suppliers: Small, mean_late_days: float, lateness: Lateness) -> Float:
    """Return for each number of critical suppliers the buffer of a firm without AI, in days."""
    days = np.empty(critical_suppliers.size)
    for i in range(days.size):
        days[i] = full_buffer(critical_suppliers[i], mean_late_days, lateness)
    return days


def new_workspace(
    world: World, parameters: Parameters, ties: Ties, has_origins: bool, real: type[np.floating], threads: int = 1
) -> Workspace:
    """Return the arrays of a run in a world, and who may become whose supplier."""
    strips = ties.strip.size - 1
    firms, links = world.firms, world.links
    n, groups = firms.key.size, world.groups.count
    regions = len(world.groups.regions)
    cells = len(world.groups.sectors) * regions
    buyers = np.bincount(links.supplier, minlength=n)
    suppliers = np.diff(links.start).astype(np.int32)
    candidates = np.lexsort((firms.key, firms.cell)).astype(np.int32)
    weight = _candidate_weights(buyers[candidates], parameters.review)
    cell_start = np.searchsorted(firms.cell[candidates], np.arange(cells + 1)).astype(np.int64)
    return Workspace(
        goods=new_goods(n, groups, has_origins, real),
        others=new_goods(n, groups, has_origins, real),
        purchases=np.bincount(links.buyer, links.value, n).astype(np.float64),
        full_buffer=_full_buffers(firms.critical_suppliers, parameters.process.late_days, parameters.lateness).astype(
            real
        ),
        partners=(suppliers + buyers).astype(np.int32),
        suppliers=suppliers,
        lanes=np.ones(1, np.int64),
        of_run=np.arange(groups),
        key=firms.key,
        signal=np.zeros(n + 1, real),
        heard=np.zeros((threads, 2 * n + 2)),
        all_heard=np.zeros(n),
        chance=np.zeros(n),
        effective=np.zeros(n + 1, real),
        own_hazard=np.zeros(n, real),
        let_through=np.zeros(n, real),
        slack=np.zeros(n, real),
        event=np.zeros(n, np.uint32),
        excess=np.zeros(n, real),
        replaced=np.zeros(n + 1, real),
        cell_firms=np.diff(cell_start).astype(np.float64),
        cell_adopters=np.zeros(cells),
        peers=np.zeros(2 * cells),
        group_sums=np.column_stack(
            [
                np.bincount(firms.group, of, groups)
                for of in (np.ones(n), firms.weight, firms.weight * firms.workers, firms.weight * suppliers)
            ]
        ),
        late_days=np.zeros(n, real),
        parts=np.zeros((strips, groups if has_origins else 0, groups * DEPTH_BINS)),
        late_count=np.zeros((strips + 1, groups), np.int64),
        sums=new_sums(strips, groups, has_origins),
        adopters_by=np.zeros((strips, SUMS * cells)),
        defects_by=np.zeros((strips, SUMS * cells)),
        late_by=np.zeros((strips, SUMS * cells)),
        film=new_film(real),
        tracking=np.array([has_origins, 0], np.int64),
        is_clear=np.ones(1, np.uint8),
        has_overdue=np.zeros(1, np.uint8),
        scores=np.zeros(n),
        waiting=np.zeros(n, np.int64),
        support=np.zeros(n),
        own_cost=np.zeros(n),
        mandated=np.zeros(n, np.int32),
        lead=np.full(n, -1, np.int32),
        lead_value=np.zeros(n),
        alias=alias_of(candidates, weight, cell_start),
        reach=reach_of(weight, cell_start, regions, parameters.review.proximity),
        cell_start=cell_start,
        usual_defects=np.zeros(cells),
        usual_late=np.zeros(cells),
    )
