"""Arrays that a run works with beside its state: what firms show each other, counters, and room for a block of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.engines.arrays import alias_of
from simulation.engines.parameters import Parameters
from simulation.engines.ties import BLOCK, Ties
from simulation.rules.lateness import full_buffer
from simulation.rules.review import CANDIDATES, candidate_weight
from simulation.state import (
    COLUMNS,
    DEPTH_BINS,
    Awards,
    Bool,
    Channels,
    Float,
    Index,
    Key,
    Programmes,
    Real,
    Small,
    State,
    Tallies,
    Word32,
    World,
)

__all__ = [
    "CHUNK",
    "LANES",
    "OF_GOODS",
    "Bench",
    "Goods",
    "Workspace",
    "new_awards",
    "new_bench",
    "new_channels",
    "new_goods",
    "new_state",
    "new_tallies",
    "new_workspace",
    "reach_of",
]


CHUNK = 64
"""Slots for which candidates are drawn at once."""

LANES = 4
"""Sums that are kept side by side where one would have to wait for the addition before."""


class Goods(NamedTuple):
    """What firms deliver in a round; there are two, which all read and which all write. Firm n delivers nothing, ever.

    Attributes
    ----------
    shown : (n + 1,) defect share, with a minus sign where the firm is so late that it may exceed somebody's buffer: all
        that most links need to read
    mixed : (1,) 1 where some defect share may be large or 0, so that loops for small positive ones do not do
    late : (n,) days
    root, travelled : (n,) of late deliveries only
    defect_parts : (n, G x H) or (0, G x H) as in `State`, in rows
    late_parts : as in `State`
    """

    shown: Real
    mixed: Bool
    late: Real
    root: Small
    travelled: Small
    defect_parts: Float
    late_parts: Float


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
    late_count : (S + 1,) late deliveries of the round before, and of each strip in this one
    sums : Tallies
        Of the month, by strip instead of month.
    adopters_by, defects_by, late_by : (S, LANES x sectors x regions) sums of each strip
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


class Bench(NamedTuple):
    """Room for what is found of a block of rows between one loop and the next.

    Attributes
    ----------
    seen, other : (BLOCK,)
    mark : (BLOCK,) bits of the slots whose supplier is critical and late
    suppliers, use, customers, peers, logged, hazard : (BLOCK,)
    inherited : (BLOCK,) -ln(1 - d) of what is delivered
    events : (BLOCK,) rows that are late of themselves in this round
    waiting : (BLOCK,) rows that wait for a supplier beyond their buffer
    rows : (BLOCK,) rows listed, in the end the late ones
    link : (BLOCK,) of late rows, link over which the row waits longest, -1 where it does not
    event_key : (BLOCK,) keys of the rows in ``events``
    words : (4 BLOCK,) draws of four slots
    arriving : (links of the largest block,) late days of the suppliers of links listed
    found, draw, found_row, found_run, chosen : (links of the largest block,) links whose supplier is replaced, the
        draw that decided it, the row and run of each, and by whom
    picks, times : (CHUNK x 16,) draws of candidates, and their times in the race for the slot
    parts : (G x H + 1,) origins of what a firm delivers
    region, candidates : (CHUNK x 16,) where candidates are sought, and who they are
    key, slot, first, home : (CHUNK,) of slots: key of the buyer, number of the slot, first cell of the sector sought,
        and where in ``Workspace.reach`` the buyer's and the sector's part begins
    """

    seen: Real
    other: Real
    mark: Word32
    suppliers: Float
    use: Float
    customers: Float
    peers: Float
    logged: Float
    hazard: Float
    inherited: Real
    events: Index
    waiting: Index
    rows: Index
    link: Index
    event_key: Key
    words: Word32
    arriving: Real
    found: Index
    draw: Word32
    found_row: Index
    found_run: Index
    chosen: Index
    picks: Float
    times: Float
    parts: Float
    region: Index
    candidates: Index
    key: Key
    slot: Index
    first: Index
    home: Index


def new_bench(ties: Ties, groups: int, real: type[np.floating]) -> Bench:
    """Return room for a block of rows."""
    largest = int(np.diff(ties.base[ties.block]).max(initial=0)) + 1
    return Bench(
        seen=np.zeros(BLOCK, real),
        other=np.zeros(BLOCK, real),
        mark=np.zeros(BLOCK, np.uint32),
        suppliers=np.zeros(BLOCK),
        use=np.zeros(BLOCK),
        customers=np.zeros(BLOCK),
        peers=np.zeros(BLOCK),
        logged=np.zeros(BLOCK),
        hazard=np.zeros(BLOCK),
        inherited=np.zeros(BLOCK, real),
        events=np.zeros(BLOCK, np.int64),
        waiting=np.zeros(BLOCK, np.int64),
        rows=np.zeros(BLOCK, np.int64),
        link=np.zeros(BLOCK, np.int64),
        event_key=np.zeros(BLOCK, np.uint64),
        words=np.zeros(4 * BLOCK, np.uint32),
        arriving=np.empty(largest, real),
        found=np.empty(largest, np.int64),
        draw=np.empty(largest, np.uint32),
        found_row=np.empty(largest, np.int64),
        found_run=np.empty(largest, np.int64),
        chosen=np.empty(largest, np.int64),
        picks=np.zeros(CHUNK * CANDIDATES),
        times=np.zeros(CHUNK * CANDIDATES),
        parts=np.zeros(groups * DEPTH_BINS + 1),
        region=np.zeros(CHUNK * CANDIDATES, np.int64),
        candidates=np.zeros(CHUNK * CANDIDATES, np.int64),
        key=np.zeros(CHUNK, np.uint64),
        slot=np.zeros(CHUNK, np.int64),
        first=np.zeros(CHUNK, np.int64),
        home=np.zeros(CHUNK, np.int64),
    )


def new_goods(n: int, groups: int, has_origins: bool, real: type[np.floating]) -> Goods:
    """Return deliveries without defects, on time."""
    parts = n if has_origins else 0
    return Goods(
        shown=np.zeros(n + 1, real),
        mixed=np.ones(1, np.uint8),
        late=np.zeros(n, real),
        root=np.arange(n, dtype=np.int32),
        travelled=np.zeros(n, np.int32),
        defect_parts=np.zeros((parts, groups * DEPTH_BINS)),
        late_parts=np.zeros((parts, groups)),
    )


def new_state(n: int, goods: Goods) -> State:
    """Return a state of zeros for n firms, in the precision of the goods that it describes."""
    real = goods.shown.dtype
    return State(
        adopted=np.zeros(n, np.uint8),
        months_adopted=np.zeros(n, np.int16),
        wait=np.zeros(n, np.int16),
        log_odds=np.zeros(n, real),
        user_share=np.zeros(n, real),
        capacity=np.zeros(n, real),
        effective=np.zeros(n, real),
        sales=np.zeros(n),
        defects_average=np.zeros(n, real),
        late_average=np.zeros(n, real),
        value_added=np.zeros(n),
        own_defects=np.zeros(n, real),
        own_late=np.zeros(n, real),
        defects=np.zeros(n, real),
        defect_parts=goods.defect_parts.reshape(-1, goods.late_parts.shape[1], DEPTH_BINS),
        late=goods.late,
        root=goods.root,
        travelled=goods.travelled,
        late_parts=goods.late_parts,
    )


OF_GOODS = ("defect_parts", "late", "root", "travelled", "late_parts")
"""Fields of the state that are arrays of the goods."""


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
    known = np.unique(buyers)  # few distinct numbers
    weight: Float = np.array([candidate_weight(float(count), parameters.review) for count in known])[
        np.searchsorted(known, buyers[candidates])
    ]
    cell_start = np.searchsorted(firms.cell[candidates], np.arange(cells + 1)).astype(np.int64)
    slack = [
        full_buffer(count, parameters.process.late_days, parameters.lateness)
        for count in range(int(firms.critical_suppliers.max(initial=0)) + 1)
    ]
    return Workspace(
        goods=new_goods(n, groups, has_origins, real),
        others=new_goods(n, groups, has_origins, real),
        purchases=np.bincount(links.buyer, links.value, n).astype(np.float64),
        full_buffer=np.array(slack, real)[firms.critical_suppliers],
        partners=(suppliers + buyers).astype(np.int32),
        suppliers=suppliers,
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
        late_count=np.zeros(strips + 1, np.int64),
        sums=new_tallies(strips, groups, has_origins),
        adopters_by=np.zeros((strips, LANES * cells)),
        defects_by=np.zeros((strips, LANES * cells)),
        late_by=np.zeros((strips, LANES * cells)),
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
