"""Arrays that hold the next values while all firms still read the present ones, and the counts of a month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.engines.parameters import Parameters
from simulation.state import (
    COLUMNS,
    DEPTH_BINS,
    Awards,
    Channels,
    Float,
    Index,
    Links,
    Programmes,
    Small,
    State,
    Tallies,
    World,
)

__all__ = ["Workspace", "new_awards", "new_channels", "new_state", "new_tallies", "new_workspace", "own_links"]


class Workspace(NamedTuple):
    """Second buffers and counters; nothing here survives a month except ``late_count`` and ``tracking``.

    Attributes
    ----------
    chance : (n,) chance of adopting this month
    user_share, defects, late : (n,) next values
    root, travelled : (n,) next values
    defect_parts : (n, G, H) or (0, G, H) next values
    late_parts : (n, G) or (0, G) next values
    cell_firms, cell_adopters : (sectors x regions,) numbers of firms and of adopters
    cell_others : (sectors x regions,) adopter share of the sector, mean of the other regions
    on_time : (n,) deliveries of the month that were on time
    late_days, own_late_days : (n,) sums over the deliveries of the month
    late_count : (1,) late deliveries of the round before
    tracking : (2,) whether parts by origin are followed now, and from which month on they are recorded
    scores, waiting : (n,) the order of service of a programme
    support : (n,) public money that the firm got this month, million won
    own_cost : (n,) what the firm paid itself this month for installing, programmes and its suppliers, million won
    mandated : (n,) 0, 1 where a mandate covers the firm this month, 2 where it is overdue
    lead : (n,) large customer that has adopted and takes 30 % or more of the firm's sales, -1 where there is none
    next_supplier : (m,) suppliers after the review
    by_key : (n,) firms in the order of their keys
    candidates : (n,) firms by sector and region, whose entries begin at ``cell_start`` (sectors x regions + 1,)
    candidate_weight : (n,) sum of the candidates' weights up to and with each
    sector_defects, sector_late : (sectors,) means of the firms' averages
    """

    chance: Float
    user_share: Float
    defects: Float
    late: Float
    root: Small
    travelled: Small
    defect_parts: Float
    late_parts: Float
    cell_firms: Index
    cell_adopters: Index
    cell_others: Float
    on_time: Small
    late_days: Float
    own_late_days: Float
    late_count: Index
    tracking: Index
    scores: Float
    waiting: Index
    support: Float
    own_cost: Float
    mandated: Small
    lead: Index
    next_supplier: Small
    by_key: Index
    candidates: Index
    candidate_weight: Float
    cell_start: Index
    sector_defects: Float
    sector_late: Float


def new_state(n: int, groups: int, has_origins: bool) -> State:
    """Return a state of zeros for n firms, with parts by origin where they are asked for."""
    parts = n if has_origins else 0
    return State(
        adopted=np.zeros(n, np.uint8),
        months_adopted=np.zeros(n, np.int32),
        wait=np.zeros(n, np.int32),
        log_odds=np.zeros(n),
        user_share=np.zeros(n),
        capacity=np.zeros(n),
        effective=np.zeros(n),
        sales=np.zeros(n),
        defects_average=np.zeros(n),
        late_average=np.zeros(n),
        value_added=np.zeros(n),
        own_defects=np.zeros(n),
        own_late=np.zeros(n),
        defects=np.zeros(n),
        defect_parts=np.zeros((parts, groups, DEPTH_BINS)),
        late=np.zeros(n),
        root=np.arange(n, dtype=np.int32),
        travelled=np.zeros(n, np.int32),
        late_parts=np.zeros((parts, groups)),
    )


def own_links(links: Links) -> Links:
    """Return links that a run may change: copies of what *review* writes, the rest shared."""
    return links._replace(
        supplier=links.supplier.copy(),
        sales_share=links.sales_share.copy(),
        sales_start=links.sales_start.copy(),
        sales_link=links.sales_link.copy(),
    )


def new_workspace(world: World, parameters: Parameters, has_origins: bool) -> Workspace:
    """Return the second buffers for the firms of a world, and who may become whose supplier."""
    firms, links = world.firms, world.links
    n, groups = firms.key.size, world.groups.count
    sectors = len(world.groups.sectors)
    cells = sectors * len(world.groups.regions)
    parts = n if has_origins else 0
    candidates = np.lexsort((firms.key, firms.cell))
    weight = (np.diff(links.sales_start) + 1.0) ** parameters.review.degree_exponent
    return Workspace(
        chance=np.zeros(n),
        user_share=np.zeros(n),
        defects=np.zeros(n),
        late=np.zeros(n),
        root=np.zeros(n, np.int32),
        travelled=np.zeros(n, np.int32),
        defect_parts=np.zeros((parts, groups, DEPTH_BINS)),
        late_parts=np.zeros((parts, groups)),
        cell_firms=np.zeros(cells, np.int64),
        cell_adopters=np.zeros(cells, np.int64),
        cell_others=np.zeros(cells),
        on_time=np.zeros(n, np.int32),
        late_days=np.zeros(n),
        own_late_days=np.zeros(n),
        late_count=np.zeros(1, np.int64),
        tracking=np.array([has_origins, 0], np.int64),
        scores=np.zeros(n),
        waiting=np.zeros(n, np.int64),
        support=np.zeros(n),
        own_cost=np.zeros(n),
        mandated=np.zeros(n, np.int32),
        lead=np.full(n, -1, np.int64),
        next_supplier=np.zeros(links.supplier.size, np.int32),
        by_key=np.argsort(firms.key, kind="stable"),
        candidates=candidates,
        candidate_weight=np.cumsum(weight[candidates]),
        cell_start=np.searchsorted(firms.cell[candidates], np.arange(cells + 1)).astype(np.int64),
        sector_defects=np.zeros(sectors),
        sector_late=np.zeros(sectors),
    )


def new_channels(n: int) -> Channels:
    """Return channels in which no lever acts."""
    return Channels(*(np.zeros(n) for _ in Channels._fields))


def new_awards(programmes: Programmes, n: int, months: int) -> Awards:
    """Return empty books."""
    rows = programmes.first.size
    return Awards(
        until=np.full((rows, n), -1, np.int32),
        promised=np.zeros((rows, n)),
        reserved=np.zeros(rows),
        spent_year=np.zeros(rows),
        spent=np.zeros((rows, months)),
        private_cost=np.zeros(months),
        lead_cost=np.zeros(months),
        received=np.zeros((rows, n)),
        served=np.zeros(n, np.uint8),
    )


def new_tallies(months: int, groups: int, has_origins: bool) -> Tallies:
    """Return tallies of zeros."""
    origins = groups if has_origins else 0
    return Tallies(
        groups=np.zeros((months, groups, len(COLUMNS))),
        late_days=np.zeros((months, origins, origins)),
        late_roots=np.zeros((months, groups, groups)),
        late_depth=np.zeros((months, DEPTH_BINS, groups)),
        defects=np.zeros((months, origins, DEPTH_BINS, origins)),
        late_before=np.zeros(months),
        late_inherited=np.zeros(months),
    )
