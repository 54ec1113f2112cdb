"""Links as the month's loops read them: slot by slot within runs of firms with about equally many suppliers.

Rows are taken in blocks of `BLOCK`; rows of a block that stand next to each other and have about equally many suppliers
form a run. The links of a run are stored slot by slot: the first supplier of every row, then the second of every row,
and so on; a row with fewer suppliers than the run has slots is filled up with links of weight 0 to a firm that does
not exist, numbered n. A loop over the rows of a run has no branches and handles several rows at once, and still adds
up every row's links in the order of its slots.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulation.compiled import compiled, compiled_inner, compiled_kernel, compiled_step
from simulation.rules.money import purchase_value
from simulation.state import Bool, Float, Index, Links, Real, Small, Word32

__all__ = [
    "BLOCK",
    "STRIP",
    "Ties",
    "first_row",
    "look_up",
    "new_ties",
    "places",
    "shares_of",
    "suppliers_in_order",
    "tell",
]

BLOCK = 2048
"""Rows that are done together: their intermediate results stay in the second cache, and runs are long."""

STRIP = 16
"""Blocks that are added up before their sums join those of others."""

_ONE = np.uint32(1)
_SPARE = 8
"""A run may be filled up with an eighth of its links and this many more."""


class Ties(NamedTuple):
    """Links by run, slot and row, of R runs, B blocks and m' links, those that fill up included.

    Attributes
    ----------
    run : (R + 1,) first row of each run
    base : (R + 1,) first link of each run; that of slot s of row i is base + s x rows of the run + i - first row
    block : (B + 1,) first run of each block of rows
    strip : (S + 1,) first block of each strip: what is added up of a strip does not depend on who does which strip
    supplier : (m',) twice the supplier, plus 1 where the input is critical
    weight : (m',) share in the buyer's inputs
    factor : (m',) by which the supplier's defects count this month; *pass on defects*
    common : (m' / lanes,) or (0,) ``supplier`` of a single run, where several are moved together whose links are the
        same and stay so
    """

    run: Index
    base: Index
    block: Index
    strip: Index
    supplier: Word32
    weight: Real
    factor: Real
    common: Word32


@compiled
def _runs(start: Index, block: int) -> tuple[Index, Index]:
    """Return the first row and the first link of all runs, and the numbers of rows and of links at the end."""
    n = start.size - 1
    run = np.empty(n + 1, np.int64)
    base = np.empty(n + 1, np.int64)
    count, links, slots, own = 0, 0, 0, 0
    for i in range(n):
        degree = start[i + 1] - start[i]
        rows = i - run[count - 1] if count > 0 else 0
        filled = max(slots, degree) * (rows + 1)
        if i % block == 0 or filled > own + degree + (own + degree) // 8 + _SPARE:
            links += slots * rows
            run[count], base[count] = i, links
            count += 1
            slots, own = 0, 0
        slots = max(slots, degree)
        own += degree
    if count > 0:
        links += slots * (n - run[count - 1])
    run[count], base[count] = n, links
    return run[: count + 1].copy(), base[: count + 1].copy()


@compiled
def places(run: Index, base: Index, start: Index) -> Index:
    """Return (m,) where the link of each buyer and slot, in the order of ``start``, stands in the ties."""
    place = np.empty(start[-1], np.int64)
    for q in range(run.size - 1):
        first, rows = run[q], run[q + 1] - run[q]
        for r in range(rows):
            for link in range(start[first + r], start[first + r + 1]):
                place[link] = base[q] + (link - start[first + r]) * rows + r
    return place


def new_ties(links: Links, real: type[np.floating]) -> Ties:
    """Return the ties of links, with numbers of the given precision."""
    n = links.start.size - 1
    run, base = _runs(links.start, BLOCK)
    place = places(run, base, links.start)
    supplier = np.full(base[-1], 2 * n, np.uint32)
    supplier[place] = links.supplier.astype(np.uint32) * np.uint32(2) + links.is_critical
    weight = np.zeros(base[-1], real)
    weight[place] = links.weight
    block = np.searchsorted(run, np.append(np.arange(0, n, BLOCK), n)).astype(np.int64)
    return Ties(
        run=run,
        base=base,
        block=block,
        strip=np.append(np.arange(0, block.size - 1, STRIP), block.size - 1).astype(np.int64),
        supplier=supplier,
        weight=weight,
        factor=np.zeros(base[-1], real),
        common=np.zeros(0, np.uint32),
    )


def shares_of(ties: Ties, threads: int) -> list[tuple[int, int]]:
    """Return for each thread its first strip and the one after its last, so that all have about as much to do."""
    block = ties.block[ties.strip]
    done = ties.base[block] + 10 * ties.run[block]  # a firm takes about as long as ten links
    ends = np.searchsorted(done, done[-1] * np.arange(1, threads) / threads).tolist()
    edges = [0, *ends, ties.strip.size - 1]
    return list(pairwise(edges))


def suppliers_in_order(ties: Ties, start: Index) -> Small:
    """Return (m,) the present suppliers, by buyer and slot in the order of ``start``."""
    return (ties.supplier[places(ties.run, ties.base, start)] // 2).astype(np.int32)


@compiled_inner
def first_row(block: int, ties: Ties) -> int:
    """Return the first row of a block; of the block after the last, the number of rows."""
    return ties.run[ties.block[block]]


@compiled_kernel
def _look_up(tied: Word32, table: Real, seen: Real) -> None:
    for r in range(np.uint64(tied.size)):
        seen[r] = table[tied[r] >> _ONE]


@compiled_kernel
def _look_up_once(tied: Word32, lanes: int, table: Real, seen: Real) -> None:
    """Find the entries of all runs, which stand side by side, with one number."""
    for r in range(np.uint64(tied.size)):
        first, to = np.uint64(tied[r] >> _ONE) * np.uint64(lanes), r * np.uint64(lanes)
        for lane in range(np.uint64(lanes)):
            seen[to + lane] = table[first + lane]


@compiled_step
def look_up(at: int, rows: int, ties: Ties, table: Real, seen: Real) -> None:
    """Write what a table says of the suppliers of ``rows`` links from ``at`` on."""
    if ties.common.size > 0:
        lanes = ties.supplier.size // ties.common.size
        _look_up_once(ties.common[at // lanes : (at + rows) // lanes], lanes, table, seen)
    else:
        _look_up(ties.supplier[at : at + rows], table, seen)


@compiled_kernel
def _tell_run(
    slots: int,
    tied: Word32,
    weight: Real,
    adopted: Bool,
    user_share: Real,
    purchases: Float,
    heard: Float,
    steps: float,
    counts: int,
    listed: Index,
) -> None:
    """Tell the suppliers of some rows what their buyers do; adopters are listed, because they are few."""
    rows, adopters = np.uint64(adopted.size), np.uint64(0)
    for r in range(rows):
        listed[adopters] = r
        adopters += np.uint64(adopted[r])
    for s in range(slots):
        at = np.uint64(s) * rows
        for r in range(rows):
            heard[tied[at + r] | _ONE] += user_share[r]
        for k in range(adopters):
            buyer = np.uint64(listed[k])
            j = tied[at + buyer] & ~_ONE
            if counts == 2:
                heard[j] += purchase_value(weight[at + buyer], purchases[buyer], steps)
            else:
                heard[j] += 1.0 if counts == 0 else weight[at + buyer]


@compiled_inner
def tell(
    block: int, counts: int, steps: float, ties: Ties, adopted: Bool, user_share: Real, purchases: Float,
    heard: Float, listed: Index,
) -> None:  # fmt: skip
    """Tell all suppliers of a block of buyers: in 2 j, that the buyer adopted; in 2 j + 1, its user share.

    An adopter ``counts`` 1 (0), its input share (1) or the value that it buys (2). In ``listed``, (n,), adopters are
    noted.
    """
    for q in range(ties.block[block], ties.block[block + 1]):
        first, last = ties.run[q], ties.run[q + 1]
        low, high = ties.base[q], ties.base[q + 1]
        _tell_run(
            (high - low) // (last - first),
            ties.supplier[low:high],
            ties.weight[low:high],
            adopted[first:last],
            user_share[first:last],
            purchases[first:last],
            heard,
            steps,
            counts,
            listed[first:last],
        )
