"""The hardware's bound: bandwidth, random reads, and a month's traffic without its arithmetic.

The *skeleton* touches the same arrays as the engine, in the same order, block by block and slot by slot, with the links
of a real world, and does next to nothing with them (`benchmarks.traffic` lists what). It is timed in turns with the
engine's month: the ratio says how far the month is from what memory allows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit

from benchmarks.timing import Found, Job, Table, interleaved
from benchmarks.traffic import CANDIDATE_TABLES, LATE_ROWS, LOOKED_UP, array_of, counted, passes, row_bytes
from benchmarks.worlds import Months, turn_of
from simulation.engines.ties import BLOCK
from simulation.state import COLUMNS

__all__ = ["Skeleton", "measure"]

_READ, _WRITE, _LATE = 0, 1, 2
_STREAMS = {"": 0, "none": 1, "weight": 2, "factor": 3, "weight>factor": 4}
_TOLD, _FOURS, _EIGHTS = 0, 1, 2
_ONE = np.uint32(1)


@njit(nogil=True, fastmath=True, cache=True)
def _triad(a, b, c, times):
    for _ in range(times):
        for i in range(np.uint64(a.size)):
            a[i] = b[i] + np.float32(1.5) * c[i]


@njit(nogil=True, cache=True)
def _gather(table, at):
    total = np.uint64(0)
    for i in range(np.uint64(at.size)):
        total += table[at[i]]
    return total


@njit(nogil=True, cache=True)
def _sum(memory, low, high):
    total = np.uint64(0)
    part = memory[low:high]
    for i in range(np.uint64(part.size)):
        total += part[i]
    return total


@njit(nogil=True, cache=True)
def _rows(block, eights, entries, first, last):
    """Touch the rows of a block in the arrays of a pass: read, write, or read now and then."""
    total = np.uint64(0)
    for k in range(first, last):
        begin, end, words, how = entries[k]
        low, high = begin + block * words, min(begin + (block + 1) * words, end)
        if how == _READ:
            total += _sum(eights, low, high)
        elif how == _WRITE:
            eights[low:high] = np.uint64(0)
        else:
            for at in range(low, high, max(1, words * LATE_ROWS // BLOCK)):
                total += eights[at]
    return total


@njit(nogil=True, cache=True)
def _at_suppliers(how, low, high, table, fours, eights):
    """Read, or add to, a table at the suppliers of links that stand side by side."""
    total = np.uint64(0)
    tied = fours[low:high]
    if how == _TOLD:
        told = eights[table:]
        for r in range(np.uint64(tied.size)):
            told[tied[r] | _ONE] += np.uint64(1)
    elif how == _FOURS:
        small = fours[2 * table :]
        for r in range(np.uint64(tied.size)):
            total += small[tied[r] >> _ONE]
    else:
        large = eights[table:]
        for r in range(np.uint64(tied.size)):
            total += large[tied[r] >> _ONE]
    return total


@njit(nogil=True, cache=True)
def _months(count, eights, fours, entries, start, streams, hows, tables, run, base, block, supplier, weight, factor):
    """Touch what ``count`` months touch, candidates apart; tables and links are places in the memory."""
    total = np.uint64(0)
    for _ in range(count):
        for step in range(streams.size):
            stream, how, table = streams[step], hows[step], tables[step]
            for b in range(block.size - 1):
                if stream > 0:
                    for q in range(block[b], block[b + 1]):
                        low, high, rows = base[q], base[q + 1], run[q + 1] - run[q]
                        if stream == 2 or stream == 4:
                            total += _sum(fours, weight + low, weight + high)
                        if stream == 3:
                            total += _sum(fours, factor + low, factor + high)
                        if stream == 4:
                            fours[factor + low : factor + high] = np.uint32(0)
                        for at in range(supplier + low, supplier + high, rows):
                            total += _at_suppliers(how, at, at + rows, table, fours, eights)
                total += _rows(b, eights, entries, start[step], start[step + 1])
    return total


@njit(nogil=True, cache=True)
def _candidates(count, number, n, alias, excess):
    """Read what the choice among candidates reads, at scattered places."""
    total = np.uint64(0)
    state = np.uint64(88172645463325252)
    for _ in range(count * number):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        at = ((state >> np.uint64(32)) * n) >> np.uint64(32)
        total += alias[np.uint64(4) * at] + alias[np.uint64(4) * at + np.uint64(1)]
        total += excess[alias[np.uint64(4) * at + np.uint64(2)]]
    return total


def _words(array: np.ndarray, kind: type[np.unsignedinteger[Any]] = np.uint64) -> np.ndarray:
    """Return a copy of an array as whole numbers of 8 (4) bytes, what is left over at the end cut off."""
    size = np.dtype(kind).itemsize
    return array[: array.nbytes // size * size // array.itemsize].copy().view(kind)


class Skeleton:
    """The traffic of an engine's months, on copies of its arrays in one piece of memory."""

    def __init__(self, engine: Any, replaced: float) -> None:
        steps, ties = passes(engine.parameters.rounds), engine.ties
        pieces: list[np.ndarray] = []
        places: dict[str, tuple[int, int]] = {}

        def place(path: str, array: np.ndarray) -> tuple[int, int]:
            """Return where an array begins and ends; it moves in when it is first asked for."""
            if path not in places:
                words = _words(array)
                begin = sum(piece.size for piece in pieces)
                pieces.append(np.append(words, np.zeros(-words.size % 8 + 8, np.uint64)))
                places[path] = begin, begin + words.size
            return places[path]

        entries, start, hows, tables = [], [0], [], []
        for step in steps:
            for how, paths in ((_READ, step.reads), (_LATE, step.late), (_WRITE, step.writes)):
                for path in paths:
                    where = place(path, array_of(engine, path))
                    entries.append((*where, row_bytes(engine, path) * BLOCK // 8, how))
            start.append(len(entries))
            is_four = bool(step.table) and row_bytes(engine, step.table) == 4
            hows.append(_TOLD if step.is_told else _FOURS if is_four else _EIGHTS)
            tables.append(place(step.table, array_of(engine, step.table))[0] if step.table else 0)
        of_links = [2 * place(f"ties.{name}", getattr(ties, name))[0] for name in ("supplier", "weight", "factor")]
        memory = np.concatenate(pieces)
        self._arguments = (
            *(memory, memory.view(np.uint32), np.array(entries, np.int64), np.array(start, np.int64)),
            np.array([_STREAMS[step.links] for step in steps], np.int64),
            *(np.array(hows, np.int64), np.array(tables, np.int64)),
            *(ties.run, ties.base, ties.block, *of_links),
        )
        self._sought = (
            int(engine.world.links.supplier.size * replaced * LOOKED_UP),
            np.uint64(engine.world.firms.key.size),
            *(_words(array_of(engine, path), np.uint32) for path in CANDIDATE_TABLES),
        )

    def work(self, count: int) -> int:
        """Touch what ``count`` months touch."""
        return int(_months(count, *self._arguments)) + int(_candidates(count, *self._sought))


def triads(is_quick: bool) -> list[list[str]]:
    """Return rows of footprint in MB, GB a second with one thread and with two."""
    rows = []
    for size in (0.5, 8.0) if is_quick else (0.5, 8.0, 24.0, 600.0):
        entries = int(size * 1e6 / 12)
        times = max(1, int(2e8 / (12 * entries)))
        parts = [[np.ones(entries // 2, np.float32) for _ in range(3)] for _ in range(2)]
        whole = [np.ones(entries, np.float32) for _ in range(3)]
        with ThreadPoolExecutor(2) as pool:
            jobs = {
                "one": Job(lambda whole=whole, times=times: _triad(*whole, times)),
                "two": Job(lambda parts=parts, times=times: list(pool.map(lambda p: _triad(*p, times), parts))),
            }
            found = interleaved(jobs, 5 if is_quick else 15)
        moved = 12 * entries * times / 1e9
        rows.append([f"{size:g}", f"{moved / found.median('one'):.0f}", f"{moved / found.median('two'):.0f}"])
    return rows


def gathers(is_quick: bool) -> list[list[str]]:
    """Return rows of table size in kB and ns of a random read of 8 bytes."""
    rng = np.random.default_rng(1)
    rows = []
    for entries in (10_000, 100_000) if is_quick else (10_000, 100_000, 1_000_000, 10_000_000):
        table = np.ones(entries, np.uint64)
        at = rng.integers(0, entries, 1_000_000).astype(np.uint32)
        found = interleaved({"gather": Job(lambda table=table, at=at: _gather(table, at))}, 5 if is_quick else 15)
        rows.append([f"{8 * entries / 1e3:,.0f}", f"{1e9 * found.median('gather') / at.size:.2f}"])
    return rows


def measure(is_quick: bool = False) -> Found:
    """Return the month's time over the skeleton's, with bandwidth and random reads of the same process."""
    rows, values, counts = [], {}, None
    for firms in (1_000,) if is_quick else (10_000, 100_000, 1_000_000):
        count = turn_of(firms)
        months = Months(firms, count)
        total = months.engine.tallies.groups[months.engine.month - 1].sum(axis=0)
        replaced = total[COLUMNS.index("switched")] / total[COLUMNS.index("slots")]
        skeleton = Skeleton(months.engine, replaced)
        jobs = {"month": months.job, "skeleton": Job(lambda s=skeleton, c=count: s.work(c))}
        found = interleaved(jobs, 5 if is_quick else {10_000: 31, 100_000: 15}.get(firms, 7), warm=2)
        scale = 1e9 / firms / count
        ratio = found.ratio("month", "skeleton")
        counts, moved = counted(months.engine, replaced)
        values[str(firms)] = {
            "month": scale * found.median("month"),
            "skeleton": scale * found.median("skeleton"),
            "ratio": ratio,
            **moved,
        }
        rows.append(
            [
                f"{firms:,}",
                f"{values[str(firms)]['month']:.0f}",
                f"{values[str(firms)]['skeleton']:.0f}",
                f"{ratio:.1f}",
            ]
        )
    assert counts is not None
    tables = [
        Table(
            "The month against the traffic it cannot avoid, one thread",
            ["Firms", "Month, ns a firm", "Skeleton, ns a firm", "Month / skeleton"],
            rows,
            "Month and skeleton in turns; the ratio is the median over turns.",
        ),
        counts,
        Table("Streaming triad", ["Footprint, MB", "GB/s, one thread", "GB/s, two threads"], triads(is_quick)),
        Table("Random reads of 8 bytes, one thread", ["Table, kB", "ns each"], gathers(is_quick)),
    ]
    return Found(values, tables)
