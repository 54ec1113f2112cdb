"""What a run begins with: nobody has adopted, nothing is spent, nothing is counted."""

from __future__ import annotations

import numpy as np

from simulation.engines.goods import Goods
from simulation.state import COLUMNS, DEPTH_BINS, Awards, Channels, Programmes, State, Tallies

__all__ = ["new_awards", "new_channels", "new_state", "new_sums", "new_tallies"]


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


def new_tallies(months: int, groups: int, has_origins: bool, lanes: int = 1) -> Tallies:
    """Return tallies of zeros; ``groups`` are those of all ``lanes`` runs that are moved together.

    What is counted without groups has an entry for each month and run then.
    """
    origins = groups if has_origins else 0
    return Tallies(
        groups=np.zeros((months, groups, len(COLUMNS))),
        late_days=np.zeros((months, origins, origins)),
        late_roots=np.zeros((months, groups // lanes, groups)),
        late_depth=np.zeros((months, DEPTH_BINS, groups)),
        defects=np.zeros((months, origins, DEPTH_BINS, origins)),
        late_before=np.zeros(months * lanes),
        late_inherited=np.zeros(months * lanes),
    )


def new_sums(strips: int, groups: int, has_origins: bool, lanes: int = 1) -> Tallies:
    """Return sums of zeros by strip; columns stand before groups, so that a column is added up at once."""
    empty = new_tallies(strips, groups, has_origins, lanes)
    return empty._replace(groups=np.zeros((strips, len(COLUMNS), groups)), late_inherited=np.zeros((strips, groups)))
