"""Room for what is found of a block of rows between one loop and the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.engines.ties import Ties
from simulation.rules.review import CANDIDATES
from simulation.state import DEPTH_BINS, Float, Index, Key, Real, Word32

__all__ = ["CHUNK", "Bench", "new_bench"]

CHUNK = 64
"""Slots for which candidates are drawn at once."""


class Bench(NamedTuple):
    """Room for what is found of a block of rows between one loop and the next; the largest block has B rows.

    Attributes
    ----------
    seen, other : (B,)
    mark : (B,) bits of the slots whose supplier is critical and late; later, number of suppliers to be replaced
    suppliers, use, customers, peers, logged, hazard : (B,)
    inherited : (B,) -ln(1 - d) of what is delivered
    events : (B,) rows that are late of themselves in this round
    waiting : (B,) rows that wait for a supplier beyond their buffer
    rows : (B,) rows listed, in the end the late ones
    link : (B,) of late rows, link over which the row waits longest, -1 where it does not
    event_key : (B,) keys of the rows in ``events``
    words : (4 B,) draws of four slots
    arriving : (links of the largest block,) late days of the suppliers of links listed
    found, draw, chosen : (links of the largest block,) links whose supplier is replaced, the draw that decided it, and
        by whom
    found_row, found_run, found_slot, found_key, found_cell : (links of the largest block,) of such links: row, run and
        slot, key of the buyer, sector sought x regions + the buyer's region
    picks, luck : (16 x CHUNK,) draws of candidates, and of their luck in the race for the slot
    parts : (G x H,) origins of what a firm delivers
    sums : (4 x lanes,) sums of every fourth firm of each run that is moved, side by side
    pick, best, second : (CHUNK,) of slots: draw and luck of the luckiest candidate, luck of the next
    firm, worse, ahead : (CHUNK,) of slots: who the luckiest is, how much worse than usual it delivers, and by how much
        it is ahead of what the next could reach
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
    chosen: Index
    found_row: Index
    found_run: Index
    found_slot: Index
    found_key: Key
    found_cell: Index
    picks: Float
    luck: Float
    parts: Float
    sums: Float
    pick: Float
    best: Float
    second: Float
    firm: Index
    worse: Float
    ahead: Float


def new_bench(ties: Ties, groups: int, real: type[np.floating], lanes: int = 1) -> Bench:
    """Return room for a block of rows, of so many runs that are moved together."""
    rows = int(np.diff(ties.run[ties.block]).max(initial=0))
    largest = int(np.diff(ties.base[ties.block]).max(initial=0)) + 1
    return Bench(
        seen=np.zeros(rows, real),
        other=np.zeros(rows, real),
        mark=np.zeros(rows, np.uint32),
        suppliers=np.zeros(rows),
        use=np.zeros(rows),
        customers=np.zeros(rows),
        peers=np.zeros(rows),
        logged=np.zeros(rows),
        hazard=np.zeros(rows),
        inherited=np.zeros(rows, real),
        events=np.zeros(rows, np.int64),
        waiting=np.zeros(rows, np.int64),
        rows=np.zeros(rows, np.int64),
        link=np.zeros(rows, np.int64),
        event_key=np.zeros(rows, np.uint64),
        words=np.zeros(4 * rows, np.uint32),
        arriving=np.empty(largest, real),
        found=np.empty(largest, np.int64),
        draw=np.empty(largest, np.uint32),
        chosen=np.empty(largest, np.int64),
        found_row=np.empty(largest, np.int64),
        found_run=np.empty(largest, np.int64),
        found_slot=np.empty(largest, np.int64),
        found_key=np.empty(largest, np.uint64),
        found_cell=np.empty(largest, np.int64),
        picks=np.zeros(CHUNK * CANDIDATES),
        luck=np.zeros(CHUNK * CANDIDATES),
        parts=np.zeros(groups * DEPTH_BINS),
        sums=np.zeros(4 * lanes),
        pick=np.zeros(CHUNK),
        best=np.zeros(CHUNK),
        second=np.zeros(CHUNK),
        firm=np.zeros(CHUNK, np.int64),
        worse=np.zeros(CHUNK),
        ahead=np.zeros(CHUNK),
    )
